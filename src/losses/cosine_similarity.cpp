#include <keratin/losses/cosine_similarity.hpp>

#include "losses/targets.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

namespace keratin::losses {
namespace {

/// Of length 1; what is shorter than epsilon is divided by epsilon, so that zeros have a gradient.
Tensor normalized(const Tensor& x, int axis) {
    return x * rsqrt(maximum(reduce_sum(square(x), axis, true), epsilon * epsilon));
}

}  // namespace

CosineSimilarity::CosineSimilarity(CosineSimilarityOptions arguments)
    : Loss(arguments.name, arguments.reduction), options(std::move(arguments)) {}

Tensor CosineSimilarity::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    return -reduce_sum(normalized(t, options.axis) * normalized(p, options.axis), options.axis);
}

Config CosineSimilarity::get_config() const {
    Config config = loss_config(*this);
    return options.axis == -1 ? config : config.set("axis", options.axis);
}

}  // namespace keratin::losses
