# keratin_read_version(out): the version, from the header that says it.
function(keratin_read_version out)
  set(header ${CMAKE_CURRENT_SOURCE_DIR}/include/keratin/core/version.hpp)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
  file(STRINGS ${header} lines REGEX "^#define KERATIN_VERSION_(MAJOR|MINOR|PATCH) [0-9]+$")
  list(TRANSFORM lines REPLACE ".* " "")
  list(JOIN lines "." version)
  set(${out} ${version} PARENT_SCOPE)
endfunction()
