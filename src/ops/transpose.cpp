#include "autograd/record.hpp"
#include "ops/check.hpp"
#include "ops/strided.hpp"

#include <keratin/ops/shaping.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace keratin {
namespace {

[[noreturn]] void fail_permutation(const Tensor& x, const std::vector<int>& permutation) {
    fail<ShapeError>("transpose: ({}) is no permutation of the {} axes of shape {}; name each axis once",
                     fmt::join(permutation, ", "), x.rank(), x.shape());
}

/// Counted from the front, each axis once.
std::vector<int> normalize(const Tensor& x, const std::vector<int>& permutation) {
    std::vector<int> order;
    if (permutation.empty()) {
        for (int axis = x.rank(); axis-- > 0;) order.push_back(axis);
        return order;
    }
    if (static_cast<int>(permutation.size()) != x.rank()) fail_permutation(x, permutation);
    for (const int axis : permutation) {
        const int place = axis < 0 ? axis + x.rank() : axis;
        if (place < 0 || place >= x.rank() || std::find(order.begin(), order.end(), place) != order.end())
            fail_permutation(x, permutation);
        order.push_back(place);
    }
    return order;
}

/// True when only axes of extent 1 change places, so that no element moves.
bool keeps_order(const Shape& shape, const std::vector<int>& order) {
    int last = -1;
    for (const int axis : order) {
        if (shape[axis] == 1) continue;
        if (axis < last) return false;
        last = axis;
    }
    return true;
}

Tensor run(const Tensor& x, const std::vector<int>& order) {
    const auto dense = ops::dense_steps(x.shape());
    std::vector<int64_t> extents;
    ops::Strided chosen{{}, {}};
    for (const int axis : order) {
        chosen.steps[extents.size()] = dense[static_cast<size_t>(axis)];
        extents.push_back(x.shape()[axis]);
    }
    chosen.shape = Shape(extents);
    return keeps_order(x.shape(), order) ? x.view(chosen.shape) : ops::take(x, chosen);
}

std::vector<int> inverse(const std::vector<int>& order) {
    std::vector<int> result(order.size());
    for (size_t i = 0; i < order.size(); ++i) result[static_cast<size_t>(order[i])] = static_cast<int>(i);
    return result;
}

}  // namespace

Tensor transpose(const Tensor& x, const std::vector<int>& permutation) {
    ops::require_defined(x, "input", "transpose");
    const std::vector<int> order = normalize(x, permutation);
    return record("transpose", run(x, order),
                  wrt(x, [order](const Tensor& dy) { return transpose(dy, inverse(order)); }));
}

}  // namespace keratin
