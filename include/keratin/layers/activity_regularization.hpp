#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of ActivityRegularization, in Keras's order and with Keras's defaults.
struct ActivityRegularizationOptions {
    double l1 = 0.0;  ///< factor of sum(|x|)
    double l2 = 0.0;  ///< factor of sum(x^2)
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "activity_regularization", "activity_regularization_1", ... when not given
};

/// Hands its input on, and adds (l1 * sum(|x|) + l2 * sum(x^2)) / batch to the loss of the model that it is
/// in (keras.layers.ActivityRegularization). Any shape. Throws ValueError for a factor that is negative or
/// not finite.
class KERATIN_EXPORT ActivityRegularization : public Layer {
public:
    explicit ActivityRegularization(ActivityRegularizationOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "ActivityRegularization"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    ActivityRegularizationOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
