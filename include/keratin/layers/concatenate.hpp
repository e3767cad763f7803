#pragma once

#include <keratin/layers/layer.hpp>

#include <memory>
#include <string>
#include <vector>

namespace keratin::layers {

/// Arguments of Concatenate, in Keras's order and with Keras's defaults.
struct ConcatenateOptions {
    int axis = -1;  ///< of the whole shape, the batch included
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "concatenate", "concatenate_1", ... when not given
};

/// Its inputs one behind the other along an axis (keras.layers.Concatenate); all other extents must agree.
/// Throws ShapeError when they do not, ValueError without inputs.
///
///     layers::Concatenate()({zeros({2, 3}), ones({2, 5})});   // (2, 8)
class KERATIN_EXPORT Concatenate : public ListLayer {
public:
    explicit Concatenate(ConcatenateOptions options = {});

    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;
    std::string class_name() const override { return "Concatenate"; }
    bool supports_masking() const override { return true; }
    /// The masks one behind the other; what has none counts everywhere.
    std::vector<Tensor> compute_mask(const std::vector<Tensor>& inputs,
                                     const std::vector<Tensor>& outputs) const override;
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    ConcatenateOptions options;

protected:
    void build_list_variables(const std::vector<Shape>& input_shapes) override;
};

}  // namespace keratin::layers
