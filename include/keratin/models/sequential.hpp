#pragma once

#include <keratin/models/model.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keratin {

/// Layers one after the other (keras.Sequential).
///
///     Sequential model(layers::Conv2D(6, {.kernel_size = 5, .activation = "relu"}),
///                      layers::MaxPooling2D(2), layers::Flatten(), layers::Dense(10, {.activation =
///                      "softmax"}));
///     model(x);   // builds it and calls it
class KERATIN_EXPORT Sequential : public Model {
public:
    Sequential();
    explicit Sequential(LayerOptions options);
    template <class... Layers>
    requires(sizeof...(Layers) > 0 && (std::derived_from<std::remove_cvref_t<Layers>, Layer> && ...) &&
             !(sizeof...(Layers) == 1 && (std::same_as<std::remove_cvref_t<Layers>, Sequential> &&
                                          ...))) explicit Sequential(Layers&&... layers)
        : Sequential() {
        (add(std::forward<Layers>(layers)), ...);
    }

    /// Appends a layer; a copy shares the layer's weights. An InputLayer first makes the shapes known. Throws
    /// ValueError for a name that is taken, or when the model is called at the moment.
    template <std::derived_from<Layer> L>
    Sequential& add(L layer) {
        return add(std::shared_ptr<Layer>(std::make_shared<L>(std::move(layer))));
    }
    Sequential& add(std::shared_ptr<Layer> layer);
    /// Takes the last layer away; throws ValueError when there is none.
    void pop();

    using Layer::build;
    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Sequential"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);
    std::vector<LayerReference> layers() const override;

protected:
    void build_variables(const Shape& input_shape) override;
    std::vector<std::shared_ptr<detail::LayerState>> inner_states() const override;
    std::string_view final_activation() const override;
    std::vector<Shape> output_shapes() const override;

private:
    std::optional<Shape> input_shape() const;  ///< what it was built with or its InputLayer says
    void rebuild();

    struct Stack;  ///< the layers, shared by copies
    std::shared_ptr<Stack> stack_;
};

}  // namespace keratin
