#include <keratin/core/dtype.hpp>

#include <keratin/core/error.hpp>

#include <ostream>

namespace keratin {

std::string_view name(DType dtype) {
    switch (dtype) {
        case float32:
            return "float32";
        case float64:
            return "float64";
        case int32:
            return "int32";
        case int64:
            return "int64";
        case uint8:
            return "uint8";
        case bool_:
            return "bool";
        case float16:
            return "float16";
        case bfloat16:
            return "bfloat16";
    }
    fail<ValueError>("dtype: {} is no dtype", static_cast<int>(dtype));
}

DType dtype(std::string_view text) {
    for (const DType candidate : {float32, float64, int32, int64, uint8, bool_, float16, bfloat16})
        if (name(candidate) == text) return candidate;
    fail<ValueError>(
        "dtype: \"{}\" is not accepted; use \"float32\", \"float64\", \"int32\", \"int64\", \"uint8\", "
        "\"bool\", \"float16\" or \"bfloat16\"",
        fmt::string_view(text.data(), text.size()));
}

std::ostream& operator<<(std::ostream& out, DType dtype) {
    return out << name(dtype);
}

}  // namespace keratin
