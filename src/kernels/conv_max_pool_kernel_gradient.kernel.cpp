#include "kernels/chunks.hpp"
#include "kernels/conv_max_pool.hpp"
#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"
#include "kernels/sparse.hpp"

/// dkernel behind a max pooling: of four outputs only one has a gradient, so its window times that gradient
/// is added up, a quarter of what all outputs would take. The lanes are the entries (kw, c) of a kernel row.
/// The images are cut into chunks as in conv_kernel_gradient.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
struct Job {
    const Conv2D& conv;
    Windows windows;
    Frame frame;
    Square square;
    const T* x;
    const uint8_t* where;
    const T* dy;
    int64_t chunks;
    T* sums;  ///< (chunks, out_c, kernel_h, vectors of a kernel row)

    Job(const Conv2D& c, const T* image, const uint8_t* chosen, const T* gradient)
        : conv(c),
          windows(windows_of(c)),
          frame(windows),
          square(windows, frame),
          x(image),
          where(chosen),
          dy(gradient),
          chunks(1),
          sums(nullptr) {}

    int64_t rows() const { return conv.out_h / 2; }
    int64_t cols() const { return conv.out_w / 2; }
    int64_t vectors() const { return divide_up(conv.kernel_w * conv.in_c, lanes<T>); }
    int64_t kernel_row() const { return vectors() * lanes<T>; }
    int64_t filter() const { return conv.kernel_h * kernel_row(); }
    int64_t size() const { return conv.out_c * filter(); }
    int64_t work() const {
        return 2 * conv.batch * rows() * cols() * conv.out_c * conv.kernel_h * conv.kernel_w * conv.in_c;
    }
};

/// Adds to a patch of `Channels` filters what one image brings.
template <int Rows, int Vectors, int Channels, class T>
void add_patch(const Job<T>& job, const T* a, const uint8_t* where, const T* dy, const Patch& patch,
               T* sums) {
    const int64_t channels = job.conv.out_c, tap_row = job.windows.rows.step * job.frame.row;
    const int64_t right = 2 * job.windows.cols.stride * job.windows.channels;
    const int64_t down = 2 * job.windows.rows.stride * job.frame.row;
    T* const to = sums + patch.row * job.kernel_row() + patch.vector * lanes<T>;
    a += patch.row * tap_row + patch.vector * lanes<T>;
    Vec<T> sum[Channels][Rows][Vectors];
#pragma GCC unroll 4
    for (int c = 0; c < Channels; ++c)
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (int v = 0; v < Vectors; ++v)
                sum[c][r][v] = Vec<T>::load(to + c * job.filter() + r * job.kernel_row() + v * lanes<T>);
    for (int64_t i = 0; i < job.rows(); ++i) {
        const T* window = a + i * down;
        for (int64_t j = 0; j < job.cols(); ++j, window += right, where += channels, dy += channels)
#pragma GCC unroll 4
            for (int c = 0; c < Channels; ++c) {
                const T* from = window + job.square.offset[where[c]];
                const Vec<T> gradient = Vec<T>::broadcast(dy[c]);
#pragma GCC unroll 8
                for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
                    for (int v = 0; v < Vectors; ++v)
                        sum[c][r][v] =
                            fmadd(gradient, Vec<T>::load(from + r * tap_row + v * lanes<T>), sum[c][r][v]);
            }
    }
#pragma GCC unroll 4
    for (int c = 0; c < Channels; ++c)
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (int v = 0; v < Vectors; ++v)
                sum[c][r][v].store(to + c * job.filter() + r * job.kernel_row() + v * lanes<T>);
}

/// Filters [first, last) of one image. Two at a time where one alone would not keep the multipliers busy.
template <class T>
void add_image(const Job<T>& job, const T* a, int64_t n, int64_t first, int64_t last, T* sums) {
    const int64_t outputs = n * job.rows() * job.cols() * job.conv.out_c;
    const uint8_t* const where = job.where + outputs;
    const T* const dy = job.dy + outputs;
    for_patches(job.conv.kernel_h, job.vectors(), [&]<int Rows, int Vectors>(const Patch& patch) {
        constexpr int together = 2 * Rows * Vectors <= most_accumulators && Rows * Vectors < 8 ? 2 : 1;
        int64_t c = first;
        for (; c + together <= last; c += together)
            add_patch<Rows, Vectors, together>(job, a, where + c, dy + c, patch, sums + c * job.filter());
        for (; c < last; ++c)
            add_patch<Rows, Vectors, 1>(job, a, where + c, dy + c, patch, sums + c * job.filter());
    });
}

/// The images of one chunk, in order.
template <class T>
void add_chunk(const Job<T>& job, int64_t chunk, int64_t first, int64_t last, T* memory) {
    T* const sums = job.sums + chunk * job.size();
    clear(sums + first * job.filter(), (last - first) * job.filter());
    if (job.rows() * job.cols() == 0) return;
    for (int64_t n = chunk * job.conv.batch / job.chunks; n < (chunk + 1) * job.conv.batch / job.chunks;
         ++n) {
        copy_into(job.frame, job.windows, job.x + n * job.windows.image(), memory);
        add_image(job, memory + first_window(job.windows), n, first, last, sums);
    }
}

/// The first chunk's sums, (out_c, kh, kw * c), as a kernel (kh, kw, c, out_c).
template <class T>
void transpose(const Job<T>& job, T* dkernel, bool accumulate) {
    const int64_t entries = job.conv.kernel_w * job.conv.in_c;
    for (int64_t kh = 0; kh < job.conv.kernel_h; ++kh)
        for (int64_t e = 0; e < entries; ++e) {
            const T* from = job.sums + kh * job.kernel_row() + e;
            for (int64_t c = 0; c < job.conv.out_c; ++c, ++dkernel)
                *dkernel = accumulate ? *dkernel + from[c * job.filter()] : from[c * job.filter()];
        }
}

template <class T>
void kernel_gradient(const Context& context, const Conv2D& conv, const T* x, const uint8_t* where,
                     const T* dy, T* dkernel, bool accumulate) {
    constexpr int64_t enough_tasks = 8;
    Job<T> job(conv, x, where, dy);
    job.chunks = chunk_count(conv.batch, conv.kernel_h * conv.kernel_w * conv.in_c * conv.out_c);
    const Scratch<T> sums(context, job.chunks * job.size());
    job.sums = sums.data();
    const int64_t parts = larger(1, smaller(enough_tasks / job.chunks, conv.out_c / 2));
    parallel_for(context, job.chunks * parts, job.work(), [&](int64_t begin, int64_t end) {
        const Scratch<T> memory(context, job.frame.template size<T>());
        for (int64_t task = begin; task < end; ++task) {
            const int64_t part = task % parts;
            add_chunk(job, task / parts, part * conv.out_c / parts, (part + 1) * conv.out_c / parts,
                      memory.data());
        }
    });
    add_chunks(job.sums, job.chunks, job.size());
    transpose(job, dkernel, accumulate);
}

}  // namespace

void conv_max_pool_kernel_gradient(const Context& context, const Conv2D& conv, const float* x,
                                   const uint8_t* where, const float* dy, float* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, where, dy, dkernel, accumulate);
}
void conv_max_pool_kernel_gradient(const Context& context, const Conv2D& conv, const double* x,
                                   const uint8_t* where, const double* dy, double* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, where, dy, dkernel, accumulate);
}

}  // namespace keratin::kernels::KERATIN_ISA
