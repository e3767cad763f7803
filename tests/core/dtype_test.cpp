#include "support/catch.hpp"

#include <keratin/core/dtype.hpp>
#include <keratin/core/error.hpp>

#include <sstream>

using namespace keratin;

TEST_CASE("Every dtype has a name, a size and a C++ type", "[core][dtype]") {
    auto [type, text, bytes, floating] = GENERATE(table<DType, std::string, size_t, bool>({
        {float32, "float32", 4, true},
        {float64, "float64", 8, true},
        {int32, "int32", 4, false},
        {int64, "int64", 8, false},
        {uint8, "uint8", 1, false},
        {bool_, "bool", 1, false},
    }));
    std::ostringstream out;
    out << type;
    CHECK(out.str() == text);
    CHECK(name(type) == text);
    CHECK(dtype(text) == type);
    CHECK(fmt::format("{:>8}", type) == std::string(8 - text.size(), ' ') + text);
    CHECK(size_of(type) == bytes);
    CHECK(is_floating(type) == floating);
}

TEST_CASE("C++ types and dtypes belong together", "[core][dtype]") {
    CHECK(dtype_of<float>() == float32);
    CHECK(dtype_of<double>() == float64);
    CHECK(dtype_of<int32_t>() == int32);
    CHECK(dtype_of<int64_t>() == int64);
    CHECK(dtype_of<uint8_t>() == uint8);
    CHECK(dtype_of<bool>() == bool_);
    CHECK_FALSE(Element<int16_t>);
}

TEST_CASE("dtype() lists the accepted names", "[core][dtype]") {
    CHECK_THROWS_MATCHES(
        dtype("float8"), ValueError,
        Message("dtype: \"float8\" is not accepted; use \"float32\", \"float64\", \"int32\", \"int64\", "
                "\"uint8\", \"bool\", \"float16\" or \"bfloat16\""));
}
