# One test per way to use the library. What is installed once serves several of them, so they run in order where they
# must: `install` comes before those that need it, and `add_subdirectory`, which builds the library again, static, and
# installs that, before the last two.
if(NOT KERATIN_INSTALL OR CMAKE_CXX_FLAGS MATCHES "--coverage")  # a user's program is not linked with gcov
  return()
endif()

function(keratin_consumer_test scenario)
  add_test(NAME consumer/${scenario} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/consumer/run.sh ${scenario}
    ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} ${CMAKE_CXX_COMPILER})
  set_tests_properties(consumer/${scenario} PROPERTIES TIMEOUT 1800
    ENVIRONMENT "CMAKE_GENERATOR=${CMAKE_GENERATOR};CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}" ${ARGN})
endfunction()

keratin_consumer_test(install FIXTURES_SETUP installed)
keratin_consumer_test(find_package FIXTURES_REQUIRED installed)
keratin_consumer_test(pkg_config FIXTURES_REQUIRED installed)
keratin_consumer_test(relocated FIXTURES_REQUIRED installed)
keratin_consumer_test(add_subdirectory FIXTURES_SETUP installed_static PROCESSORS 2)
keratin_consumer_test(find_package_static FIXTURES_REQUIRED installed_static)
keratin_consumer_test(pkg_config_static FIXTURES_REQUIRED installed_static)
