#pragma once

#include <keratin/layers/layer.hpp>

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace keratin::layers {

/// Arguments of Lambda.
struct LambdaOptions {
    std::optional<Shape> output_shape =
        {};  ///< without the batch; by default what the function makes of zeros
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "lambda", "lambda_1", ... when not given
};

/// A function of tensors as a layer (keras.layers.Lambda): of one tensor, or of a list of them.
///
/// It has no weights; layers that the function calls are not found, so write a Layer for those. It has no
/// config either: a file never names code to run.
///
///     layers::Lambda([](const Tensor& x) { return 2 * x; })
class KERATIN_EXPORT Lambda : public ListLayer {
public:
    using Function = std::function<Tensor(const Tensor&)>;
    using ListFunction = std::function<Tensor(const std::vector<Tensor>&)>;

    template <class F>
    requires std::is_invocable_r_v<Tensor, F, const Tensor&>
    explicit Lambda(F function, LambdaOptions given = {})
        : Lambda(of_one(std::move(function)), true, std::move(given)) {}
    /// Of a function that is overloaded, by name: Lambda(square).
    explicit Lambda(Tensor (*function)(const Tensor&), LambdaOptions given = {})
        : Lambda(of_one(function), true, std::move(given)) {}
    template <class F>
    requires(std::is_invocable_r_v<Tensor, F, const std::vector<Tensor>&> &&
             !std::is_invocable_v<F, const Tensor&>) explicit Lambda(F function, LambdaOptions given = {})
        : Lambda(ListFunction(std::move(function)), false, std::move(given)) {}

    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;
    std::string class_name() const override { return "Lambda"; }
    /// Both throw ValueError.
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    LambdaOptions options;

protected:
    void build_list_variables(const std::vector<Shape>& input_shapes) override;

private:
    Lambda(ListFunction function, bool of_one, LambdaOptions options);
    static ListFunction of_one(Function function) {
        return [f = std::move(function)](const std::vector<Tensor>& x) { return f(x.front()); };
    }

    void require_count(size_t inputs) const;

    ListFunction function_;
    bool of_one_;
};

}  // namespace keratin::layers
