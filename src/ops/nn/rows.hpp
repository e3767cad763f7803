#pragma once

#include "ops/dispatch.hpp"

#include <keratin/core/tensor.hpp>

#include <algorithm>

/// Loops over a tensor seen as rows of channels, for what would take several passes when put together from
/// ops. They are compiled for every machine: memory, not arithmetic, limits them.
namespace keratin::nn {

/// f(position of the row's first element) for every row.
template <class F>
void for_rows(int64_t rows, int64_t channels, F f) {
    constexpr int64_t operations = 3;
    ops::for_ranges(rows, operations * rows * channels, [=](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) f(row * channels);
    });
}

/// term(position, channel) added up over the rows. Blocks of a fixed number of rows add up by themselves, so
/// the result does not depend on the threads and rounds little.
template <class T, class Term>
Tensor sum_over_rows(int64_t rows, int64_t channels, Term term) {
    constexpr int64_t block = 256;
    const int64_t blocks = (rows + block - 1) / block;
    Tensor partial = Tensor::empty({blocks, channels}, dtype_of<T>());
    T* sums = ops::write<T>(partial);
    ops::for_ranges(blocks, 3 * rows * channels, [=](int64_t begin, int64_t end) {
        for (int64_t b = begin; b < end; ++b) {
            T* __restrict sum = sums + b * channels;
            std::fill(sum, sum + channels, T{0});
            for (int64_t row = b * block; row < std::min(rows, (b + 1) * block); ++row)
                for (int64_t c = 0; c < channels; ++c) sum[c] += term(row * channels + c, c);
        }
    });
    Tensor result = Tensor::empty({channels}, dtype_of<T>());
    T* to = ops::write<T>(result);
    for (int64_t c = 0; c < channels; ++c) {
        double sum = 0;
        for (int64_t b = 0; b < blocks; ++b) sum += static_cast<double>(sums[b * channels + c]);
        to[c] = static_cast<T>(sum);
    }
    return result;
}

}  // namespace keratin::nn
