#include "kernels/conv_families.hpp"
#include "kernels/kernel_gradient.hpp"
#include "kernels/kernel_rows.hpp"

/// dkernel for a few filters, which would leave most lanes empty, and one group: the lanes are entries
/// (kh, kw, c) of the kernel, in halves of a vector that each lie side by side in an image. Every sum is the
/// same chain as in conv_kernel_gradient.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
struct Block {
    const T* x;
    const T* dy;
    int64_t rows;
    bool resume;
};

/// A thread's memory, and what it does with a piece. The units are vectors of entries.
template <class T>
class ByFilters {
public:
    ByFilters(const Context& context, const KernelGradient<T>& job)
        : job_(job),
          conv_(job.conv),
          halves_(kernel_rows<T>(job.windows)),
          copy_(context, job.windows.rows.span(job.block) * job.windows.row() + lanes<T>),
          offsets_(context, 2 * halves_.vectors()),
          sums_(context, conv_.out_c * halves_.vectors() * lanes<T>) {
        clear(copy_.data() + job.windows.rows.span(job.block) * job.windows.row(), lanes<T>);
        for (int64_t i = 0; i < 2 * halves_.vectors(); ++i)
            offsets_.data()[i] = halves_.offset(job.windows, smaller(i, halves_.count() - 1));
    }

    void operator()(const Piece& piece, T* sums) const {
        for (int64_t row = piece.first_row, end; row < piece.last_row; row = end) {
            const Segment s(conv_, row, smaller(row + job_.block, piece.last_row));
            end = row + s.rows();
            copy_rows(s);
            add_block(
                {copy_.data(), job_.dy + row * conv_.out_w * conv_.out_c, s.rows(), row > piece.first_row},
                piece);
        }
        store(piece, sums);
    }

private:
    /// What the windows of some rows read, with room behind it for reading halves of a vector.
    void copy_rows(const Segment& s) const {
        const T* image = job_.x + s.n * job_.windows.image();
        const T* from = corner(job_.windows, image, s.first, s.last, copy_.data());
        if (from == copy_.data()) return;
        const int64_t columns = job_.windows.cols.first(0) * conv_.in_c;
        copy(from, job_.windows.rows.span(s.rows()) * job_.windows.row() - columns, copy_.data());
    }

    /// Adds to the sums of some filters at some vectors of entries what a block brings.
    template <int Filters, int Vectors>
    void add(const Block<T>& block, const int64_t* offsets, T* const (&to)[Vectors]) const {
        const int64_t right = conv_.stride_w * conv_.in_c, down = conv_.stride_h * job_.windows.row();
        const int64_t filters = conv_.out_c, filter = halves_.vectors() * lanes<T>;
        int64_t places[Filters];
        for (int f = 0; f < Filters; ++f) places[f] = smaller(f, filters - 1);
        Vec<T> sum[Filters][Vectors];
#pragma GCC unroll 8
        for (int f = 0; f < Filters; ++f)
#pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v)
                sum[f][v] = block.resume ? Vec<T>::load(to[v] + places[f] * filter) : Vec<T>::zero();
        const T* dy = block.dy;
        for (int64_t r = 0; r < block.rows; ++r) {
            const T* half[2 * Vectors];
#pragma GCC unroll 16
            for (int v = 0; v < 2 * Vectors; ++v) half[v] = block.x + r * down + offsets[v];
            for (int64_t j = 0, at = 0; j < conv_.out_w; ++j, at += right, dy += filters) {
                Vec<T> x[Vectors];
#pragma GCC unroll 8
                for (int v = 0; v < Vectors; ++v)
                    x[v] = Vec<T>::load_halves(half[2 * v] + at, half[2 * v + 1] + at);
#pragma GCC unroll 8
                for (int f = 0; f < Filters; ++f) {
                    const Vec<T> gradient = Vec<T>::broadcast(dy[places[f]]);
#pragma GCC unroll 8
                    for (int v = 0; v < Vectors; ++v) sum[f][v] = fmadd(gradient, x[v], sum[f][v]);
                }
            }
        }
#pragma GCC unroll 8
        for (int f = 0; f < Filters; ++f)
#pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v) sum[f][v].store(to[v] + places[f] * filter);
    }

    template <int Filters, int Vectors>
    void add_vectors(const Block<T>& block, const Piece& piece) const {
        for (int64_t first = piece.first_unit; first < piece.last_unit; first += Vectors) {
            int64_t offsets[2 * Vectors];
            T* to[Vectors];
            for (int v = 0; v < Vectors; ++v) {
                const int64_t vector = smaller(first + v, piece.last_unit - 1);
                to[v] = sums_.data() + vector * lanes<T>;
                offsets[2 * v] = offsets_.data()[2 * vector];
                offsets[2 * v + 1] = offsets_.data()[2 * vector + 1];
            }
            add<Filters, Vectors>(block, offsets, to);
        }
    }
    void add_block(const Block<T>& block, const Piece& piece) const {
        constexpr bool many = sizeof(Vec<float>) == 64;  // registers
        if (conv_.out_c <= 2) return add_vectors<2, 4>(block, piece);
        if (conv_.out_c <= 4) return add_vectors < 4, many ? 4 : 2 > (block, piece);
        if (conv_.out_c <= 6) return add_vectors < 6, many ? 3 : 1 > (block, piece);
        add_vectors<8, many ? 3 : 1>(block, piece);
    }

    /// The vectors of a piece, in the order of the kernel.
    void store(const Piece& piece, T* sums) const {
        const int64_t last = smaller(2 * piece.last_unit, halves_.count());
        for (int64_t i = 2 * piece.first_unit; i < last; ++i)
            for (int64_t j = 0; j < halves_.entries(i); ++j)
                for (int64_t f = 0; f < conv_.out_c; ++f)
                    sums[(halves_.entry(i) + j) * conv_.out_c + f] =
                        sums_.data()[f * halves_.vectors() * lanes<T> + i * halves_.half + j];
    }

    const KernelGradient<T>& job_;
    const Conv2D& conv_;
    KernelRows<T> halves_;
    Scratch<T> copy_;
    Scratch<int64_t> offsets_;
    Scratch<T> sums_;
};

template <class T>
void kernel_gradient(const Context& context, const Conv2D& conv, const T* x, const T* dy, T* dkernel,
                     bool accumulate) {
    KernelGradient<T> job{conv, windows_of(conv), x, dy};
    job.chunks = chunks_of(job);
    job.block =
        smaller(conv.out_h, rows_together(job, conv.stride_h * conv.stride_w * conv.in_c + conv.out_c));
    job.units = kernel_rows<T>(job.windows).vectors();
    add_up_chunks<ByFilters<T>>(context, job, dkernel, accumulate);
}

}  // namespace

void conv_kernel_gradient_by_filters(const Context& context, const Conv2D& conv, const float* x,
                                     const float* dy, float* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, dy, dkernel, accumulate);
}
void conv_kernel_gradient_by_filters(const Context& context, const Conv2D& conv, const double* x,
                                     const double* dy, double* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, dy, dkernel, accumulate);
}

}  // namespace keratin::kernels::KERATIN_ISA
