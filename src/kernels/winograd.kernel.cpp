#include "kernels/activate.hpp"
#include "kernels/conv_families.hpp"
#include "kernels/panels.hpp"
#include "kernels/scratch.hpp"
#include "kernels/winograd_tiles.hpp"

/// A 3x3 convolution without strides, or its input gradient, which is one of dy with the kernel turned round,
/// by Winograd's tiles. Tiles are gathered into coefficients, multiplied with the kernel's, 36 matrix
/// products in all, and what comes out is carried back, a block of tiles at a time, so that the coefficients
/// stay in the second-level cache.
namespace keratin::kernels::KERATIN_ISA {
namespace {

using namespace winograd;

template <class T>
struct Job {
    Image<const T> source;
    Image<T> out;
    Tiles tiles;
    int64_t pad_top, pad_left;
    const T* kernel;
    bool turned;  ///< the kernel's taps backwards and its matrices transposed
    const T* bias;
    bool relu, add;

    int64_t depth() const { return source.channels; }
    int64_t panels() const { return panel_count<T>(out.channels); }
    Panel<T> panel(int64_t i) const { return {i, depth(), out.channels}; }
    int64_t work() const { return 2 * tiles.count() * points * depth() * out.channels; }
    /// The kernel's coefficients, one panel after the other, in each all of one point after the other.
    int64_t kernel_step() const { return coefficient_step<T>(depth() * panel_width<T>); }
    int64_t panel_size() const { return points * kernel_step(); }
};

/// Rows [first, last) of the nine matrices of a panel, as (tap, row, column).
template <class T>
void pack_turned(const Job<T>& job, const Panel<T>& panel, int64_t first, int64_t last, T* to) {
    const int64_t depth = job.depth(), matrix = depth * job.out.channels;
    for (int64_t t = 0; t < taps * taps; ++t)
        pack_cols(job.kernel + (taps * taps - 1 - t) * matrix + panel.first * depth + first, depth,
                  last - first, panel, to + t * (last - first) * panel.width);
}

/// Rows [first, last) of a panel's coefficients. `memory` holds taps * taps * rows * panel_width elements.
template <class T>
void transform_kernel(const Job<T>& job, const Panel<T>& panel, int64_t first, int64_t last, T* memory,
                      T* to) {
    const T* from = job.kernel + first * job.out.channels + panel.first;
    int64_t row = job.out.channels, tap = job.depth() * row;
    if (job.turned) {
        pack_turned(job, panel, first, last, memory);
        from = memory;
        row = panel.width;
        tap = (last - first) * row;
    }
    const int64_t step = job.kernel_step();
    for (int64_t r = first; r < last; ++r, from += row)
        for (int64_t col = 0; col < panel.width; col += lanes<T>)
            both_axes<FromKernel, T>(
                [&](int i, int j)
                    KERATIN_INLINE_BODY { return Vec<T>::load(from + (i * taps + j) * tap + col); },
                [&](int i, int j, Vec<T> x)
                    KERATIN_INLINE_BODY { x.store(to + (i * inputs + j) * step + r * panel.width + col); });
}

/// The 36 products of `count` tiles, from `first` of v on, with one panel.
template <class T>
void multiply(const Job<T>& job, const Panel<T>& panel, const T* kernel, const Coefficients<T>& v,
              int64_t first, int64_t count, const Coefficients<T>& m) {
    Product<T> p = plain_product<T>(job.depth(), 1);
    p.b_step = panel.width;
    p.cols = panel.width;
    for (int point = 0; point < points; ++point) {
        p.b = kernel + point * job.kernel_step();
        const T* a = v.at(first, 0) + point * v.step();
        T* c = m.data + point * m.step();
        sweep(Form::padded, p, count, [&](const T*& a_row, T*& c_row) {
            a_row = a;
            c_row = c;
            a += job.depth();
            c += panel.width;
        });
    }
}

/// What of a tile lies within the image.
struct Part {
    int64_t rows, cols;
};

/// One vector of a tile's outputs, with what follows the sum.
template <class T>
KERATIN_INLINE void finish(const Job<T>& job, Vec<T> sum, Vec<T> bias, T* to) {
    if (job.bias) sum = sum + bias;
    if (job.add) sum = Vec<T>::load(to) + sum;
    if (job.relu) sum = max(Vec<T>::zero(), sum);
    sum.store(to);
}

/// The outputs of `count` tiles, numbered from `first` on, for one panel of channels.
template <class T>
void scatter(const Job<T>& job, const Panel<T>& panel, int64_t first, int64_t count,
             const Coefficients<T>& m) {
    const int64_t col_step = job.out.channels, row_step = job.out.w * col_step, step = m.step();
    for (int64_t t = 0; t < count; ++t) {
        const Place place = place_of(job.tiles, first + t);
        const Part part{job.out.h - place.row, job.out.w - place.col};
        T* tile = job.out.data + ((place.image * job.out.h + place.row) * job.out.w + place.col) * col_step +
                  panel.first;
        for (int64_t channel = 0; channel < panel.width; channel += lanes<T>) {
            const T* from = m.data + t * panel.width + channel;
            const Vec<T> bias = job.bias ? Vec<T>::load(job.bias + panel.first + channel) : Vec<T>::zero();
            both_axes<ToOutput, T>(
                [&](int i, int j)
                    KERATIN_INLINE_BODY { return Vec<T>::load(from + (i * inputs + j) * step); },
                [&](int i, int j, Vec<T> x) KERATIN_INLINE_BODY {
                    if (i < part.rows && j < part.cols)
                        finish(job, x, bias, tile + i * row_step + j * col_step + channel);
                });
        }
    }
}

/// Tiles [first, last) to coefficients; v's first is `origin`.
template <class T>
void gather(const Context& context, const Job<T>& job, int64_t first, int64_t last, const Coefficients<T>& v,
            int64_t origin) {
    gather_tiles<FromInput>(context, job.source, job.tiles, job.pad_top, job.pad_left, first, last, v,
                            origin);
}

constexpr int64_t rows_together = 16;  ///< of the kernel's matrices, in one task
constexpr int64_t multiple =
    12;  ///< of which a block of tiles is: that of the rows of every tile of a product

/// Tiles whose coefficients, with those of a panel of results, stay in the second-level cache.
template <class T>
int64_t tiles_in_block(int64_t depth) {
    constexpr int64_t cache = 640 * 1024 / static_cast<int64_t>(sizeof(T));
    const int64_t fit = cache / (points * (depth + panel_width<T>));
    return larger(1, smaller(4, fit / multiple)) * multiple;
}

/// The kernel is transformed once, and then blocks of tiles are shared among the threads.
template <class T>
void run_by_tiles(const Context& context, const Job<T>& job) {
    const int64_t parts = divide_up(job.depth(), rows_together), panels = job.panels();
    const Scratch<T> kernel(context, panels * job.panel_size());
    parallel_for(
        context, panels * parts, 100 * job.depth() * job.out.channels, [&](int64_t begin, int64_t end) {
            const Scratch<T> memory(context, job.turned ? taps * taps * rows_together * panel_width<T> : 0);
            for (int64_t task = begin; task < end; ++task) {
                const int64_t i = task / parts, row = task % parts * rows_together;
                transform_kernel(job, job.panel(i), row, smaller(row + rows_together, job.depth()),
                                 memory.data(), kernel.data() + i * job.panel_size());
            }
        });
    const int64_t block = tiles_in_block<T>(job.depth()), count = job.tiles.count();
    parallel_for(context, divide_up(count, block), job.work(), [&](int64_t begin, int64_t end) {
        const Scratch<T> inputs_memory(context, Coefficients<T>::size(block, job.depth()));
        const Scratch<T> products_memory(context, Coefficients<T>::size(block, panel_width<T>));
        const Coefficients<T> v{inputs_memory.data(), block, job.depth(), job.depth()};
        const Coefficients<T> m{products_memory.data(), block, panel_width<T>, panel_width<T>};
        for (int64_t task = begin; task < end; ++task) {
            const int64_t first = task * block, last = smaller(first + block, count);
            gather(context, job, first, last, v, first);
            for (int64_t i = 0; i < panels; ++i) {
                multiply(job, job.panel(i), kernel.data() + i * job.panel_size(), v, 0, last - first, m);
                scatter(job, job.panel(i), first, last - first, m);
            }
        }
    });
}

/// All tiles are transformed, and then panels of channels are shared: where the images are small, the
/// kernel's coefficients are the larger part, and so each is used while it is in the cache.
template <class T>
void run_by_panels(const Context& context, const Job<T>& job) {
    constexpr int64_t block = 4 * multiple, together = 4;
    const int64_t count = job.tiles.count(), depth = job.depth();
    const Scratch<T> inputs_memory(context, Coefficients<T>::size(count, depth));
    const Coefficients<T> v{inputs_memory.data(), count, depth, depth};
    parallel_for(context, divide_up(count, together), 200 * count * depth, [&](int64_t begin, int64_t end) {
        gather(context, job, begin * together, smaller(end * together, count), v, 0);
    });
    parallel_for(context, job.panels(), job.work(), [&](int64_t begin, int64_t end) {
        const Scratch<T> memory(context, job.turned ? taps * taps * rows_together * panel_width<T> : 0);
        const Scratch<T> kernel(context, job.panel_size());
        const Scratch<T> products_memory(context, Coefficients<T>::size(block, panel_width<T>));
        const Coefficients<T> m{products_memory.data(), block, panel_width<T>, panel_width<T>};
        for (int64_t i = begin; i < end; ++i) {
            const Panel<T> panel = job.panel(i);
            for (int64_t row = 0; row < depth; row += rows_together)
                transform_kernel(job, panel, row, smaller(row + rows_together, depth), memory.data(),
                                 kernel.data());
            for (int64_t first = 0; first < count; first += block) {
                const int64_t some = smaller(block, count - first);
                multiply(job, panel, kernel.data(), v, first, some, m);
                scatter(job, panel, first, some, m);
            }
        }
    });
}

template <class T>
void run(const Context& context, const Job<T>& job) {
    job.tiles.count() < job.out.channels ? run_by_panels(context, job) : run_by_tiles(context, job);
}

template <class T>
void forward(const Context& context, const Conv2D& conv, const T* x, const T* kernel, const T* bias,
             Activation activation, T* y) {
    Job<T> job{};
    job.source = {x, conv.in_h, conv.in_w, conv.in_c};
    job.out = {y, conv.out_h, conv.out_w, conv.out_c};
    job.tiles = tiles_over(conv.batch, conv.out_h, conv.out_w);
    job.pad_top = conv.pad_top;
    job.pad_left = conv.pad_left;
    job.kernel = kernel;
    job.bias = bias;
    job.relu = activation == Activation::relu;
    run(context, job);
    const int64_t size = conv.batch * conv.out_h * conv.out_w * conv.out_c;
    if (needs_pass(activation))
        parallel_blocks(context, size, 20,
                        [&](int64_t begin, int64_t end) { activate(activation, y + begin, end - begin); });
}

template <class T>
void input_gradient(const Context& context, const Conv2D& conv, const T* dy, const T* kernel, T* dx,
                    bool accumulate) {
    Job<T> job{};
    job.source = {dy, conv.out_h, conv.out_w, conv.out_c};
    job.out = {dx, conv.in_h, conv.in_w, conv.in_c};
    job.tiles = tiles_over(conv.batch, conv.in_h, conv.in_w);
    job.pad_top = taps - 1 - conv.pad_top;
    job.pad_left = taps - 1 - conv.pad_left;
    job.kernel = kernel;
    job.turned = true;
    job.add = accumulate;
    run(context, job);
}

}  // namespace

void winograd_forward(const Context& context, const Conv2D& conv, const float* x, const float* kernel,
                      const float* bias, Activation activation, float* y) {
    forward(context, conv, x, kernel, bias, activation, y);
}
void winograd_forward(const Context& context, const Conv2D& conv, const double* x, const double* kernel,
                      const double* bias, Activation activation, double* y) {
    forward(context, conv, x, kernel, bias, activation, y);
}

void winograd_input_gradient(const Context& context, const Conv2D& conv, const float* dy, const float* kernel,
                             float* dx, bool accumulate) {
    input_gradient(context, conv, dy, kernel, dx, accumulate);
}
void winograd_input_gradient(const Context& context, const Conv2D& conv, const double* dy,
                             const double* kernel, double* dx, bool accumulate) {
    input_gradient(context, conv, dy, kernel, dx, accumulate);
}

}  // namespace keratin::kernels::KERATIN_ISA
