#include "kernels/activate.hpp"
#include "kernels/families.hpp"
#include "kernels/panels.hpp"
#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"
#include "kernels/tile.hpp"

/// C = activation(A B + bias) in two steps: B goes into panels, unless A has too few rows to pay for it; then
/// blocks of C, rows by panels, are shared among the threads. With `accumulate` the finished sum (with its
/// bias) is added to C before the activation.
namespace keratin::kernels::KERATIN_ISA {
namespace {

constexpr int64_t few_rows = 16;                                      ///< from here on B is packed
constexpr int64_t most_rows_in_block = 48, least_rows_in_block = 12;  ///< multiples of every tile
constexpr int64_t panels_in_block = 8;
constexpr int64_t enough_tasks = 16;  ///< to share among threads

template <class T>
struct Job {
    const Gemm& g;
    const T* a;
    const T* b;
    const T* panels;  ///< null: b is read where it lies
    const T* bias;
    Activation activation;
    T* c;
};

template <class T>
Product<T> product(const Job<T>& job, int64_t first, int64_t cols) {
    const Gemm& g = job.g;
    Product<T> p = plain_product<T>(g.k, g.transpose_a ? g.lda : 1);
    p.b = g.k > 0 ? job.b + first : nullptr;
    p.b_step = g.ldb;
    p.cols = cols;
    p.bias = job.bias ? job.bias + first : nullptr;
    p.add = g.accumulate;
    p.relu = job.activation == Activation::relu;
    return p;
}

/// The rows of A and C from `row` on, C's beginning at column `col`.
template <class T>
struct Rows {
    const T* a;
    T* c;
    int64_t a_step, c_step;

    Rows(const Job<T>& job, int64_t row, int64_t col)
        : a(job.a),
          c(job.c + row * job.g.ldc + col),
          a_step(job.g.k == 0        ? 0
                 : job.g.transpose_a ? 1
                                     : job.g.lda),
          c_step(job.g.ldc) {
        a += row * a_step;
    }

    void operator()(const T*& a_row, T*& c_row) {
        a_row = a;
        c_row = c;
        a += a_step;
        c += c_step;
    }
};

template <class T>
void activate_block(const Job<T>& job, int64_t row, int64_t rows, int64_t col, int64_t cols) {
    if (!needs_pass(job.activation)) return;
    for (int64_t r = row; r < row + rows; ++r) activate(job.activation, job.c + r * job.g.ldc + col, cols);
}

int64_t work_of(const Gemm& g) {
    return 2 * g.m * g.n * g.k;
}

template <class T>
void pack(const Context& context, const Job<T>& job, T* panels) {
    const Gemm& g = job.g;
    parallel_for(context, panel_count<T>(g.n), 4 * g.n * g.k, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const Panel<T> panel(i, g.k, g.n);
            if (g.transpose_b)
                pack_cols(job.b + panel.first * g.ldb, g.ldb, g.k, panel, panels + panel.offset);
            else
                pack_rows(job.b + panel.first, g.ldb, g.k, panel, panels + panel.offset);
        }
    });
}

template <class T>
void multiply_packed(const Context& context, const Job<T>& job) {
    const Gemm& g = job.g;
    const int64_t panels = panel_count<T>(g.n);
    const int64_t col_blocks = divide_up(panels, panels_in_block);
    int64_t rows_in_block = most_rows_in_block;
    while (rows_in_block > least_rows_in_block && divide_up(g.m, rows_in_block) * col_blocks < enough_tasks)
        rows_in_block /= 2;
    const int64_t row_blocks = divide_up(g.m, rows_in_block);
    parallel_for(context, row_blocks * col_blocks, work_of(g), [&](int64_t begin, int64_t end) {
        for (int64_t task = begin; task < end; ++task) {
            const int64_t row = task / col_blocks * rows_in_block, rows = smaller(rows_in_block, g.m - row);
            const int64_t first = task % col_blocks * panels_in_block;
            const int64_t last = smaller(first + panels_in_block, panels);
            for (int64_t i = first; i < last; ++i) {
                const Panel<T> panel(i, g.k, g.n);
                Product<T> p = product(job, panel.first, panel.cols);
                p.b = job.panels + panel.offset;
                p.b_step = panel.width;
                sweep(Form::padded, p, rows, Rows<T>(job, row, panel.first));
                activate_block(job, row, rows, panel.first, panel.cols);
            }
        }
    });
}

/// Few rows: B is the traffic, so it is read once, in place, in strips as wide as the registers allow.
template <class T>
void multiply_in_place(const Context& context, const Job<T>& job) {
    const Gemm& g = job.g;
    constexpr int vectors = 8;
    constexpr int64_t strip = vectors * lanes<T>;
    const int64_t strips = divide_up(g.n, strip);
    parallel_for(context, strips, work_of(g), [&](int64_t begin, int64_t end) {
        const int64_t last = smaller(end * strip, g.n);
        int64_t col = begin * strip;
        for (; g.m <= 2 && col + strip <= last; col += strip) {
            Rows<T> walk(job, 0, col);
            sweep_panel<vectors>(Form::padded, product(job, col, strip), g.m, walk);
        }
        for (; col < last; col += panel_width<T>) {
            sweep(Form::masked, product(job, col, smaller(panel_width<T>, last - col)), g.m,
                  Rows<T>(job, 0, col));
        }
        activate_block(job, 0, g.m, begin * strip, last - begin * strip);
    });
}

template <class T>
void gemm(const Context& context, const Gemm& g, const T* a, const T* b, const T* bias, Activation activation,
          T* c) {
    if (g.m <= 0 || g.n <= 0) return;
    Job<T> job{g, a, b, nullptr, bias, activation, c};
    if (g.m < few_rows && !g.transpose_b) return multiply_in_place(context, job);
    const Scratch<T> panels(context, panels_size<T>(g.k, g.n));
    if (g.k > 0) pack(context, job, panels.data());
    job.panels = panels.data();
    multiply_packed(context, job);
}

}  // namespace

void fill_gemm(Table<float>& table) {
    table.gemm = gemm<float>;
}
void fill_gemm(Table<double>& table) {
    table.gemm = gemm<double>;
}

}  // namespace keratin::kernels::KERATIN_ISA
