#pragma once

#include "conformance/gradients/sweep.hpp"

#include <keratin/ops/matmul.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <numeric>

namespace conformance {

/// Some of the axes, in any order, counted from either end; or all of them.
inline keratin::Axes sample_axes(Sweep& sweep, const Shape& shape) {
    if (shape.rank() == 0 || sweep.random.between(0, 3) == 0) return {};
    std::vector<int> axes;
    for (int axis = 0; axis < shape.rank(); ++axis)
        if (sweep.coin()) axes.push_back(sweep.coin() ? axis : axis - shape.rank());
    std::shuffle(axes.begin(), axes.end(), std::mt19937(sweep.random.seed()));
    return keratin::Axes(axes);
}

inline void sweep_reductions(Sweep& sweep) {
    using keratin::Axes;
    struct Case {
        const char* name;
        Tensor (*f)(const Tensor&, const Axes&, bool);
        bool empty;  ///< has a value of nothing
    };
    for (const auto& [name, f, empty] : {
             Case{"reduce_sum", keratin::reduce_sum, true},
             {"reduce_mean", keratin::reduce_mean, false},
             {"reduce_max", keratin::reduce_max, false},
             {"reduce_min", keratin::reduce_min, false},
             {"reduce_variance", keratin::reduce_variance, false},
         })
        for (int i = 0; i < 8; ++i) {
            const Shape shape = empty ? sweep.shape() : sweep.full_shape();
            const Axes axes = sample_axes(sweep, shape);
            const bool keepdims = sweep.coin();
            sweep.check(name, [&, f = f](const Inputs& x) { return f(x[0], axes, keepdims); },
                        {sweep.distinct(shape, 2)});
        }
    // Of a single number the deviation has no derivative.
    for (int i = 0; i < 8; ++i) {
        const Shape shape = Shape{sweep.random.between(2, 5)} + sweep.full_shape(0, 2);
        const Axes axes = i == 0 ? Axes() : Axes(i % 2 == 0 ? 0 : -shape.rank());
        const bool keepdims = sweep.coin();
        sweep.check("reduce_std", [&](const Inputs& x) { return keratin::reduce_std(x[0], axes, keepdims); },
                    {sweep.distinct(shape, 2)});
    }
}

inline void sweep_reshaping(Sweep& sweep) {
    for (int i = 0; i < 5; ++i) {
        const Shape shape = sweep.full_shape(1, 4);
        const int axis = sweep.axis(shape);
        const Tensor x = sweep.values(shape);
        const Shape open = shape.slice(0, 1) + Shape{Shape::unknown, 1};
        sweep.check("reshape", [&](const Inputs& in) { return keratin::reshape(in[0], open); }, {x});
        sweep.check("expand_dims", [&](const Inputs& in) { return keratin::expand_dims(in[0], axis); }, {x});
        const Tensor ones = keratin::reshape(x, shape.with(axis, 1) + Shape{shape[axis]});
        sweep.check("squeeze", [&](const Inputs& in) { return keratin::squeeze(in[0]); }, {ones});
        sweep.check("squeeze",
                    [&](const Inputs& in) { return keratin::squeeze(in[0], axis < 0 ? axis - 1 : axis); },
                    {ones});
        std::vector<int> order(static_cast<size_t>(shape.rank()));
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), std::mt19937(sweep.random.seed()));
        sweep.check("transpose", [&](const Inputs& in) { return keratin::transpose(in[0], order); }, {x});
        sweep.check("transpose", [&](const Inputs& in) { return keratin::transpose(in[0]); },
                    {sweep.values(sweep.shape())});
        const Shape whole = sweep.shape();
        const Shape part = sweep.broadcasting(whole);
        sweep.check("broadcast_to", [&](const Inputs& in) { return keratin::broadcast_to(in[0], whole); },
                    {sweep.values(part)});
        sweep.check("sum_to", [&](const Inputs& in) { return keratin::sum_to(in[0], part); },
                    {sweep.values(whole)});
    }
}

