#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/layers/layer.hpp>

#include <vector>

namespace keratin::layers {

/// Arguments of Normalization, in Keras's order and with Keras's defaults.
struct NormalizationOptions {
    OneOrMore<int> axis = -1;  ///< what has statistics of its own: 3, {1, 3}, or std::vector<int>{} for none
    Tensor mean = {};          ///< known beforehand, as {.mean = Tensor::from({0.5, 0.4}), .variance = ..}
    Tensor variance = {};
    bool invert = false;  ///< back from normalized numbers to the original ones
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "normalization", "normalization_1", ... when not given
};

/// (x - mean) / sqrt(variance) (keras.layers.Normalization); any shape and dtype, integers are cast. Mean and
/// variance are given, of the extents of the axes or what broadcasts to them, or those of the data that
/// adapt() sees. Throws ValueError when only one of them is given, ShapeError when they do not fit.
///
///     layers::Normalization layer;
///     layer.adapt(images);     // (1000, 28, 28, 3): a mean and a variance per channel
///     layer(images);           // mean 0, variance 1 in each
class KERATIN_EXPORT Normalization : public Layer {
public:
    explicit Normalization(NormalizationOptions options = {});

    /// Builds the layer if it is not yet, and takes over mean and variance (divided by n) of this data.
    /// Throws ValueError when mean and variance were given, or for data without samples.
    void adapt(const Tensor& data);

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Normalization"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    NormalizationOptions options;
    Variable mean;      ///< the extents of the axes, not trainable; empty until built, or when given
    Variable variance;  ///< the same
    Variable count;     ///< int64, 0: Keras's files have it

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;

private:
    std::vector<int> checked_axes(const Shape& input) const;
    Tensor statistic(const Tensor& given, const Variable& learned, const Shape& input) const;
};

}  // namespace keratin::layers
