#pragma once

#include "onnx/export/layers.hpp"

#include <keratin/layers/rnn_cell.hpp>

namespace keratin::onnx {

/// An argument that asks a recurrent layer for the outputs in the order of the input, whatever its direction.
inline constexpr const char* in_order = "in the order of the input";

/// One step: x (batch, features) and the states to the output and the states. Throws ValueError for a cell
/// that is code.
std::vector<Value> write_cell(GraphWriter& graph, const layers::RNNCell& cell, const Value& x,
                              const std::vector<Value>& states);

/// A recurrent layer as a Scan: of any cells, behind a mask, or with activations that ONNX's recurrent
/// operators do not know. A step that the mask leaves out keeps the states, and gives the output before it
/// again.
std::vector<Value> write_steps(LayerCall& call);

}  // namespace keratin::onnx
