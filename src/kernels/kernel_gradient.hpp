#pragma once

#include "kernels/chunks.hpp"
#include "kernels/image.hpp"
#include "kernels/panels.hpp"
#include "kernels/scratch.hpp"

/// dkernel: the outer products of what a window reads with dy, summed over pixels and images. What its forms
/// share: the rows of all images are cut into chunks that depend on the shape alone, every chunk sums into
/// its own copy, and the copies are added two by two. Within a chunk the pixels are added in order.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
struct KernelGradient {
    const Conv2D& conv;
    Windows windows;
    const T* x;
    const T* dy;
    int64_t chunks = 1;  ///< of all rows
    int64_t units = 1;   ///< of work that a form knows, in every chunk
    int64_t block = 1;   ///< rows taken at a time
    T* sums = nullptr;   ///< (chunks, entries, out_c)

    int64_t group_in() const { return conv.in_c / conv.groups; }
    int64_t group_out() const { return conv.out_c / conv.groups; }
    int64_t entries() const { return windows.taps() * group_in(); }
    int64_t size() const { return entries() * conv.out_c; }
    int64_t rows() const { return conv.batch * conv.out_h; }
    int64_t pixels() const { return rows() * conv.out_w; }
    int64_t work() const { return 2 * pixels() * size(); }
};

/// Tasks at least, where there is enough to do.
constexpr int64_t enough_tasks = 8;

/// Chunks by the shape alone. Chunks cost memory traffic for their copies of the gradient, parts of the
/// entries cost reading the images once more each; together they make enough tasks.
template <class T>
int64_t chunks_of(const KernelGradient<T>& job) {
    const int64_t images = job.conv.batch * job.windows.image() + job.pixels() * job.conv.out_c;
    const int64_t limit = smaller(enough_tasks, job.rows());
    int64_t chunks = 1;
    while (2 * chunks <= limit && 4 * chunks * chunks * job.size() <= enough_tasks * images) chunks *= 2;
    return chunks;
}

/// Rows taken at a time: their pixels, with `pixel` elements each, stay in the second-level cache.
template <class T>
int64_t rows_together(const KernelGradient<T>& job, int64_t pixel) {
    constexpr int64_t cache = 512 * 1024 / sizeof(T), most = 1024;
    const int64_t fit = larger(1, smaller(cache / larger(pixel, 1), most) / larger(job.conv.out_w, 1));
    const int64_t rows = divide_up(job.rows(), job.chunks);
    return divide_up(rows, divide_up(rows, fit));
}

/// A part of the units and the rows of a chunk.
struct Piece {
    int64_t first_unit, last_unit, first_row, last_row;
};

/// The gradient in a form that has `units` pieces of work to share: Form(context, job) holds a thread's
/// memory and form(piece, sums) adds up a piece, in place of what sums hold.
template <class Form, class T>
void add_up_chunks(const Context& context, KernelGradient<T>& job, T* dkernel, bool accumulate) {
    constexpr int64_t units_in_task = 4;
    const bool in_place = job.chunks == 1 && !accumulate;
    const Scratch<T> sums(context, in_place ? 0 : job.chunks * job.size());
    job.sums = in_place ? dkernel : sums.data();
    const int64_t parts = larger(1, smaller(enough_tasks / job.chunks, job.units / units_in_task));
    parallel_for(context, job.chunks * parts, job.work(), [&](int64_t begin, int64_t end) {
        const Form form(context, job);
        for (int64_t task = begin; task < end; ++task) {
            const int64_t chunk = task / parts, part = task % parts;
            const Piece piece{part * job.units / parts, (part + 1) * job.units / parts,
                              chunk * job.rows() / job.chunks, (chunk + 1) * job.rows() / job.chunks};
            form(piece, job.sums + chunk * job.size());
        }
    });
    if (!in_place) add_up(context, job.sums, job.chunks, job.size(), dkernel, accumulate);
}

/// The part of a block of rows that lies in one image: rows [first, last) of image n.
struct Segment {
    int64_t n, first, last;

    Segment(const Conv2D& conv, int64_t row, int64_t end)
        : n(row / conv.out_h), first(row % conv.out_h), last(smaller(conv.out_h, first + end - row)) {}
    int64_t rows() const { return last - first; }
};

/// Segments that a block may touch.
inline int64_t segments_of(const Conv2D& conv, int64_t block) {
    return 1 + divide_up(block - 1, conv.out_h);
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
