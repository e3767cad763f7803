#pragma once

#include <keratin/autograd/tape.hpp>
#include <keratin/core/padding.hpp>
#include <keratin/core/tensor.hpp>

#include <climits>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace conformance {

using keratin::DType;
using keratin::Shape;
using keratin::Tensor;

/// Arguments of which many are wrong: about half of a call's are what a sensible caller would pass, so that
/// what lies behind the checks is reached as well.
class Arguments {
public:
    explicit Arguments(unsigned seed) : random_(seed) {}

    int64_t between(int64_t low, int64_t high) {
        return std::uniform_int_distribution<int64_t>(low, high)(random_);
    }
    bool one_in(int64_t n) { return between(1, n) == 1; }
    template <class T>
    T one_of(std::initializer_list<T> choices) {
        return choices.begin()[between(0, static_cast<int64_t>(choices.size()) - 1)];
    }

    /// Sizes: small, or negative, or beyond any memory. None in between, which would only cost time.
    int64_t size() {
        if (!one_in(3)) return between(0, 5);
        return one_of<int64_t>({-1, -2, -100, 7, 64, int64_t{1} << 50, (int64_t{1} << 50) + 1,
                                int64_t{1} << 60, INT64_MAX, INT64_MAX - 1, INT64_MIN, INT64_MIN + 1});
    }
    /// Anything that no memory is asked for: strides, starts, steps.
    int64_t integer() {
        if (!one_in(3)) return between(-2, 4);
        return one_of<int64_t>({0, -7, 100, INT_MAX, INT_MIN, int64_t{1} << 33, int64_t{1} << 62, INT64_MAX,
                                INT64_MIN, INT64_MIN + 1});
    }
    int axis() {
        return static_cast<int>(one_in(8) ? one_of<int64_t>({INT_MAX, INT_MIN, 8, -9}) : between(-3, 3));
    }
    std::vector<int> axes() {
        std::vector<int> result(static_cast<size_t>(between(0, 3)));
        for (int& a : result) a = axis();
        return result;
    }
    double number() {
        const double infinity = std::numeric_limits<double>::infinity();
        if (!one_in(3)) return static_cast<double>(between(-20, 20)) / 8;
        return one_of<double>({0.0, -0.0, 1e-320, 1e-45, 1e308, -1e308, infinity, -infinity,
                               std::numeric_limits<double>::quiet_NaN(), 9.3e18, -9.3e18, 255.5});
    }
    keratin::Scalar scalar() { return one_in(2) ? keratin::Scalar(number()) : keratin::Scalar(integer()); }
    bool coin() { return one_in(2); }

    DType dtype() {
        using namespace keratin;
        return one_of<DType>({float32, float32, float32, float64, float64, int32, int64, uint8, bool_});
    }
    DType floating() { return coin() ? keratin::float32 : keratin::float64; }

    /// The shape of a tensor: mostly small, sometimes empty, sometimes of the highest rank.
    Shape shape() { return shape(one_in(12) ? between(5, 8) : between(0, 4)); }
    Shape shape(int64_t rank) {
        std::vector<int64_t> extents(static_cast<size_t>(rank));
        for (int64_t& e : extents) e = one_of<int64_t>({0, 1, 1, 2, 2, 3, 3, 4});
        return Shape(extents);
    }
    /// A shape as an argument, which may be none at all.
    Shape any_shape() {
        if (coin()) return shape();
        std::vector<int64_t> extents(static_cast<size_t>(between(0, 9)));
        for (int64_t& e : extents) e = size();
        return Shape(extents);
    }
    /// One that broadcasts to `whole`.
    Shape part_of(const Shape& whole) {
        std::vector<int64_t> extents(whole.begin() + between(0, whole.rank()), whole.end());
        for (int64_t& e : extents)
            if (one_in(3)) e = 1;
        return Shape(extents);
    }

    Tensor tensor(const Shape& shape, DType dtype) {
        std::vector<double> values(static_cast<size_t>(shape.size()));
        const bool calm = coin();
        for (double& value : values) value = calm ? static_cast<double>(between(-8, 8)) / 4 : number();
        return made(keratin::convert(Tensor::from(values, shape), dtype));
    }
    Tensor tensor() { return one_in(40) ? Tensor() : tensor(shape(), dtype()); }
    Tensor floating_tensor() { return one_in(6) ? tensor() : tensor(shape(), floating()); }
    /// Of this shape and dtype, more often than not.
    Tensor fitting(const Shape& shape, DType dtype) {
        return one_in(6) ? tensor() : tensor(shape, one_in(8) ? this->dtype() : dtype);
    }
    Tensor partner(const Tensor& x) {
        if (one_in(4)) return tensor();
        return fitting(coin() ? x.shape() : part_of(x.shape()), x.dtype());
    }
    Tensor bools(const Shape& shape) { return fitting(shape, keratin::bool_); }
    /// Indices for an axis of this extent.
    Tensor indices(const Shape& shape, int64_t extent) {
        std::vector<int64_t> values(static_cast<size_t>(shape.size()));
        for (int64_t& v : values) v = one_in(60) ? integer() : between(0, std::max<int64_t>(extent - 1, 0));
        return keratin::convert(Tensor::from(values, shape), one_in(8) ? dtype()
                                                             : coin()  ? keratin::int32
                                                                       : keratin::int64);
    }

    keratin::Size2 size2() { return {size(), size()}; }
    keratin::Size2 stride2() {
        if (!one_in(3)) return {between(1, 3), between(1, 3)};
        return {one_in(3) ? size() : integer(), integer()};
    }
    keratin::Padding padding() {
        if (!one_in(4)) return coin() ? keratin::Padding("valid") : keratin::Padding("same");
        return {{size(), size()}, {size(), size()}};
    }

    /// The tape, or none, that follows the floating tensors made from here on.
    void set_tape(keratin::GradientTape* tape) {
        tape_ = tape;
        watched_.clear();
    }
    const std::vector<Tensor>& watched() const { return watched_; }

private:
    Tensor made(Tensor x) {
        if (tape_ && keratin::is_floating(x.dtype())) {
            tape_->watch(x);
            watched_.push_back(x);
        }
        return x;
    }

    std::mt19937 random_;
    keratin::GradientTape* tape_ = nullptr;
    std::vector<Tensor> watched_;
};

}  // namespace conformance
