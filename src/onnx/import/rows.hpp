#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/shape.hpp>
#include <keratin/layers/layer.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace keratin::onnx {

class Node;

/// Where a value has the rows of the batch. predict() and fit() cut inputs along their first axis, if that is
/// open, so nothing may mix what stands along it: ONNX itself knows no batch.
struct Rows {
    int axis = 0;
    int64_t each = 1;  ///< places along the axis that belong to one row, side by side
};

/// An operand, and where its rows are; none of what is the same whatever the batch.
struct Part {
    Shape shape;
    std::optional<Rows> rows;
};

/// The rows of what a function of keras.ops, or a layer, makes of these, in a result of that rank; none where
/// only one size of a batch fits. Throw FormatError, naming the node, where it mixes rows.
std::optional<Rows> rows_of_call(const Node& node, std::string_view function, const Config& arguments,
                                 const std::vector<Part>& parts, int rank);
std::optional<Rows> rows_of_layer(const Node& node, const Layer& layer, const std::vector<Part>& parts,
                                  int rank);
[[noreturn]] void refuse_mixed_rows(const Node& node);

}  // namespace keratin::onnx