inline keratin::Slice sample_slice(Sweep& sweep) {
    const int64_t step = sweep.random.one_of<int64_t>({1, 1, 2, 3, -1, -2});
    const int64_t start = sweep.random.between(-4, 4);
    return {start, sweep.coin() ? keratin::Slice::end : sweep.random.between(-5, 5), step};
}

inline void sweep_pieces(Sweep& sweep) {
    for (int i = 0; i < 8; ++i) {
        const Shape shape = sweep.shape(1, 3);
        std::vector<keratin::Slice> slices(static_cast<size_t>(sweep.random.between(0, shape.rank())));
        for (keratin::Slice& slice : slices) slice = sample_slice(sweep);
        sweep.check("slice", [&](const Inputs& x) { return keratin::slice(x[0], slices); },
                    {sweep.values(shape)});
        std::vector<keratin::PadPair> pads;
        for (int axis = 0; axis < shape.rank(); ++axis)
            pads.push_back({sweep.random.between(0, 2), sweep.random.between(0, 2)});
        sweep.check("pad", [&](const Inputs& x) { return keratin::pad(x[0], pads, 0.5); },
                    {sweep.values(shape)});
    }
    for (int i = 0; i < 6; ++i) {
        const Shape shape = sweep.shape(1, 3);
        const int axis = sweep.axis(shape);
        const auto part = [&] { return sweep.values(shape.with(axis, sweep.random.between(0, 3))); };
        sweep.check("concat", [&](const Inputs& x) { return keratin::concat(x, axis); },
                    {part(), part(), part()});
        sweep.check("stack", [&](const Inputs& x) { return keratin::stack(x, axis); },
                    {sweep.values(shape), sweep.values(shape)});
    }
}

inline void sweep_gathering(Sweep& sweep) {
    for (int i = 0; i < 6; ++i) {
        const Shape shape = sweep.full_shape(1, 3);
        const int axis = sweep.axis(shape);
        const Shape picks = sweep.shape(0, 2);
        std::vector<int64_t> places(static_cast<size_t>(picks.size()));
        for (int64_t& place : places) place = sweep.random.between(0, shape[axis] - 1);
        const Tensor indices = Tensor::from(places, picks);
        const Tensor x = sweep.values(shape);
        const Tensor picked = keratin::gather(x, indices, axis);
        sweep.check("gather", [&](const Inputs& in) { return keratin::gather(in[0], indices, axis); }, {x});
        sweep.check("scatter_add",
                    [&](const Inputs& in) { return keratin::scatter_add(in[0], indices, shape, axis); },
                    {sweep.values(picked.shape())});
    }
}

/// Transposed or not, batches that broadcast, empty and single rows.
inline void sweep_matmul(Sweep& sweep) {
    for (int i = 0; i < 16; ++i) {
        const keratin::MatmulOptions options{.transpose_a = i % 2 == 1, .transpose_b = i / 2 % 2 == 1};
        const Shape batch = i < 4 ? Shape{} : sweep.shape(0, 2);
        const int64_t m = sweep.random.between(i == 15 ? 0 : 1, 3);
        const int64_t k = sweep.random.between(i == 14 ? 0 : 1, 3);
        const int64_t n = sweep.random.between(1, 3);
        const Shape a = sweep.broadcasting(batch) + (options.transpose_a ? Shape{k, m} : Shape{m, k});
        const Shape b = sweep.broadcasting(batch) + (options.transpose_b ? Shape{n, k} : Shape{k, n});
        sweep.check("matmul", [&](const Inputs& x) { return keratin::matmul(x[0], x[1], options); },
                    {sweep.values(a), sweep.values(b)});
    }
}

inline void sweep_shaping(Sweep& sweep) {
    sweep_reductions(sweep);
    sweep_reshaping(sweep);
    sweep_pieces(sweep);
    sweep_gathering(sweep);
    sweep_matmul(sweep);
}

}  // namespace conformance
