#pragma once

#include <keratin/layers/layer.hpp>

#include <vector>

namespace keratin::layers {

/// Arguments of PReLU, in Keras's order and with Keras's defaults.
struct PReLUOptions {
    InitializerHandle alpha_initializer = "zeros";
    RegularizerHandle alpha_regularizer = {};
    ConstraintHandle alpha_constraint = {};
    std::vector<int> shared_axes = {};  ///< one alpha along these; {1, 2} for images: one per channel
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "p_re_lu", "p_re_lu_1", ... when not given
};

/// x > 0 ? x : alpha * x with a slope that is learned (keras.layers.PReLU, He et al. 2015). Any shape of rank
/// 1 or more. Throws ShapeError for an axis that is the batch or does not exist, and for another input shape
/// than at build.
class KERATIN_EXPORT PReLU : public Layer {
public:
    explicit PReLU(PReLUOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "PReLU"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    PReLUOptions options;
    Variable alpha;  ///< the input's shape without the batch, 1 along shared axes; empty until built

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;

private:
    Shape alpha_shape(const Shape& input) const;
};

}  // namespace keratin::layers
