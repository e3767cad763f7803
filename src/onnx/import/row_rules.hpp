#pragma once

#include "onnx/import/graph.hpp"

namespace keratin::onnx {

/// A call of something that is asked what it does to rows.
struct Call {
    const Node& node;
    const Config& arguments;
    const std::vector<Part>& parts;
    int rank;  ///< of the result

    [[noreturn]] void mixes() const { refuse_mixed_rows(node); }
    const Config& argument(const char* name) const {
        static const Config null;
        const Config* found = arguments.find(name);
        return found ? *found : null;
    }
    /// An argument that is an axis or several, all of them where it is null.
    Order axes(const char* name, int of_rank) const {
        const Config& given = argument(name);
        if (given.is_null()) return natural_order(of_rank);
        Ints list;
        if (given.is_list())
            for (const Config& one : given.as_list()) list.push_back(one.as_integer());
        else
            list.push_back(given.as_integer());
        return node.axes(list, of_rank);
    }
    /// Of a function of one operand, or whose first has the rows.
    const Rows& first() const {
        if (!parts.front().rows) mixes();
        return *parts.front().rows;
    }
    int first_rank() const { return parts.front().shape.rank(); }
    bool has(const Order& axes, int axis) const {
        return std::find(axes.begin(), axes.end(), axis) != axes.end();
    }
};
using Result = std::optional<Rows>;

/// Element by element: operands broadcast, and all rows meet.
Result elementwise(const Call& call);
/// Along axes that are not the rows', which stay where they are.
Result beside(const Call& call);
/// Over axes, which go unless keepdims is set; also what leaves them out without more ado.
Result reduction(const Call& call);
/// With one axis more, of extent 1 or of one-hot numbers.
Result expanded(const Call& call);
Result transposed(const Call& call);
Result swapped(const Call& call);
/// Rows stay whole where as much stands before them as did, and the open extent is made of whole ones.
Result reshaped(const Call& call, const Ints& to);
Result by_reshape(const Call& call);
Result matrix_product(const Call& call);
Result einsum(const Call& call);
Result taken(const Call& call);
Result tiled(const Call& call);
Result padded(const Call& call);

}  // namespace keratin::onnx
