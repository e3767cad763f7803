#include "kernels/conv_families.hpp"
#include "kernels/panels.hpp"
#include "kernels/scratch.hpp"
#include "kernels/winograd_tiles.hpp"

/// dkernel of a 3x3 convolution without strides by Winograd's tiles: the transpose of the forward pass. The
/// coefficients of the inputs times those of dy, added up over the tiles, are those of the gradient.
namespace keratin::kernels::KERATIN_ISA {
namespace {

using namespace winograd;

template <class T>
struct Job {
    Image<const T> x, dy;
    Tiles tiles;
    int64_t pad_top, pad_left;
    T* sums;  ///< coefficients of the gradient, each a matrix (in_c, out_c)

    int64_t in() const { return x.channels; }
    int64_t out() const { return dy.channels; }
    int64_t sums_step() const { return coefficient_step<T>(in() * out()); }
    int64_t work(int64_t count) const { return 2 * points * count * in() * out(); }
};

/// Tiles [first, last) of both operands.
template <class T>
void gather(const Context& context, const Job<T>& job, int64_t first, int64_t last, const Coefficients<T>& v,
            const Coefficients<T>& z, int64_t origin) {
    gather_tiles<FromInput>(context, job.x, job.tiles, job.pad_top, job.pad_left, first, last, v, origin);
    gather_tiles<FromOutput>(context, job.dy, job.tiles, 0, 0, first, last, z, origin);
}

/// Adds the products of a block of tiles to the sums of one point.
template <class T>
void add_products(const Job<T>& job, int point, const Coefficients<T>& v, const Coefficients<T>& z,
                  bool resume) {
    Product<T> p = plain_product<T>(z.count, 1);
    p.resume = resume;
    for (int64_t col = 0; col < job.out(); col += panel_width<T>) {
        p.b = z.at(0, col) + point * z.step();
        p.b_step = p.cols = z.group_width(col);
        for (int64_t group = 0; group < job.in(); group += v.group) {
            p.a_step = v.group_width(group);
            const T* a = v.at(0, group) + point * v.step();
            T* c = job.sums + point * job.sums_step() + group * job.out() + col;
            sweep(Form::padded, p, p.a_step, [&](const T*& a_row, T*& c_row) {
                a_row = a++;
                c_row = c;
                c += job.out();
            });
        }
    }
}

/// The sums to the gradient, for one input channel.
template <class T>
void write_row(const Job<T>& job, int64_t row, T* dkernel, bool accumulate) {
    const int64_t step = job.sums_step(), tap = job.in() * job.out();
    for (int64_t at = row * job.out(); at < (row + 1) * job.out(); at += lanes<T>)
        both_axes<ToKernel, T>(
            [&](int i, int j)
                KERATIN_INLINE_BODY { return Vec<T>::load(job.sums + (i * inputs + j) * step + at); },
            [&](int i, int j, Vec<T> x) KERATIN_INLINE_BODY {
                T* to = dkernel + (i * taps + j) * tap + at;
                (accumulate ? Vec<T>::load(to) + x : x).store(to);
            });
}

/// Tiles whose coefficients are held at a time. It fixes the order of nothing: sums resume.
template <class T>
int64_t tiles_in_block(const Job<T>& job) {
    constexpr int64_t memory = 4 * 1024 * 1024 / static_cast<int64_t>(sizeof(T));
    return larger(24, memory / (points * (job.in() + job.out())));
}

template <class T>
void kernel_gradient(const Context& context, const Conv2D& conv, const T* x, const T* dy, T* dkernel,
                     bool accumulate) {
    constexpr int64_t together = 4;
    Job<T> job{{x, conv.in_h, conv.in_w, conv.in_c},
               {dy, conv.out_h, conv.out_w, conv.out_c},
               tiles_over(conv.batch, conv.out_h, conv.out_w),
               conv.pad_top,
               conv.pad_left,
               nullptr};
    const int64_t count = job.tiles.count(), block = smaller(tiles_in_block(job), count);
    const Scratch<T> v_memory(context, Coefficients<T>::size(block, job.in()));
    const Scratch<T> z_memory(context, Coefficients<T>::size(block, job.out()));
    const Scratch<T> sums(context, points * job.sums_step());
    job.sums = sums.data();
    for (int64_t first = 0; first < count; first += block) {
        const int64_t some = smaller(block, count - first);
        const Coefficients<T> v{v_memory.data(), some, job.in(), panel_width<T>};
        const Coefficients<T> z{z_memory.data(), some, job.out(), panel_width<T>};
        parallel_for(context, divide_up(some, together), 200 * some * (job.in() + job.out()),
                     [&](int64_t begin, int64_t end) {
                         gather(context, job, first + begin * together, first + smaller(end * together, some),
                                v, z, first);
                     });
        parallel_for(context, points, job.work(some), [&](int64_t begin, int64_t end) {
            for (int64_t point = begin; point < end; ++point)
                add_products(job, static_cast<int>(point), v, z, first > 0);
        });
    }
    parallel_for(context, job.in(), 100 * job.in() * job.out(), [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) write_row(job, row, dkernel, accumulate);
    });
}

}  // namespace

void winograd_kernel_gradient(const Context& context, const Conv2D& conv, const float* x, const float* dy,
                              float* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, dy, dkernel, accumulate);
}
void winograd_kernel_gradient(const Context& context, const Conv2D& conv, const double* x, const double* dy,
                              double* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, dy, dkernel, accumulate);
}

}  // namespace keratin::kernels::KERATIN_ISA
