#pragma once

#include <keratin/layers/wrapper.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <utility>

namespace keratin::layers {

/// Arguments of TimeDistributed.
struct TimeDistributedOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "time_distributed", "time_distributed_1", ... when not given
};

/// A layer applied to every time step, with one set of weights (keras.layers.TimeDistributed). Input (batch,
/// time, ...), output (batch, time, ...) of the layer's outputs. Throws ShapeError for an input of fewer than
/// three axes.
///
///     layers::TimeDistributed(layers::Conv2D(8, {.kernel_size = 3}))(video);   // (batch, time, height,
///     width, channels)
class KERATIN_EXPORT TimeDistributed : public Wrapper {
public:
    explicit TimeDistributed(std::shared_ptr<Layer> layer, TimeDistributedOptions options = {});
    template <std::derived_from<Layer> L>
    explicit TimeDistributed(L one, TimeDistributedOptions given = {})
        : TimeDistributed(std::shared_ptr<Layer>(std::make_shared<L>(std::move(one))), std::move(given)) {}

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "TimeDistributed"; }
    bool supports_masking() const override { return true; }
    static std::shared_ptr<Layer> from_config(const Config& config);

    TimeDistributedOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
