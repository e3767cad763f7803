#pragma once

#include <keratin/layers/layer.hpp>

#include <optional>

namespace keratin::layers {

/// Arguments of ReLU, in Keras's order and with Keras's defaults.
struct ReLUOptions {
    std::optional<double> max_value = {};  ///< none when not given
    double negative_slope = 0.0;
    double threshold = 0.0;
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "re_lu", "re_lu_1", ... when not given
};

/// max(x, 0), or x > threshold ? min(x, max_value) : negative_slope * (x - threshold) (keras.layers.ReLU);
/// any shape. Throws ValueError for negative arguments.
class KERATIN_EXPORT ReLU : public Layer {
public:
    explicit ReLU(ReLUOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "ReLU"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    ReLUOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
