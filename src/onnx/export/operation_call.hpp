#pragma once

#include "onnx/export/layers.hpp"

#include <keratin/layers/operation.hpp>

namespace keratin::onnx {

/// A call of a function of keras.ops, to be written as nodes.
struct OperationCall {
    LayerCall& call;
    const layers::Operation& operation;
    layers::Operation::Output result = {};
    std::vector<Value> operands = {};   ///< lists as weights of the graph; numbers have no name
    std::vector<Config> literals = {};  ///< the operands as the call has them

    OperationCall(LayerCall& layer_call, const layers::Operation& called);

    const Config& argument(const char* name) const { return operation.arguments()[name]; }
    GraphWriter& graph() const { return call.graph; }
    static DType written(DType dtype) { return is_floating(dtype) ? float32 : dtype; }
    /// One node whose output is the call's, its shape and dtype included.
    Value made(const std::string& op, const std::vector<Value>& inputs,
               const Attributes& attributes = {}) const;
    Value number(const Config& node, DType dtype) const;
    /// An operand in Keras's order, as it is or of another dtype.
    Value natural(size_t i) const { return graph().natural(operands.at(i)); }
    Value natural(size_t i, DType dtype) const;
    std::vector<Value> all(DType dtype) const;
    DType common() const;  ///< in which Keras has the operands meet
    Ints axes() const;

private:
    void add(const Config& node, size_t& next);
};

using OperationWriter = Value (*)(const OperationCall& c);
/// Functions that take more than one operator of the same operands.
const std::map<std::string_view, OperationWriter>& operation_writers();

}  // namespace keratin::onnx
