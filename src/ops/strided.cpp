#include "ops/strided.hpp"

#include "core/short_list.hpp"
#include "ops/dispatch.hpp"
#include "ops/xtensor.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace keratin::ops {
namespace {

/// The same elements in the same order over as few axes as possible.
struct Walk {
    ShortList<size_t> extents;
    ShortList<std::ptrdiff_t> steps;
    size_t first;

    std::vector<size_t> extents_vector() const { return {extents.begin(), extents.end()}; }
    std::vector<std::ptrdiff_t> steps_vector() const { return {steps.begin(), steps.end()}; }
};

Walk shortest_walk(const Strided& chosen) {
    Walk walk{{}, {}, static_cast<size_t>(chosen.first)};
    for (int axis = 0; axis < chosen.shape.rank(); ++axis) {
        const auto extent = static_cast<std::ptrdiff_t>(chosen.shape[axis]);
        const auto step = static_cast<std::ptrdiff_t>(chosen.steps[static_cast<size_t>(axis)]);
        if (extent == 1) continue;
        if (!walk.steps.empty() && walk.steps.back() == step * extent) {
            walk.extents.back() *= static_cast<size_t>(extent);
            walk.steps.back() = step;
        } else {
            walk.extents.push_back(static_cast<size_t>(extent));
            walk.steps.push_back(step);
        }
    }
    if (walk.steps.empty()) {
        walk.extents.push_back(1);
        walk.steps.push_back(1);
    }
    return walk;
}

/// Calls f(offset of the row's first element) for every row, a row being a run along the last axis.
template <class F>
void for_rows(const Walk& walk, const F& f) {
    const size_t outer = walk.extents.size() - 1;
    std::array<size_t, Shape::max_rank> index{};
    auto offset = static_cast<std::ptrdiff_t>(walk.first);
    for (;;) {
        f(offset);
        size_t axis = outer;
        while (axis > 0) {
            --axis;
            offset += walk.steps[axis];
            if (++index[axis] < walk.extents[axis]) break;
            offset -= walk.steps[axis] * static_cast<std::ptrdiff_t>(walk.extents[axis]);
            index[axis] = 0;
            if (axis == 0) return;
        }
        if (outer == 0) return;
    }
}

/// The general case: xtensor's view on the one side, a dense array on the other.
template <class Word>
auto view(Word* elements, size_t size, const Walk& walk) {
    return xt::strided_view<xt::layout_type::dynamic>(
        xt::adapt(elements, size, xt::no_ownership(), std::vector<size_t>{size}), walk.extents_vector(),
        walk.steps_vector(), walk.first, xt::layout_type::dynamic);
}

template <class Word>
void take_words(const Tensor& x, const Walk& walk, Tensor& y) {
    const Word* from = read<Word>(x);
    Word* to = write<Word>(y);
    const size_t row = walk.extents.back();
    if (walk.steps.back() == 1) {
        for_rows(walk, [&](std::ptrdiff_t offset) { to = std::copy_n(from + offset, row, to); });
    } else if (walk.steps.back() == 0) {
        for_rows(walk, [&](std::ptrdiff_t offset) { to = std::fill_n(to, row, from[offset]); });
    } else {
        auto dense = xt::adapt(to, static_cast<size_t>(y.size()), xt::no_ownership(), walk.extents_vector());
        xt::noalias(dense) = view(from, static_cast<size_t>(x.size()), walk);
    }
}

template <class Word>
void put_words(const Tensor& x, const Walk& walk, Tensor& y) {
    const Word* from = read<Word>(x);
    Word* to = write<Word>(y);
    const size_t row = walk.extents.back();
    if (walk.steps.back() == 1) {
        for_rows(walk, [&](std::ptrdiff_t offset) {
            std::copy_n(from, row, to + offset);
            from += row;
        });
    } else {
        auto chosen = view(to, static_cast<size_t>(y.size()), walk);
        xt::noalias(chosen) =
            xt::adapt(from, static_cast<size_t>(x.size()), xt::no_ownership(), walk.extents_vector());
    }
}

/// Calls call.template operator()<Word>() with an unsigned integer as wide as the dtype's elements.
template <class Call>
void with_word(DType dtype, const Call& call) {
    switch (size_of(dtype)) {
        case 1:
            return call.template operator()<uint8_t>();
        case 2:
            return call.template operator()<uint16_t>();
        case 4:
            return call.template operator()<uint32_t>();
        default:
            return call.template operator()<uint64_t>();
    }
}

}  // namespace

std::array<int64_t, Shape::max_rank> dense_steps(const Shape& shape) {
    std::array<int64_t, Shape::max_rank> steps{};
    int64_t step = 1;
    for (int axis = shape.rank(); axis-- > 0; step *= shape[axis]) steps[static_cast<size_t>(axis)] = step;
    return steps;
}

Tensor take(const Tensor& x, const Strided& chosen) {
    Tensor y = Tensor::empty(chosen.shape, x.dtype());
    if (y.size() == 0) return y;
    const Walk walk = shortest_walk(chosen);
    with_word(x.dtype(), [&]<class Word>() { take_words<Word>(x, walk, y); });
    return y;
}

void put(const Tensor& x, Tensor& y, const Strided& chosen) {
    if (x.size() == 0) return;
    const Walk walk = shortest_walk(chosen);
    with_word(x.dtype(), [&]<class Word>() { put_words<Word>(x, walk, y); });
}

Tensor repeat(const Tensor& x, const Shape& shape) {
    Strided chosen{shape, {}};
    const std::array<int64_t, Shape::max_rank> steps = dense_steps(x.shape());
    const int missing = shape.rank() - x.rank();
    for (int axis = missing; axis < shape.rank(); ++axis)
        if (x.shape()[axis - missing] != 1)
            chosen.steps[static_cast<size_t>(axis)] = steps[static_cast<size_t>(axis - missing)];
    return take(x, chosen);
}

}  // namespace keratin::ops
