#include <keratin/ops/nn/normalization.hpp>

#include "autograd/record.hpp"
#include "ops/half.hpp"
#include "ops/nn/floating.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <vector>

namespace keratin::nn {
namespace {

/// What a closure needs to know about the axis of channels.
struct Channels {
    int axis;
    int rank;

    bool last() const { return axis == rank - 1; }
    /// A vector of channels so shaped that it broadcasts against the input.
    Tensor spread(const Tensor& vector) const {
        if (last()) return vector;
        Shape shape = vector.shape();
        for (int i = axis + 1; i < rank; ++i) shape = shape + Shape{1};
        return reshape(vector, shape);
    }
    /// The sum over everything else.
    Tensor sum(const Tensor& x) const { return reduce_sum(x, others()); }
    Axes others() const {
        std::vector<int> axes;
        for (int i = 0; i < rank; ++i)
            if (i != axis) axes.push_back(i);
        return Axes(std::move(axes));
    }
};

Channels channels_of(const Tensor& x, int axis, const char* op) {
    if (x.rank() == 0)
        fail<ShapeError>("{}: input is a scalar; an axis of channels is needed, use reshape()", op);
    return {x.shape().normalize_axis(axis, op), x.rank()};
}

void require_channels(const Tensor& parameter, const char* what, const Tensor& x, Channels channels,
                      const char* op) {
    require_same_floating(x, "input", parameter, what, op);
    const int64_t extent = x.shape()[channels.axis];
    if (parameter.shape() != Shape{extent})
        fail<ShapeError>("{}: {} has shape {}, input {} has {} channels along axis {}; give shape ({},)", op,
                         what, parameter.shape(), x.shape(), extent, channels.axis, extent);
}

/// The sum over all but the channels of a * (x - center).
Tensor sum_of_products(const Tensor& a, const Tensor& x, const Tensor& center, Channels channels) {
    if (recording() || !channels.last()) return channels.sum(a * (x - channels.spread(center)));
    Tensor sum = Tensor::empty(center.shape(), x.dtype()), product = Tensor::empty(center.shape(), x.dtype());
    ops::with_floating(x.dtype(), [&]<class T>() {
        kernels::kernels<T>().normalize_sums(context(), ops::read<T>(x), ops::read<T>(center), nullptr,
                                             ops::read<T>(a), ops::write<T>(sum), ops::write<T>(product),
                                             rows_of(x.shape()), x.shape().back());
    });
    return product;
}

/// (x - center) * scale + shift, unrecorded; shift may be undefined.
Tensor centered_affine(const Tensor& x, const Tensor& center, const Tensor& scale, const Tensor& shift,
                       Channels channels) {
    if (!channels.last()) {
        NoGradient pause;
        const Tensor y = (x - channels.spread(center)) * channels.spread(scale);
        return shift.defined() ? y + channels.spread(shift) : y;
    }
    Tensor y = Tensor::empty(x.shape(), x.dtype());
    ops::with_floating(x.dtype(), [&]<class T>() {
        kernels::kernels<T>().normalize(
            context(), ops::read<T>(x),
            {ops::read<T>(center), ops::read<T>(scale), shift.defined() ? ops::read<T>(shift) : nullptr},
            false, ops::write<T>(y), rows_of(x.shape()), x.shape().back());
    });
    return y;
}

/// (x - center) * scale + shift as an op of x, scale and shift; center is a constant.
Tensor scale_and_shift(const Tensor& x, const Tensor& center, const Tensor& scale, const Tensor& shift,
                       Channels channels) {
    return record("batch_normalization", centered_affine(x, center, scale, shift, channels),
                  wrt(x, [scale, channels](const Tensor& dy) { return dy * channels.spread(scale); }),
                  wrt(scale, [x, center, channels](
                                 const Tensor& dy) { return sum_of_products(dy, x, center, channels); }),
                  wrt(shift, [channels](const Tensor& dy) { return channels.sum(dy); }));
}

}  // namespace

Tensor bias_add(const Tensor& x, const Tensor& bias) {
    constexpr const char* op = "bias_add";
    require_channels(bias, "bias", x, channels_of(x, -1, op), op);
    return x + bias;
}

Moments batch_moments(const Tensor& x, int axis) {
    constexpr const char* op = "batch_moments";
    require_floating(x, "input", op);
    if (is_half(x.dtype())) {
        const Moments wide = batch_moments(cast(x, float32), axis);
        return {cast(wide.mean, x.dtype()), cast(wide.variance, x.dtype())};
    }
    const Channels channels = channels_of(x, axis, op);
    const int64_t extent = x.shape()[channels.axis];
    if (x.size() == 0 && extent != 0)
        fail<ValueError>("{}: input of shape {} has nothing to average; give at least one sample", op,
                         x.shape());
    const double share = extent == 0 ? 0.0 : static_cast<double>(extent) / static_cast<double>(x.size());

    const Tensor mean = reduce_mean(x, channels.others());
    // As an op of its own: what reaches x through the mean is zero, so one pass gives its gradient.
    Tensor variance = [&] {
        NoGradient pause;
        return channels.sum(square(x - channels.spread(mean))) * share;
    }();
    return {mean, record(op, variance, wrt(x, [x, mean, channels, share](const Tensor& dy) {
                             const Tensor scale = dy * (2 * share);
                             return recording() ? (x - channels.spread(mean)) * channels.spread(scale)
                                                : centered_affine(x, mean, scale, {}, channels);
                         }))};
}

Tensor batch_normalization(const Tensor& x, const Tensor& mean, const Tensor& variance, const Tensor& gamma,
                           const Tensor& beta, double epsilon, int axis) {
    constexpr const char* op = "batch_normalization";
    require_floating(x, "input", op);
    const Channels channels = channels_of(x, axis, op);
    require_channels(mean, "mean", x, channels, op);
    require_channels(variance, "variance", x, channels, op);
    if (gamma.defined()) require_channels(gamma, "gamma", x, channels, op);
    if (beta.defined()) require_channels(beta, "beta", x, channels, op);
    if (!(epsilon >= 0)) fail<ValueError>("{}: epsilon {} must not be negative", op, epsilon);

    if (is_half(x.dtype())) {
        const auto wide = [](const Tensor& t) { return t.defined() ? cast(t, float32) : t; };
        return cast(
            batch_normalization(wide(x), wide(mean), wide(variance), wide(gamma), wide(beta), epsilon, axis),
            x.dtype());
    }
    Tensor scale = rsqrt(variance + epsilon);
    if (gamma.defined()) scale = scale * gamma;
    // The mean comes off first: folded into beta it would cancel digits where it is large. What depends on it
    // is a vector that is 0 now, so its gradient costs no pass over x.
    const Tensor center = stop_gradient(mean);
    Tensor shift = beta;
    if (tracked(mean)) {
        const Tensor moved = (center - mean) * scale;
        shift = beta.defined() ? beta + moved : moved;
    }
    return scale_and_shift(x, center, scale, shift, channels);
}

}  // namespace keratin::nn
