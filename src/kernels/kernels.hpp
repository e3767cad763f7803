#pragma once

#include <cstddef>
#include <cstdint>

/// The arithmetic underneath keratin: raw pointers and extents, nothing of Tensor.
///
/// One source per family is compiled once per architecture; `kernels<T>()` is the table of the best one that
/// this machine runs (the environment variable KERATIN_ISA lowers the choice). Every element of a result is
/// one chain of operations in an order fixed by the shape, so neither the number of threads nor the vector
/// width changes a bit of it. All arrays are dense and row-major; images are NHWC, convolution kernels HWIO.
namespace keratin::kernels {

/// What a kernel borrows from its caller: threads and scratch memory.
struct Context {
    /// Runs body(data, begin, end) over disjoint ranges that cover [0, tasks), on any threads, and returns
    /// when all are done. Serial when the work (in floating-point operations) is too small to share.
    void (*parallel)(int64_t tasks, int64_t work, void (*body)(void* data, int64_t begin, int64_t end),
                     void* data);
    void* (*acquire)(size_t bytes);  ///< 64-byte aligned memory, uninitialised
    void (*release)(void* memory);
};

enum class Activation : int { none, relu, tanh, sigmoid };

enum class Unary : int {
    negative,
    exp,
    log,
    sqrt,
    rsqrt,
    square,
    abs,
    sign,
    reciprocal,
    tanh,
    sigmoid,
    relu,
    sin,
    cos,
    floor,
    ceil,
    round,
    log1p,
    expm1,
    count
};

/// `tanh_gradient`, `sigmoid_gradient` and `relu_gradient` take (y, dy): the function's own result and the
/// gradient that arrives, and give the gradient that leaves.
enum class Binary : int {
    add,
    subtract,
    multiply,
    divide,
    maximum,
    minimum,
    pow,
    tanh_gradient,
    sigmoid_gradient,
    relu_gradient,
    count
};

enum class Compare : int { equal, not_equal, less, less_equal, greater, greater_equal, count };

enum class Reduce : int { sum, max, min, count };

/// A matrix seen through steps: element (r, c) is data[r * row_step + c * col_step]. Steps of 0 broadcast:
/// full (cols, 1), one row for all (0, 1), one value a row (1, 0), a scalar (0, 0). col_step is 0 or 1.
template <class T>
struct Operand {
    const T* data;
    int64_t row_step;
    int64_t col_step;
};

/// Geometry of a convolution, NHWC x HWIO -> NHWC. `pad_top`, `pad_left` count the zeros before; what follows
/// after is implied by the output size. Kernel (kernel_h, kernel_w, in_c / groups, out_c); group g of the
/// input channels feeds output channels [g * out_c / groups, (g + 1) * out_c / groups). Depthwise: groups ==
/// in_c.
struct Conv2D {
    int64_t batch, in_h, in_w, in_c;
    int64_t out_h, out_w, out_c;
    int64_t kernel_h, kernel_w;
    int64_t stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
    int64_t pad_top = 0, pad_left = 0;
    int64_t groups = 1;
    bool winograd = false;  ///< allowed, where it is faster
};

/// Whether the allowed Winograd form is taken for a convolution and its gradients: by its shape, and whatever
/// the batch, so that an image gives the same bits in every batch.
bool uses_winograd(const Conv2D&);

/// Geometry of a pooling window, NHWC; padding as in Conv2D.
struct Pool2D {
    int64_t batch, in_h, in_w, channels;
    int64_t out_h, out_w;
    int64_t window_h, window_w;
    int64_t stride_h, stride_w;
    int64_t pad_top = 0, pad_left = 0;
};

/// A matrix product C(m, n) = A(m, k) B(k, n), with leading dimensions in elements. A transposed operand is
/// stored the other way round: A as (k, m), B as (n, k).
struct Gemm {
    int64_t m, n, k;
    bool transpose_a = false, transpose_b = false;
    int64_t lda, ldb, ldc;
    bool accumulate = false;  ///< C += instead of C =
};

struct AdamStep {
    double alpha;  ///< learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t)
    double beta_1, beta_2, epsilon;
    double decay;  ///< weight_decay * learning_rate, 0 for none: w -= w * decay first
};
struct SgdStep {
    double learning_rate, momentum;
    bool nesterov;
    double decay;
};
struct RmspropStep {
    double learning_rate, rho, momentum, epsilon;
    bool centered;
    double decay;
};

/// What a channel's numbers are multiplied with and moved by; shift may be null.
template <class T>
struct Channelwise {
    const T* center;
    const T* scale;
    const T* shift;
};

template <class T>
struct Slope {
    const T* scale;
    const T* slope;
    const T* shift;
};

template <class T>
struct Table {
    // -- elementwise.cpp. y may be the same array as an input.
    // ------------------------------------------------
    void (*unary)(const Context&, Unary, const T* x, T* y, int64_t n);
    void (*binary)(const Context&, Binary, Operand<T> a, Operand<T> b, T* y, int64_t rows, int64_t cols);
    void (*compare)(const Context&, Compare, Operand<T> a, Operand<T> b, uint8_t* y, int64_t rows,
                    int64_t cols);
    void (*select)(const Context&, const uint8_t* condition, const T* a, const T* b, T* y, int64_t n);
    void (*fill)(const Context&, T value, T* y, int64_t n);
    /// y = alpha * x + beta, element by element (Rescaling, scalar arithmetic).
    void (*affine)(const Context&, T alpha, T beta, const T* x, T* y, int64_t n);

