#include <keratin/core/tensor.hpp>

#include "core/convert.hpp"

#include <cmath>
#include <cstring>

namespace keratin {
namespace {

/// A scalar as an element; unlike a tensor's conversion, a number that the dtype cannot hold is a mistake.
template <Element T>
T element(Scalar value, const char* owner) {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        const T result = value.is_integral() ? static_cast<T>(value.to<int64_t>())
                                             : convert_element<T>(value.to<double>());
        const bool holds = value.is_integral()
                               ? static_cast<int64_t>(result) == value.to<int64_t>()
                               : static_cast<double>(result) == std::trunc(value.to<double>());
        if (!holds)
            fail<ValueError>("{}: {} does not fit {}; use a wider dtype", owner, value.to<double>(),
                             dtype_of<T>());
        return result;
    } else {
        return value.to<T>();
    }
}

/// How many numbers start, start + step, .. there are below stop; of integers exactly, of which a double may
/// not know the last digits.
double count_of(Scalar start, Scalar stop, Scalar step) {
    if (!start.is_integral() || !stop.is_integral() || !step.is_integral())
        return std::ceil((stop.to<double>() - start.to<double>()) / step.to<double>());
    const int64_t first = start.to<int64_t>(), last = stop.to<int64_t>(), by = step.to<int64_t>();
    if (by == 0 || (by > 0 ? first >= last : first <= last)) return 0;
    // Unsigned, as the difference of two integers may be beyond their range.
    const auto magnitude = [](int64_t from, int64_t to) {
        return static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
    };
    const uint64_t distance = by > 0 ? magnitude(first, last) : magnitude(last, first);
    const uint64_t stride = by > 0 ? magnitude(0, by) : magnitude(by, 0);
    return static_cast<double>(distance / stride + (distance % stride != 0));
}

}  // namespace

Tensor zeros(const Shape& shape, DType dtype) {
    Tensor result = Tensor::empty(shape, dtype);
    std::memset(result.mutable_raw(), 0, static_cast<size_t>(result.size()) * size_of(dtype));
    return result;
}

Tensor ones(const Shape& shape, DType dtype) {
    return full(shape, 1, dtype);
}

Tensor full(const Shape& shape, Scalar value, DType dtype) {
    if (is_half(dtype)) return convert(full(shape, value), dtype);
    Tensor result = Tensor::empty(shape, dtype);
    with_element(dtype, [&]<class T>() {
        const std::span<T> values = result.mutable_data<T>();
        std::fill(values.begin(), values.end(), element<T>(value, "full"));
    });
    return result;
}

Tensor zeros_like(const Tensor& x) {
    if (!x.defined()) fail<ValueError>("zeros_like: tensor is undefined; give it a value first");
    return zeros(x.shape(), x.dtype());
}

Tensor ones_like(const Tensor& x) {
    if (!x.defined()) fail<ValueError>("ones_like: tensor is undefined; give it a value first");
    return ones(x.shape(), x.dtype());
}

Tensor arange(Scalar start, Scalar stop, Scalar step, DType dtype) {
    const double first = start.to<double>();
    const double by = step.to<double>();
    const double count = count_of(start, stop, step);
    if (dtype == bool_)
        fail<DTypeError>("arange: bool has no range of numbers; use an integer or a floating dtype");
    if (by == 0.0 || !std::isfinite(by) || !std::isfinite(first) || std::isnan(count))
        fail<ValueError>(
            "arange: start {}, stop {}, step {} is no range; use finite numbers and a step other than 0",
            first, stop.to<double>(), by);
    if (count > 9e18)
        fail<ValueError>("arange: start {}, stop {}, step {} has too many numbers; use a larger step", first,
                         stop.to<double>(), by);
    if (is_half(dtype)) return convert(arange(start, stop, step), dtype);
    Tensor result = Tensor::empty({count > 0 ? static_cast<int64_t>(count) : 0}, dtype);
    with_element(dtype, [&]<class T>() {
        const std::span<T> values = result.mutable_data<T>();
        if (values.empty()) return;
        const bool exact = std::is_integral_v<T> && start.is_integral() && step.is_integral();
        const auto value = [&](size_t i) -> Scalar {
            if (exact)
                return static_cast<int64_t>(static_cast<uint64_t>(start.to<int64_t>()) +
                                            i * static_cast<uint64_t>(step.to<int64_t>()));
            return first + static_cast<double>(i) * by;
        };
        element<T>(value(values.size() - 1), "arange");
        for (size_t i = 0; i < values.size(); ++i) values[i] = element<T>(value(i), "arange");
    });
    return result;
}

Tensor eye(int64_t n, DType dtype) {
    if (n < 0) fail<ValueError>("eye: {} rows were asked for; use 0 or more", n);
    if (is_half(dtype)) return convert(eye(n), dtype);
    Tensor result = zeros({n, n}, dtype);
    with_element(dtype, [&]<class T>() {
        const std::span<T> values = result.mutable_data<T>();
        const auto side = static_cast<size_t>(n);
        for (size_t i = 0; i < side; ++i) values[i * side + i] = T{1};
    });
    return result;
}

}  // namespace keratin
