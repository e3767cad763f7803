#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

#include <vector>

namespace keratin::layers {

/// Arguments of Permute, in Keras's order and with Keras's defaults.
struct PermuteOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "permute", "permute_1", ... when not given
};

/// The axes of every sample in another order (keras.layers.Permute); they count from 1, as the batch stays
/// where it is. Throws ValueError unless every axis is named once, ShapeError for another rank.
///
///     layers::Permute({2, 1})(x);   // (64, 10, 32) -> (64, 32, 10)
class KERATIN_EXPORT Permute : public Layer {
public:
    explicit Permute(std::vector<int> dims, PermuteOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Permute"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    std::vector<int> dims;  ///< from 1, without the batch
    PermuteOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
