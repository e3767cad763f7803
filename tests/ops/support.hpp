#pragma once

#include "support/catch.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/core/random.hpp>
#include <keratin/core/tensor.hpp>

#include <cmath>
#include <vector>

namespace keratin::test {

/// Numbers that are the same in every run; float64, as finite differences need it.
inline Tensor sample(const Shape& shape, uint64_t seed = 1, double low = -2, double high = 2) {
    return random::uniform(shape, {.minval = low, .maxval = high, .dtype = float64, .seed = seed});
}

/// Element number i, whatever the dtype.
inline double value(const Tensor& x, int64_t i) {
    return convert(x.view({1}, i), float64).data<double>()[0];
}

inline std::vector<double> values(const Tensor& x) {
    const Tensor numbers = convert(x, float64);
    const std::span<const double> span = numbers.data<double>();
    return {span.begin(), span.end()};
}

/// The index of element number i of a shape.
inline std::vector<int64_t> index_of(const Shape& shape, int64_t i) {
    std::vector<int64_t> index(static_cast<size_t>(shape.rank()));
    for (int axis = shape.rank(); axis-- > 0; i /= shape[axis])
        index[static_cast<size_t>(axis)] = i % shape[axis];
    return index;
}

/// The number of the element at an index.
inline int64_t number_of(const Shape& shape, const std::vector<int64_t>& index) {
    int64_t number = 0;
    for (int axis = 0; axis < shape.rank(); ++axis)
        number = number * shape[axis] + index[static_cast<size_t>(axis)];
    return number;
}

/// The number of the element of a tensor of `shape` that stands at element i of its broadcast to `whole`.
inline int64_t broadcast_source(const Shape& shape, const Shape& whole, int64_t i) {
    const std::vector<int64_t> index = index_of(whole, i);
    std::vector<int64_t> own(index.end() - shape.rank(), index.end());
    for (int axis = 0; axis < shape.rank(); ++axis)
        if (shape[axis] == 1) own[static_cast<size_t>(axis)] = 0;
    return number_of(shape, own);
}

using Function = std::function<Tensor(const std::vector<Tensor>&)>;

inline void check_first_derivatives(const Function& f, const std::vector<Tensor>& inputs) {
    const GradientCheck check = check_gradients(f, inputs);
    INFO(check.message);
    CHECK(check.passed);
}

/// First and second derivatives with respect to every input, against central differences.
inline void check_derivatives(const Function& f, const std::vector<Tensor>& inputs) {
    check_first_derivatives(f, inputs);
    const GradientCheck check = check_second_gradients(f, inputs);
    INFO(check.message);
    CHECK(check.passed);
}

}  // namespace keratin::test
