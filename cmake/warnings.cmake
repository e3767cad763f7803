# keratin_configure(target): the language level, warnings and sanitizers of everything that is ours.
function(keratin_configure target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -ffp-contract=off)
  # What g++ sees and is not there. Version 12: overlapping or endless copies in sums of strings (GCC bug 105651) and, once
  # all is inlined, uninitialised members in the alternatives of a std::variant. From 13 on: a reference that dangles
  # because a temporary, say a std::string, was an argument of the function that returned it.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
      target_compile_options(${target} PRIVATE
        -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-maybe-uninitialized)
    else()
      target_compile_options(${target} PRIVATE -Wno-dangling-reference)
    endif()
  endif()
  if(KERATIN_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(KERATIN_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${KERATIN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${KERATIN_SANITIZE})
  endif()
endfunction()
