#pragma once

#include <keratin/layers/layer.hpp>

#include <memory>
#include <string>
#include <vector>

namespace keratin::layers {

/// The axes that a Dot sums over: one for both inputs, or {first's, second's}. They count the batch, and
/// negative ones from the end.
struct DotAxes {
    constexpr DotAxes(int both) : first(both), second(both), one(true) {}
    constexpr DotAxes(int of_first, int of_second) : first(of_first), second(of_second), one(false) {}

    int first;
    int second;
    bool one;  ///< given as one number
};

/// Arguments of Dot, in Keras's order and with Keras's defaults.
struct DotOptions {
    bool normalize = false;  ///< to unit length along the axes first: the cosine of the angle
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "dot", "dot_1", ... when not given
};

/// The product of two inputs, summed over an axis of each, sample by sample (keras.layers.Dot): what is left
/// of the first's axes, then what is left of the second's; (batch, 1) when nothing is.
/// Throws ValueError unless there are two inputs and for axis 0, ShapeError where extents differ.
///
///     layers::Dot({1, 2})({a, b});   // (8, 3, 5), (8, 10, 3) -> (8, 5, 10)
class KERATIN_EXPORT Dot : public ListLayer {
public:
    explicit Dot(DotAxes axes, DotOptions options = {});

    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;
    std::string class_name() const override { return "Dot"; }
    bool supports_masking() const override { return true; }
    std::vector<Tensor> compute_mask(const std::vector<Tensor>&, const std::vector<Tensor>&) const override {
        return {};
    }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    DotAxes axes;
    DotOptions options;

protected:
    void build_list_variables(const std::vector<Shape>& input_shapes) override;
};

}  // namespace keratin::layers
