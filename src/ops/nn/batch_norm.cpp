#include "ops/nn/batch_norm.hpp"

#include "autograd/record.hpp"
#include "autograd/sink.hpp"
#include "core/memory_pool.hpp"
#include "ops/nn/floating.hpp"
#include "ops/nn/relu.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/normalization.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <memory>

namespace keratin::nn {
namespace {

/// std::allocate_shared from the pool of tensors, so that a training step takes nothing from the heap.
template <class T>
struct PoolAllocator {
    using value_type = T;
    PoolAllocator() = default;
    template <class U>
    PoolAllocator(const PoolAllocator<U>&) noexcept {}
    T* allocate(size_t n) { return static_cast<T*>(MemoryPool::instance().acquire(n * sizeof(T))); }
    void deallocate(T* memory, size_t) noexcept { MemoryPool::instance().release(memory); }
    friend bool operator==(const PoolAllocator&, const PoolAllocator&) { return true; }
};

/// What the three gradients need, and the sums that they share.
struct Backward {
    Tensor x, y, gamma;    ///< y undefined without relu, gamma without scale
    Tensor mean, inverse;  ///< 1 / sqrt(variance + epsilon)
    double epsilon;
    Tensor dy, sum, product;  ///< over the rows, of dy and of dy * (x - mean), for this dy

    int64_t rows() const { return rows_of(x.shape()); }
    int64_t channels() const { return x.shape().back(); }

    /// Kept with the dy they belong to: while it is held here, its memory cannot be another one's.
    void gather(const Tensor& gradient) {
        if (dy.defined() && dy.raw() == gradient.raw()) return;
        dy = gradient;
        sum = Tensor::empty({channels()}, x.dtype());
        product = Tensor::empty({channels()}, x.dtype());
        ops::with_floating(x.dtype(), [&]<class T>() {
            kernels::kernels<T>().normalize_sums(
                context(), ops::read<T>(x), ops::read<T>(mean), y.defined() ? ops::read<T>(y) : nullptr,
                ops::read<T>(dy), ops::write<T>(sum), ops::write<T>(product), rows(), channels());
        });
    }

    /// gamma / sqrt(variance + epsilon)
    Tensor scale() const { return gamma.defined() ? inverse * gamma : inverse; }

    Tensor input_gradient(const Tensor& gradient) {
        gather(gradient);
        const double share = 1.0 / static_cast<double>(rows());
        const Tensor factor = scale();
        const Tensor slope = square(inverse) * product * factor * -share, shift = sum * factor * -share;
        Tensor dx = Tensor::empty(x.shape(), x.dtype());
        ops::with_floating(x.dtype(), [&]<class T>() {
            kernels::kernels<T>().normalize_gradient(
                context(), ops::read<T>(x), ops::read<T>(mean), y.defined() ? ops::read<T>(y) : nullptr,
                ops::read<T>(dy), {ops::read<T>(factor), ops::read<T>(slope), ops::read<T>(shift)},
                ops::write<T>(dx), rows(), channels());
        });
        return dx;
    }
    Tensor gamma_gradient(const Tensor& gradient) {
        gather(gradient);
        return product * inverse;
    }
    Tensor beta_gradient(const Tensor& gradient) {
        gather(gradient);
        return sum;
    }
};

/// The same gradients put together from ops, for an outer tape.
struct RecordedBackward {
    Tensor x, gamma, dy, deviation, inverse;
    Axes rows;

    RecordedBackward(const Backward& b, const Tensor& gradient)
        : x(b.x), gamma(b.gamma), dy(b.y.defined() ? relu_gradient(b.y, gradient) : gradient) {
        std::vector<int> axes;
        for (int i = 0; i + 1 < x.rank(); ++i) axes.push_back(i);
        rows = Axes(axes);
        const Moments moments = batch_moments(x);
        deviation = x - moments.mean;
        inverse = rsqrt(moments.variance + b.epsilon);
    }
    Tensor input_gradient() const {
        const Tensor straight = dy - reduce_mean(dy, rows);
        const Tensor dx =
            (straight - deviation * square(inverse) * reduce_mean(dy * deviation, rows)) * inverse;
        return gamma.defined() ? dx * gamma : dx;
    }
    Tensor gamma_gradient() const { return reduce_sum(dy * deviation, rows) * inverse; }
    Tensor beta_gradient() const { return reduce_sum(dy, rows); }
};

Tensor run(const Tensor& x, const Tensor& mean, const Tensor& scale, const Tensor& beta, bool relu) {
    Tensor y = Tensor::empty(x.shape(), x.dtype());
    ops::with_floating(x.dtype(), [&]<class T>() {
        kernels::kernels<T>().normalize(
            context(), ops::read<T>(x),
            {ops::read<T>(mean), ops::read<T>(scale), beta.defined() ? ops::read<T>(beta) : nullptr}, relu,
            ops::write<T>(y), rows_of(x.shape()), x.shape().back());
    });
    return y;
}

}  // namespace

Normalized normalize_batch(const Tensor& x, const Tensor& gamma, const Tensor& beta, double epsilon,
                           bool relu) {
    constexpr const char* op = "batch_normalization";
    require_floating(x, "input", op);
    if (x.size() == 0) {  // says what is wrong with it, or passes it on
        const Moments moments = batch_moments(x);
        const Tensor y = batch_normalization(x, moments.mean, moments.variance, gamma, beta, epsilon);
        return {relu ? nn::relu(y) : y, moments.mean, moments.variance};
    }
    Normalized result{
        {}, Tensor::empty({x.shape().back()}, x.dtype()), Tensor::empty({x.shape().back()}, x.dtype())};
    ops::with_floating(x.dtype(), [&]<class T>() {
        kernels::kernels<T>().moments(context(), ops::read<T>(x), ops::write<T>(result.mean),
                                      ops::write<T>(result.variance), rows_of(x.shape()), x.shape().back());
    });
    const auto shared = std::allocate_shared<Backward>(
        PoolAllocator<Backward>(), Backward{x, {}, gamma, result.mean, {}, epsilon, {}, {}, {}});
    Backward& backward = *shared;
    {
        const NoGradient pause;
        backward.inverse = rsqrt(result.variance + epsilon);
        result.y = run(x, result.mean, backward.scale(), beta, relu);
    }
    if (relu) backward.y = result.y;
    result.y = record(op, result.y,
                      wrt(x,
                          [shared](const Tensor& dy) {
                              return recording() ? RecordedBackward(*shared, dy).input_gradient()
                                                 : shared->input_gradient(dy);
                          }),
                      wrt(gamma,
                          [shared](const Tensor& dy) {
                              return recording() ? RecordedBackward(*shared, dy).gamma_gradient()
                                                 : shared->gamma_gradient(dy);
                          }),
                      wrt(beta, [shared](const Tensor& dy) {
                          return recording() ? RecordedBackward(*shared, dy).beta_gradient()
                                             : shared->beta_gradient(dy);
                      }));
    return result;
}

}  // namespace keratin::nn
