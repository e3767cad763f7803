#pragma once

#include <keratin/models/model.hpp>

#include <concepts>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
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
        number({std::is_lvalue_reference_v<Layers> ? nullptr : &layers...});
        (add(std::forward<Layers>(layers)), ...);
    }

    /// Appends a layer; a copy shares the layer's weights. An InputLayer first makes the shapes known. Throws
    /// ValueError for a name that is taken, for a model that holds this one, or when the model is called at
    /// the moment; it is then as before.
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
    DType compute_output_dtype(const std::vector<DType>& inputs) const override;
    std::optional<Shape> input_shape() const override;  ///< as built, or as its InputLayer says
    std::string class_name() const override { return "Sequential"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);
    std::vector<LayerReference> layers() const override;

protected:
    void build_variables(const Shape& input_shape) override;
    std::vector<std::shared_ptr<detail::LayerState>> inner_states() const override;
    std::string_view final_activation(size_t output = 0) const override;
    size_t output_count() const override { return 1; }
    std::vector<std::vector<Shape>> output_shapes_of_layers() const override;

private:
    struct Stack;  ///< the layers, shared by copies
    /// Arguments are made in an order of the compiler's choice; makes the automatic names of those that were
    /// made for this call count from the first to the last. Null: one that the caller has.
    void number(std::initializer_list<const Layer*> arguments);
    bool holds(const Stack& stack) const;  ///< at whatever depth
    void check_input(const Shape& shape) const;
    [[noreturn]] void name_is_taken(const Layer& layer) const;
    void rebuild();

    std::shared_ptr<Stack> stack_;
};

}  // namespace keratin
