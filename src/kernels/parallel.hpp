#pragma once

#include "kernels/kernels.hpp"
#include "kernels/native.hpp"

namespace keratin::kernels::KERATIN_ISA {

/// Runs body(begin, end) over [0, tasks) as Context::parallel does; `work` as there.
template <class Body>
KERATIN_INLINE void parallel_for(const Context& context, int64_t tasks, int64_t work, const Body& body) {
    if (tasks <= 0) return;
    context.parallel(
        tasks, work,
        [](void* data, int64_t begin, int64_t end) { (*static_cast<const Body*>(data))(begin, end); },
        const_cast<Body*>(&body));
}

KERATIN_INLINE int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}
KERATIN_INLINE int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}
KERATIN_INLINE int64_t divide_up(int64_t a, int64_t b) {
    return (a + b - 1) / b;
}

/// What one thread takes at a time from a flat array, in elements.
constexpr int64_t grain = 4096;

/// Runs body(begin, end) over pieces of [0, n) that begin at multiples of `grain`; `work` is that of an
/// element.
template <class Body>
KERATIN_INLINE void parallel_blocks(const Context& context, int64_t n, int64_t work, const Body& body) {
    parallel_for(context, divide_up(n, grain), n * work,
                 [&](int64_t begin, int64_t end) { body(begin * grain, smaller(end * grain, n)); });
}

/// Runs body(begin, end) over groups of rows that have about `block` elements each.
template <class Body>
KERATIN_INLINE void parallel_rows(const Context& context, int64_t rows, int64_t cols, int64_t work,
                                  const Body& body) {
    const int64_t group = larger(1, grain / larger(1, cols));
    parallel_for(context, divide_up(rows, group), rows * cols * work,
                 [&](int64_t begin, int64_t end) { body(begin * group, smaller(end * group, rows)); });
}

}  // namespace keratin::kernels::KERATIN_ISA
