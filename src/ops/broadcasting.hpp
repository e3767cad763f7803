#pragma once

#include "kernels/kernels.hpp"

#include <keratin/core/tensor.hpp>

namespace keratin::ops {

/// Two tensors on their way through an elementwise kernel: their broadcast laid out as rows and columns, on
/// which each of them is full, one row, one column or a single value. Where no such layout exists, an input
/// has been repeated in memory.
struct Pair {
    struct Steps {
        int64_t row = 0;
        int64_t col = 0;
    };

    Shape shape;
    Tensor a;
    Tensor b;
    int64_t rows = 1;
    int64_t cols = 1;
    Steps steps_a = {};
    Steps steps_b = {};

    template <class T>
    kernels::Operand<T> operand_a() const {
        return {static_cast<const T*>(a.raw()), steps_a.row, steps_a.col};
    }
    template <class T>
    kernels::Operand<T> operand_b() const {
        return {static_cast<const T*>(b.raw()), steps_b.row, steps_b.col};
    }
};

/// Throws ShapeError naming `op` when the shapes do not broadcast.
Pair pair(const Tensor& a, const Tensor& b, const char* op);

/// y = f(a, b) in plain loops, for what the kernels do not cover.
template <class T, class Y, class F>
void for_each_pair(const Pair& pair, Y* y, const F& f) {
    const kernels::Operand<T> a = pair.operand_a<T>();
    const kernels::Operand<T> b = pair.operand_b<T>();
    for (int64_t r = 0; r < pair.rows; ++r)
        for (int64_t c = 0; c < pair.cols; ++c)
            *y++ = f(a.data[r * a.row_step + c * a.col_step], b.data[r * b.row_step + c * b.col_step]);
}

}  // namespace keratin::ops
