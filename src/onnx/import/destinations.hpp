#pragma once

#include "onnx/proto.hpp"

#include <string>
#include <string_view>
#include <unordered_set>

namespace keratin::onnx {

/// What the values of a graph are, by the operators that they reach: found in one walk from its end.
class Destinations {
public:
    explicit Destinations(const pb::GraphProto& graph);

    /// (batch, channels, ..): goes into convolutions, poolings and the like.
    bool is_image(const std::string& name) const { return images_.contains(name); }
    /// (steps, batch, ..), or a first state, of the same order: goes into a recurrence.
    bool is_sequence(const std::string& name) const { return sequences_.contains(name); }
    bool is_state(const std::string& name) const { return states_.contains(name); }

private:
    using Names = std::unordered_set<std::string_view>;
    Names images_, sequences_, states_;
};

}  // namespace keratin::onnx