    // -- reduce.cpp: x seen as (outer, n, inner), reduced over n.
    // ---------------------------------------------
    void (*reduce)(const Context&, Reduce, const T* x, T* y, int64_t outer, int64_t n, int64_t inner);
    void (*argmax)(const Context&, const T* x, int64_t* y, int64_t outer, int64_t n,
                   int64_t inner);  ///< first on ties

    // -- gemm.cpp. bias (n) may be null; activation applies to the finished sum.
    // ------------------------------
    void (*gemm)(const Context&, const Gemm&, const T* a, const T* b, const T* bias, Activation, T* c);

    // -- conv.cpp. bias (out_c) may be null. The gradients overwrite their result, or add to it.
    // --------------
    void (*conv2d)(const Context&, const Conv2D&, const T* x, const T* kernel, const T* bias, Activation,
                   T* y);
    void (*conv2d_input_gradient)(const Context&, const Conv2D&, const T* dy, const T* kernel, T* dx,
                                  bool accumulate);
    void (*conv2d_kernel_gradient)(const Context&, const Conv2D&, const T* x, const T* dy, T* dkernel,
                                   bool accumulate);

    // -- conv_max_pool.cpp: the largest of every 2x2 square of activation(conv2d + bias), none or relu; an
    // odd last row or column is left out. y and what belongs to it are (batch, out_h / 2, out_w / 2, out_c).
    // --------------
    /// `where` (may be null) receives which of the four is the first maximum, row by row. A NaN wins.
    void (*conv2d_max_pool)(const Context&, const Conv2D&, const T* x, const T* kernel, const T* bias,
                            Activation, T* y, uint8_t* where);
    /// The gradients from dy with respect to the chosen sums, for groups 1 and dilation_w 1. Only the chosen
    /// ones cost anything.
    void (*conv2d_max_pool_input_gradient)(const Context&, const Conv2D&, const uint8_t* where, const T* dy,
                                           const T* kernel, T* dx, bool accumulate);
    void (*conv2d_max_pool_kernel_gradient)(const Context&, const Conv2D&, const T* x, const uint8_t* where,
                                            const T* dy, T* dkernel, bool accumulate);

