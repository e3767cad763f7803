#include "onnx/tensors.hpp"

#include <fmt/format.h>

#include <bit>

namespace keratin::onnx {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

struct Element {
    ElementType type;
    std::optional<DType> dtype;
    const char* name;
};
constexpr Element elements[] = {{onnx_float, float32, "float"},   {onnx_uint8, uint8, "uint8"},
                                {onnx_int8, {}, "int8"},          {onnx_uint16, {}, "uint16"},
                                {onnx_int16, {}, "int16"},        {onnx_int32, int32, "int32"},
                                {onnx_int64, int64, "int64"},     {onnx_string, {}, "string"},
                                {onnx_bool, bool_, "bool"},       {onnx_float16, float16, "float16"},
                                {onnx_double, float64, "double"}, {onnx_uint32, {}, "uint32"},
                                {onnx_uint64, {}, "uint64"},      {onnx_bfloat16, bfloat16, "bfloat16"}};

}  // namespace

ElementType element_type(DType dtype) {
    for (const Element& element : elements)
        if (element.dtype == dtype) return element.type;
    fail<DTypeError>("ONNX has no element type for {}", dtype);
}

std::optional<DType> dtype_of_element(int type) {
    for (const Element& element : elements)
        if (element.type == type) return element.dtype;
    return {};
}

std::string element_name(int type) {
    for (const Element& element : elements)
        if (element.type == type) return element.name;
    return fmt::format("type {}", type);
}

void to_proto(const Tensor& tensor, const std::string& name, pb::TensorProto& proto) {
    if (!name.empty()) proto.set_name(name);
    proto.set_data_type(element_type(tensor.dtype()));
    for (const int64_t extent : tensor.shape()) proto.add_dims(extent);
    proto.set_raw_data(tensor.raw(), static_cast<size_t>(tensor.size()) * size_of(tensor.dtype()));
}

}  // namespace keratin::onnx
