#pragma once

#include "onnx/export/layers.hpp"

namespace keratin::onnx {

/// An argument that asks a recurrent layer for the outputs in the order of the input, whatever its direction.
inline constexpr const char* in_order = "in the order of the input";

/// A SimpleRNN, GRU or LSTM as a Scan: behind a mask, or with activations that ONNX's recurrent operators do
/// not know. A step that the mask leaves out keeps the states, and gives the output before it again.
std::vector<Value> write_steps(LayerCall& call);

}  // namespace keratin::onnx
