#pragma once

#include "onnx/proto.hpp"

#include <keratin/core/tensor.hpp>

#include <optional>
#include <string>

namespace keratin::onnx {

/// The element type of ONNX that has the values of a dtype.
ElementType element_type(DType dtype);
/// The dtype of an element type, none where keratin has none.
std::optional<DType> dtype_of_element(int type);
/// "int8": of the types that ONNX names; "type 99" of others.
std::string element_name(int type);

/// A message with the tensor's name, shape and bytes.
void to_proto(const Tensor& tensor, const std::string& name, pb::TensorProto& proto);

}  // namespace keratin::onnx
