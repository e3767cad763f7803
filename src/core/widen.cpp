#include "core/widen.hpp"

#include "core/context.hpp"

namespace keratin {
namespace {

/// y = To(x), element by element, by all threads.
template <class To, class From>
void convert_all(const Tensor& x, Tensor& y) {
    struct Job {
        const From* from;
        To* to;
    } job{static_cast<const From*>(x.raw()), static_cast<To*>(y.mutable_raw())};
    context().parallel(
        x.size(), x.size(),
        [](void* data, int64_t begin, int64_t end) {
            const auto [from, to] = *static_cast<const Job*>(data);
            for (int64_t i = begin; i < end; ++i) to[i] = static_cast<To>(from[i]);
        },
        &job);
}

}  // namespace

Tensor widened(const Tensor& x) {
    Tensor y = Tensor::empty(x.shape(), float32);
    x.dtype() == float16 ? convert_all<float, Float16>(x, y) : convert_all<float, BFloat16>(x, y);
    return y;
}

Tensor narrowed(const Tensor& x, DType dtype) {
    Tensor y = Tensor::empty(x.shape(), dtype);
    dtype == float16 ? convert_all<Float16, float>(x, y) : convert_all<BFloat16, float>(x, y);
    return y;
}

}  // namespace keratin
