#pragma once

#include "support/wrong_use.hpp"

#include <keratin/layers/layer.hpp>

#include <algorithm>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// What the conformance routine of layers is told about one: how to make it, what goes in and comes out, and
/// what it must refuse.
namespace conformance {

using keratin::DType;
using keratin::Layer;
using keratin::Shape;
using keratin::Tensor;
using LayerPointer = std::shared_ptr<Layer>;
using wrong_use::Type;

/// One input: floating numbers of the layer's dtype, or integers from 0 on.
struct Input {
    Input(std::initializer_list<int64_t> extents) : shape(extents) {}  // NOLINT: read as the shape
    Input(Shape given) : shape(std::move(given)) {}                    // NOLINT
    Input(Shape given, DType type, int64_t limit = 2) : shape(std::move(given)), dtype(type), below(limit) {}

    Shape shape;
    std::optional<DType> dtype = {};
    int64_t below = 0;  ///< of the integers
};

/// Written as one shape, {2, 3}, or as a list of several.
template <class T>
struct OneOrMany {
    OneOrMany() = default;
    OneOrMany(std::initializer_list<int64_t> one) : list{T(one)} {}  // NOLINT
    OneOrMany(std::initializer_list<T> many) : list(many) {}         // NOLINT
    template <std::convertible_to<T> U>
    OneOrMany(U one) : list{T(std::move(one))} {}  // NOLINT

    std::vector<T> list;
};
using Inputs = OneOrMany<Input>;
using Outputs = OneOrMany<Shape>;

/// A function that makes a layer of one class, and what must be known of the class besides.
class Maker {
public:
    template <class F>
    requires std::derived_from<std::invoke_result_t<F&>, Layer> Maker(F one)  // NOLINT: read as the function
        : make([one] { return std::make_shared<std::invoke_result_t<F&>>(one()); }) {
        using L = std::invoke_result_t<F&>;
        copy = [](const Layer& layer) -> LayerPointer {
            return std::make_shared<L>(static_cast<const L&>(layer));
        };
        assign = [](Layer& to, const Layer& from) { static_cast<L&>(to) = static_cast<const L&>(from); };
        if constexpr (requires(L & layer) { layer.seed_generator.set_state({7, 0}); }) {
            random = true;
            restart = [](Layer& layer) { static_cast<L&>(layer).seed_generator.set_state({7, 0}); };
        }
    }

    std::function<LayerPointer()> make;
    LayerPointer (*copy)(const Layer&) = nullptr;
    void (*assign)(Layer& to, const Layer& from) = nullptr;
    bool random = false;
    void (*restart)(Layer&) = [](Layer&) {};  ///< makes a random layer repeat itself
};

struct Weight {
    std::string name;  ///< with the layers inside before it: "lstm_cell/kernel"
    Shape shape;
    bool trainable = true;
    std::optional<DType> dtype = {};  ///< the layer's when not given
};

/// What is expected of one layer.
struct Facts {
    std::string default_name = {};
    Inputs input = {};  ///< with the batch
    Outputs output = {};
    std::vector<Weight> weights = {};        ///< in order
    std::optional<DType> output_dtype = {};  ///< the layer's when not given
    bool training_differs = false;           ///< calls that train give something else
    bool made_built = false;                 ///< as a model of calls is
    bool differentiable = true;              ///< by its floating inputs
    std::string empty_batch = {};  ///< what it says to a batch of none, where it has an answer to none
    std::function<Tensor(const Layer&)> call = {};  ///< instead of inputs, where no tensor can be one
    std::function<void(Layer&)> before_call = {};   ///< where Maker::restart does not make it repeat itself
};

/// A mistake and the text of its error. Of a layer: making it is the mistake when no inputs are given;
/// otherwise calling it with them is, and compute_output_shapes() must say the same, unless it is their dtype
/// that is wrong. The text goes without the layer's name before it, unless a layer inside is what says it.
struct WrongUse {
    WrongUse(Maker make, std::string says, Inputs inputs = {}, Inputs built = {})
        : maker(std::move(make)),
          text(std::move(says)),
          input(std::move(inputs)),
          built_for(std::move(built)) {
        if (input.list.empty()) return;
        const auto of_dtype = [](const Input& one) { return one.dtype.has_value(); };
        type = std::any_of(input.list.begin(), input.list.end(), of_dtype) ? Type::dtype : Type::shape;
    }
    /// Any other use, and the whole text.
    template <class F>
    requires std::same_as < std::invoke_result_t<F&>,
    void > WrongUse(F use, std::string says) : call(std::move(use)), text(std::move(says)) {}
    /// Where the error is of another class than such mistakes mostly have.
    WrongUse(Type other, Maker make, std::string says, Inputs inputs = {}, Inputs built = {})
        : WrongUse(std::move(make), std::move(says), std::move(inputs), std::move(built)) {
        type = other;
    }
    template <class F>
    requires std::same_as < std::invoke_result_t<F&>,
    void > WrongUse(Type other, F use, std::string says) : WrongUse(std::move(use), std::move(says)) {
        type = other;
    }

    std::optional<Maker> maker = {};
    std::function<void()> call = {};
    std::string text;  ///< {names} in it stands for a list of names, which may grow
    Inputs input = {};
    Inputs built_for = {};
    Type type = Type::value;
};

struct Configuration {
    std::string what;
    Maker maker;
    Facts facts;
};

/// A class, in several configurations.
struct LayerCase {
    std::string class_name;
    std::string default_name;  ///< of the first of its kind
    std::vector<Configuration> configurations;
    std::vector<WrongUse> wrong;
};
using LayerCases = std::vector<LayerCase>;

}  // namespace conformance
