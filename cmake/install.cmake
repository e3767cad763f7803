# Headers, library, CMake package and pkg-config file. Nothing installed holds a path: the prefix may be moved.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

get_target_property(keratin_type keratin TYPE)
set(keratin_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/keratin)

install(TARGETS keratin EXPORT keratin-targets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/keratin DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp")
install(EXPORT keratin-targets NAMESPACE keratin:: DESTINATION ${keratin_cmake_dir})
if(KERATIN_ONNX)
  set_target_properties(keratin_onnx PROPERTIES INSTALL_RPATH "$ORIGIN")
  install(TARGETS keratin_onnx EXPORT keratin-onnx-targets)
  install(EXPORT keratin-onnx-targets NAMESPACE keratin:: DESTINATION ${keratin_cmake_dir})
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/keratin-config.cmake.in
  ${PROJECT_BINARY_DIR}/keratin-config.cmake INSTALL_DESTINATION ${keratin_cmake_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/keratin-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/keratin-config.cmake ${PROJECT_BINARY_DIR}/keratin-config-version.cmake
  DESTINATION ${keratin_cmake_dir})

# pkg-config: the file finds the prefix from its own place.
file(RELATIVE_PATH keratin_pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" keratin_pc_prefix "${keratin_pc_prefix}")
set(keratin_pc_requires "fmt")
set(keratin_pc_libs "-lkeratin -pthread")
set(keratin_pc_cflags "")
if(keratin_type STREQUAL "STATIC_LIBRARY")
  string(APPEND keratin_pc_requires ", zlib, libpng, libjpeg")
  set(keratin_pc_cflags " -DKERATIN_STATIC")
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/keratin.pc.in ${PROJECT_BINARY_DIR}/keratin.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/keratin.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(KERATIN_ONNX)
  set(keratin_onnx_pc_requires "")
  if(keratin_type STREQUAL "STATIC_LIBRARY")
    set(keratin_onnx_pc_requires ", protobuf-lite")
  endif()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/keratin-onnx.pc.in ${PROJECT_BINARY_DIR}/keratin-onnx.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/keratin-onnx.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
