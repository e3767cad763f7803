#pragma once

// Generated, and not by our rules.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include "onnx.pb.h"
#pragma GCC diagnostic pop

namespace keratin::onnx {

namespace pb = onnx_proto;

/// TensorProto.DataType, as far as keratin has such elements or names them.
enum ElementType : int {
    onnx_float = 1,
    onnx_uint8 = 2,
    onnx_int8 = 3,
    onnx_uint16 = 4,
    onnx_int16 = 5,
    onnx_int32 = 6,
    onnx_int64 = 7,
    onnx_string = 8,
    onnx_bool = 9,
    onnx_float16 = 10,
    onnx_double = 11,
    onnx_uint32 = 12,
    onnx_uint64 = 13,
    onnx_bfloat16 = 16
};

/// AttributeProto.AttributeType.
enum AttributeType : int {
    attribute_float = 1,
    attribute_int = 2,
    attribute_string = 3,
    attribute_tensor = 4,
    attribute_graph = 5,
    attribute_floats = 6,
    attribute_ints = 7,
    attribute_strings = 8
};

}  // namespace keratin::onnx
