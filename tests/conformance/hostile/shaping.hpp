#pragma once

#include "conformance/hostile/calls.hpp"

#include <keratin/ops/matmul.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

namespace conformance {

inline keratin::Axes hostile_axes(Arguments& a) {
    if (a.one_in(4)) return {};
    return a.coin() ? keratin::Axes(a.axis()) : keratin::Axes(a.axes());
}

inline void add_reduce_calls(Calls& calls) {
    using keratin::Axes;
    struct Case {
        const char* name;
        Tensor (*f)(const Tensor&, const Axes&, bool);
        bool of_bool = false;
    };
    for (const auto& [name, f, of_bool] : {Case{"reduce_sum", keratin::reduce_sum},
                                           {"reduce_mean", keratin::reduce_mean},
                                           {"reduce_max", keratin::reduce_max},
                                           {"reduce_min", keratin::reduce_min},
                                           {"reduce_variance", keratin::reduce_variance},
                                           {"reduce_std", keratin::reduce_std},
                                           {"reduce_all", keratin::reduce_all, true},
                                           {"reduce_any", keratin::reduce_any, true}})
        calls.push_back({name, [f = f, of_bool = of_bool](Arguments& a) {
                             const Tensor x = of_bool ? a.bools(a.shape()) : a.tensor();
                             return f(x, hostile_axes(a), a.coin());
                         }});
    calls.push_back({"argmax", [](Arguments& a) { return keratin::argmax(a.tensor(), a.axis()); }});
    calls.push_back({"argmin", [](Arguments& a) { return keratin::argmin(a.tensor(), a.axis()); }});
}

inline void add_reshape_calls(Calls& calls) {
    calls.push_back({"reshape", [](Arguments& a) {
                         const Tensor x = a.tensor();
                         if (a.one_in(3)) return keratin::reshape(x, a.any_shape());
                         return keratin::reshape(x, a.coin() ? Shape{-1} : x.shape() + Shape{a.size()});
                     }});
    calls.push_back({"transpose", [](Arguments& a) { return keratin::transpose(a.tensor(), a.axes()); }});
    calls.push_back({"expand_dims", [](Arguments& a) { return keratin::expand_dims(a.tensor(), a.axis()); }});
    calls.push_back({"squeeze", [](Arguments& a) { return keratin::squeeze(a.tensor()); }});
    calls.push_back({"squeeze an axis", [](Arguments& a) { return keratin::squeeze(a.tensor(), a.axis()); }});
    calls.push_back({"broadcast_to", [](Arguments& a) {
                         const Shape whole = a.coin() ? a.shape() : a.any_shape();
                         return keratin::broadcast_to(a.fitting(a.part_of(a.shape()), a.dtype()), whole);
                     }});
    calls.push_back({"broadcast_to what fits", [](Arguments& a) {
                         const Shape whole = a.shape();
                         return keratin::broadcast_to(a.fitting(a.part_of(whole), a.dtype()), whole);
                     }});
    calls.push_back({"sum_to", [](Arguments& a) {
                         const Tensor x = a.tensor();
                         return keratin::sum_to(x, a.one_in(3) ? a.any_shape() : a.part_of(x.shape()));
                     }});
}

inline void add_piece_calls(Calls& calls) {
    calls.push_back({"slice", [](Arguments& a) {
                         const Tensor x = a.tensor();
                         std::vector<keratin::Slice> slices(static_cast<size_t>(a.between(0, 4)));
                         for (keratin::Slice& s : slices) s = {a.integer(), a.integer(), a.integer()};
                         return keratin::slice(x, slices);
                     }});
    calls.push_back({"concat", [](Arguments& a) {
                         const Tensor x = a.tensor();
                         std::vector<Tensor> parts;
                         for (int64_t i = a.between(0, 3); i > 0; --i)
                             parts.push_back(a.fitting(x.shape(), x.dtype()));
                         return keratin::concat(parts, a.axis());
                     }});
    calls.push_back({"stack", [](Arguments& a) {
                         const Tensor x = a.tensor();
                         return keratin::stack({x, a.fitting(x.shape(), x.dtype())}, a.axis());
                     }});
    calls.push_back({"pad", [](Arguments& a) {
                         const Tensor x = a.tensor();
                         std::vector<keratin::PadPair> pads;
                         for (int64_t i = a.one_in(5) ? a.between(0, 9) : x.rank(); i > 0; --i)
                             pads.push_back({a.one_in(5) ? a.size() : a.between(0, 2), a.between(0, 2)});
                         return keratin::pad(x, pads, a.scalar());
                     }});
}

inline void add_index_calls(Calls& calls) {
    calls.push_back({"gather", [](Arguments& a) {
                         const Tensor x = a.tensor();
                         const int axis = a.axis();
                         const int64_t extent = axis >= -x.rank() && axis < x.rank() ? x.shape()[axis] : 1;
                         return keratin::gather(x, a.indices(a.shape(a.between(0, 3)), extent), axis);
                     }});
    calls.push_back({"scatter_add", [](Arguments& a) {
                         const Shape shape = a.one_in(5) ? a.any_shape() : a.shape();
                         const int axis = a.axis();
                         const bool inside = axis >= -shape.rank() && axis < shape.rank();
                         const Tensor indices = a.indices(a.shape(1), inside ? shape[axis] : 1);
                         const Shape x = inside ? shape.with(axis, indices.size()) : a.shape();
                         if (!x.is_static() || x.size() > 10'000)
                             return keratin::scatter_add({}, indices, shape, axis);
                         return keratin::scatter_add(a.fitting(x, a.dtype()), indices, shape, axis);
                     }});
    calls.push_back({"one_hot", [](Arguments& a) {
                         return keratin::one_hot(a.indices(a.shape(a.between(0, 3)), 3), a.size(), a.dtype());
                     }});
    calls.push_back({"matmul", [](Arguments& a) {
                         const Shape left = a.shape(a.between(1, 4));
                         const bool ta = a.one_in(3);
                         const bool tb = a.one_in(3);
                         const int64_t inner = ta && left.rank() > 1 ? left[-2] : left.back();
                         const int64_t n = a.between(0, 3);
                         const Shape right = a.part_of(left.slice(0, std::max(0, left.rank() - 2))) +
                                             (tb ? Shape{n, inner} : Shape{inner, n});
                         const DType dtype = a.one_in(5) ? a.dtype() : a.floating();
                         return keratin::matmul(a.fitting(left, dtype), a.fitting(right, dtype),
                                                {.transpose_a = ta, .transpose_b = tb});
                     }});
}

inline void add_shaping_calls(Calls& calls) {
    add_reduce_calls(calls);
    add_reshape_calls(calls);
    add_piece_calls(calls);
    add_index_calls(calls);
}

}  // namespace conformance
