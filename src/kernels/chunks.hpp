#pragma once

#include "kernels/parallel.hpp"

/// Sums over a batch: a grid of chunks that the shape alone decides, then a fixed tree.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// Enough chunks to share and to keep the chains short, unless their copies would be large.
inline int64_t chunk_count(int64_t batch, int64_t size) {
    constexpr int64_t most = 8, memory = 1 << 21;
    return larger(1, smaller(smaller(most, batch), memory / larger(size, 1)));
}

/// Adds elements [begin, end) of the chunks of `size` elements two by two into the first; which ones is fixed
/// by their number.
template <class T>
void add_chunks(T* sums, int64_t chunks, int64_t size, int64_t begin, int64_t end) {
    for (int64_t apart = 1; apart < chunks; apart *= 2)
        for (int64_t i = 0; i + apart < chunks; i += 2 * apart) {
            T* to = sums + i * size;
            const T* from = to + apart * size;
            for (int64_t j = begin; j < end; ++j) to[j] += from[j];
        }
}
template <class T>
void add_chunks(T* sums, int64_t chunks, int64_t size) {
    add_chunks(sums, chunks, size, 0, size);
}

/// All chunks into the result, which they replace or are added to.
template <class T>
void add_up(const Context& context, T* sums, int64_t chunks, int64_t size, T* result, bool accumulate) {
    constexpr int64_t block = 512;  // of all chunks: they stay in the first-level cache
    parallel_blocks(context, size, chunks, [&](int64_t first, int64_t last) {
        for (int64_t begin = first; begin < last; begin += block) {
            const int64_t end = smaller(begin + block, last);
            add_chunks(sums, chunks, size, begin, end);
            for (int64_t j = begin; j < end; ++j) result[j] = accumulate ? result[j] + sums[j] : sums[j];
        }
    });
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
