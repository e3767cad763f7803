#pragma once

#include <keratin/core/tensors.hpp>
#include <keratin/models/model.hpp>

#include <cstdint>
#include <vector>

namespace keratin::io {

/// The member of a ".keras" file that holds inputs and what the model makes of them. Keras passes over it.
constexpr const char* self_test_member = "keratin/self_test.safetensors";

/// Its bytes; the model predicts.
std::vector<uint8_t> self_test_of(const Model& model, const Tensors& inputs);

}  // namespace keratin::io