    // -- pool.cpp.
    // ---------------------------------------------------------------------------------------------
    /// `where` (same extent as y, may be null) receives the row-major cell ih * in_w + iw of each window's
    /// first maximum; padding never wins. A NaN in a window makes the result NaN.
    void (*max_pool2d)(const Context&, const Pool2D&, const T* x, T* y, int32_t* where);
    void (*max_pool2d_gradient)(const Context&, const Pool2D&, const int32_t* where, const T* dy, T* dx);
    void (*max_pool2d_gather)(const Context&, const Pool2D&, const int32_t* where, const T* x,
                              T* y);                                      ///< y = x[where]
    void (*avg_pool2d)(const Context&, const Pool2D&, const T* x, T* y);  ///< divides by the real cells only
    void (*avg_pool2d_gradient)(const Context&, const Pool2D&, const T* dy, T* dx);

    // -- normalize.cpp: rows by channels.
    // ----------------------------------------------------------------------------------------------------
    /// Mean and variance (divided by rows, at least one) of every channel.
    void (*moments)(const Context&, const T* x, T* mean, T* variance, int64_t rows, int64_t channels);
    /// y = (x - center) * scale + shift, then relu where wanted.
    void (*normalize)(const Context&, const T* x, const Channelwise<T>&, bool relu, T* y, int64_t rows,
                      int64_t channels);
    /// The sums over the rows of dy and of dy * (x - center). With y, dy counts only where y > 0.
    void (*normalize_sums)(const Context&, const T* x, const T* center, const T* y, const T* dy, T* sum,
                           T* product, int64_t rows, int64_t channels);
    /// dx = dy * scale + shift + (x - center) * slope; y as before.
    void (*normalize_gradient)(const Context&, const T* x, const T* center, const T* y, const T* dy,
                               const Slope<T>&, T* dx, int64_t rows, int64_t channels);

    // -- softmax.cpp: rows by cols, over cols.
    // -----------------------------------------------------------------
    void (*softmax)(const Context&, const T* x, T* y, int64_t rows, int64_t cols);
    void (*softmax_gradient)(const Context&, const T* y, const T* dy, T* dx, int64_t rows, int64_t cols);
    void (*log_softmax)(const Context&, const T* x, T* y, int64_t rows, int64_t cols);
    void (*log_softmax_gradient)(const Context&, const T* y, const T* dy, T* dx, int64_t rows, int64_t cols);
    /// loss[r] = -log softmax(x[r])[label[r]]; labels are within [0, cols).
    void (*sparse_cross_entropy)(const Context&, const T* x, const int64_t* label, T* loss, int64_t rows,
                                 int64_t cols);
    /// dx[r] = (softmax(x[r]) - onehot(label[r])) * dloss[r].
    void (*sparse_cross_entropy_gradient)(const Context&, const T* x, const int64_t* label, const T* dloss,
                                          T* dx, int64_t rows, int64_t cols);

    // -- optimizer.cpp: one pass over flat arrays, in Keras's order of operations.
    // -----------------------------
    void (*adam)(const Context&, const AdamStep&, const T* g, T* w, T* m, T* v, T* v_hat,
                 int64_t n);  ///< v_hat null: no amsgrad
    void (*sgd)(const Context&, const SgdStep&, const T* g, T* w, T* velocity,
                int64_t n);  ///< velocity null: no momentum
    void (*rmsprop)(const Context&, const RmspropStep&, const T* g, T* w, T* v, T* velocity, T* mean,
                    int64_t n);

    // -- data.cpp
    // ----------------------------------------------------------------------------------------------
    /// y[r] = float(x[index[r]]) * scale, row by row: a batch gathered from a uint8 data set.
    void (*gather_scale)(const Context&, const uint8_t* x, const int64_t* index, T scale, T* y, int64_t rows,
                         int64_t cols);
};

/// The table for float or double that `active_isa()` names.
template <class T>
const Table<T>& kernels();

/// "sse2", "avx2" or "avx512": the instruction set whose kernels run.
const char* active_isa();

/// The table of one named instruction set, or null when this machine or build does not have it (for tests).
template <class T>
const Table<T>* kernels_for(const char* isa);

/// Naive loops, written to be read: the oracle of the tests. Same signatures, same results up to rounding.
template <class T>
const Table<T>& reference_kernels();

}  // namespace keratin::kernels
