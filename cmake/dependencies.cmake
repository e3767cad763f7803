# What Debian 12 has is the oldest that is supported: fmt 9.1, xtensor 0.24, xsimd 8.1, nlohmann_json 3.11.
find_package(Threads REQUIRED)
find_package(fmt 9.1 REQUIRED)
find_package(xtensor 0.24 REQUIRED)
find_package(xsimd REQUIRED)  # says of itself that no major version can stand in for another: checked below
find_package(nlohmann_json 3.11 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)
find_package(JPEG REQUIRED)
find_package(Protobuf 3.21 QUIET)  # for the component onnx

if(xsimd_VERSION AND xsimd_VERSION VERSION_LESS 8.1)
  message(FATAL_ERROR "keratin needs xsimd 8.1 or newer; found ${xsimd_VERSION}")
endif()
