#pragma once

#include <keratin/losses/loss.hpp>

namespace keratin::losses {

/// Which crossentropy or accuracy shapes stand for.
enum class Kind : uint8_t { binary, sparse, categorical };
/// binary when y_pred ends in 1, sparse when y_true has a smaller rank or ends in 1 where y_pred does not.
Kind kind_of(const Shape& y_true, const Shape& y_pred);

/// The loss that the name "crossentropy" means: each call looks at its shapes.
class CrossentropyByShape final : public Loss {
public:
    CrossentropyByShape() : Loss("crossentropy") {}
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    /// As in Keras, which then takes a sigmoid's input for a softmax's when there are several classes.
    bool takes_logits(std::string_view activation) const override;
    Tensor call_on_logits(const Tensor& y_true, const Tensor& logits) const override;
};

}  // namespace keratin::losses
