#include "support/check_layer.hpp"
#include "support/files.hpp"
#include "support/variable_gradients.hpp"
#include "support/wrong_use.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/threads.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/models/model.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>
#include <keratin/optimizers.hpp>

#include <cmath>

/// The conformance routine: what a layer computes.
namespace conformance {

using namespace keratin;

namespace {

struct Policy {
    const char* name;
    DType variables;
    DType computes;
    double tolerance;  ///< against float64
};
/// Every dtype policy that there is. Of a mixed one the variables are float32, the computation is in another
/// dtype, with the tolerance of that.
const std::vector<Policy>& policies() {
    static const std::vector<Policy> all = {{"float32", float32, float32, 1e-5},
                                            {"float64", float64, float64, 1e-12},
                                            // Four ulps, 2^-7 and 2^-10 of the numbers.
                                            {"mixed_bfloat16", float32, bfloat16, 0x1p-5},
                                            {"mixed_float16", float32, float16, 0x1p-8}};
    return all;
}

/// What the layer computes in: an InputLayer has a dtype and no policy.
DType computes(const Policy& policy, const Layer& layer) {
    return layer.class_name() == "InputLayer" ? policy.variables : policy.computes;
}

/// A built layer under a policy, with weights as fill() makes them.
LayerPointer built(const Maker& maker, const Facts& facts, const char* policy) {
    const LayerPointer layer = in_policy(*maker.make(), policy);
    layer->build_list(shapes_of(facts.input));
    fill(*layer);
    return layer;
}

/// All floating outputs in a row.
Tensor joined(const std::vector<Tensor>& outputs) {
    std::vector<Tensor> rows;
    for (const Tensor& y : outputs)
        if (is_floating(y.dtype())) rows.push_back(reshape(y, {-1}));
    return concat(rows, 0);
}

std::vector<KerasTensor> symbolic(const Facts& facts) {
    std::vector<KerasTensor> inputs;
    for (const Input& input : facts.input.list)
        inputs.push_back(keratin::Input(input.shape.slice(1, input.shape.rank()),
                                        {.dtype = input.dtype.value_or(float32)}));
    return inputs;
}

}  // namespace

/// The shape worked out beforehand is the one that comes, for a known, an unknown and an empty batch.
void check_shapes(const Maker& maker, const Facts& facts) {
    const std::vector<Shape> input = shapes_of(facts.input);
    for (const Policy& policy : policies()) {
        INFO(policy.name);
        const LayerPointer layer = in_policy(*maker.make(), policy.name);
        CHECK(layer->dtype() == policy.variables);
        for (const bool built : {false, true}) {
            INFO((built ? "built" : "not built"));
            if (built) layer->build_list(shapes_of(facts.input, Shape::unknown));
            CHECK(layer->compute_output_shapes(input) == facts.output.list);
            for (const int64_t batch : {Shape::unknown, int64_t{0}, int64_t{5}})
                CHECK(layer->compute_output_shapes(shapes_of(facts.input, batch)) ==
                      shapes_of(facts.output, batch));
        }
        const auto check_outputs = [&](const std::vector<Tensor>& x) {
            std::vector<Shape> shapes;
            std::vector<DType> dtypes;
            for (const Tensor& one : x) dtypes.push_back(one.dtype());
            for (const Tensor& y : outputs_of(maker, facts, layer, x)) {
                shapes.push_back(y.shape());
                CHECK(y.dtype() == facts.output_dtype.value_or(computes(policy, *layer)));
                CHECK(y.dtype() == layer->compute_output_dtype(dtypes));
            }
            CHECK(shapes == shapes_of(facts.output, x.front().shape()[0]));
        };
        check_outputs(samples(facts, 1, float32));
        check_outputs(samples(facts, 1, float64));
        check_outputs(samples(facts, 1, float32, 5));
        if (facts.empty_batch.empty())
            check_outputs(samples(facts, 1, float32, 0));
        else
            wrong_use::check_error([&] { layer->apply(samples(facts, 1, float32, 0)); }, Type::value,
                                   {facts.empty_batch});
    }
}

/// Called on what stands for tensors, the layer gives what stands for its outputs, and the model of the call
/// computes them.
void check_symbolic_call(const Maker& maker, const Facts& facts) {
    const LayerPointer layer = maker.make();
    const std::vector<KerasTensor> inputs = symbolic(facts), outputs = layer->apply(inputs);
    REQUIRE(outputs.size() == facts.output.list.size());
    for (size_t i = 0; i < outputs.size(); ++i) {
        CHECK(outputs[i].shape() == facts.output.list[i].with(0, Shape::unknown));
        CHECK(outputs[i].dtype() == facts.output_dtype.value_or(float32));
    }
    const Model model(inputs, outputs);
    const std::vector<Tensor> x = samples(facts, 1, float32);
    CHECK(same(model.apply(x), outputs_of(maker, facts, layer, x)));
    CHECK(model.variables().size() == layer->variables().size());
}

/// A model of the layer comes back from its config as text and its weights in a file.
void check_files(const Maker& maker, const Facts& facts) {
    const LayerPointer layer = maker.make();
    const std::vector<KerasTensor> inputs = symbolic(facts);
    const Model model(inputs, layer->apply(inputs));
    fill(*layer);
    const LayerPointer again = layer_from_config(Config::from_json(serialize(model).to_json()));
    const std::vector<Tensor> x = samples(facts, 1, float32);
    if (!facts.weights.empty()) {
        const test::TemporaryDirectory dir;
        model.save_weights(dir.file("w.safetensors"));
        dynamic_cast<Model&>(*again).load_weights(dir.file("w.safetensors"));
    }
    CHECK(same(again->get_weights(), layer->get_weights()));
    CHECK(same(again->apply(x), outputs_of(maker, facts, layer, x)));
}

/// With the same weights, the dtypes differ by their rounding only, and `training` does what it says.
void check_policies(const Maker& maker, const Facts& facts) {
    const LayerPointer exact = built(maker, facts, "float64");
    const std::vector<Tensor> weights = exact->get_weights();
    const std::vector<Tensor> x = samples(facts, 2, float32);
    CHECK(same(outputs_of(maker, facts, exact, x, true), outputs_of(maker, facts, exact, x)) ==
          !facts.training_differs);
    for (const Policy& policy : policies())
        for (const bool training : {false, true}) {
            if (training && maker.random) continue;  // each dtype may draw its own numbers
            INFO(policy.name << (training ? ", training" : ""));
            const LayerPointer layer = built(maker, facts, policy.name);
            exact->set_weights(weights);
            layer->set_weights(weights);
            const std::vector<Tensor> expected = outputs_of(maker, facts, exact, x, training);
            const std::vector<Tensor> got = outputs_of(maker, facts, layer, x, training);
            for (size_t i = 0; i < got.size(); ++i)
                CHECK(numbers::difference(got[i], expected[i]) <= policy.tolerance);
        }
}

/// The gradients of a weighed sum of the outputs by the weights and the floating inputs, as these are stored.
std::vector<Tensor> gradients_of(const Maker& maker, const Facts& facts, const LayerPointer& layer,
                                 const std::vector<Tensor>& x) {
    const std::vector<Variable> variables = layer->trainable_variables();
    std::vector<GradientSource> sources(variables.begin(), variables.end());
    GradientTape tape;
    for (const Tensor& one : x)
        if (is_floating(one.dtype())) {
            tape.watch(one);
            sources.emplace_back(one);
        }
    const Tensor y = cast(joined(outputs_of(maker, facts, layer, x)), float64);
    return tape.gradient(reduce_sum(y * numbers::distinct(y.shape(), 7)), sources);
}

/// The gradients of each policy are those of float64, as far as the largest of their numbers lets one tell.
void check_gradients_of_policies(const Maker& maker, const Facts& facts) {
    const LayerPointer exact = built(maker, facts, "float64");
    const std::vector<Tensor> x = samples(facts, 2, float32);
    const std::vector<Tensor> expected = gradients_of(maker, facts, exact, x);
    const auto largest = [](const Tensor& numbers) {
        return numbers.defined() ? reduce_max(abs(cast(numbers, float64))).item<double>() : 0.0;
    };
    double size = 0;
    for (const Tensor& gradient : expected) size = std::max(size, largest(gradient));
    for (const Policy& policy : policies()) {
        INFO(policy.name);
        const LayerPointer layer = built(maker, facts, policy.name);
        layer->set_weights(exact->get_weights());
        const std::vector<Tensor> got = gradients_of(maker, facts, layer, x);
        for (size_t i = 0; i < got.size(); ++i) {
            REQUIRE(got[i].defined() == expected[i].defined());
            if (!got[i].defined()) continue;
            CHECK(largest(cast(got[i], float64) - cast(expected[i], float64)) <= policy.tolerance * size);
        }
    }
}

void check_gradients(const Maker& maker, const Facts& facts) {
    const LayerPointer layer = built(maker, facts, "float64");
    const std::vector<Tensor> x = samples(facts, 2, float64);
    std::vector<Tensor> floating;
    for (const Tensor& one : x)
        if (is_floating(one.dtype())) floating.push_back(one);
    for (const bool training : {false, true}) {
        if (training && !facts.training_differs) continue;
        INFO((training ? "training" : "inference"));
        const auto f = [&](const std::vector<Tensor>& moved) {
            std::vector<Tensor> inputs = x;
            size_t next = 0;
            for (Tensor& input : inputs)
                if (is_floating(input.dtype())) input = moved[next++];
            return joined(outputs_of(maker, facts, layer, inputs, training));
        };
        const GradientCheck of_inputs =
            floating.empty() ? GradientCheck() : keratin::check_gradients(f, floating);
        INFO(of_inputs.message);
        CHECK(of_inputs.passed);
        const GradientCheck of_weights =
            check_variables([&] { return f(floating); }, layer->trainable_variables());
        INFO(of_weights.message);
        CHECK(of_weights.passed);
    }
}

/// A short step against the gradient lowers a loss by what the gradient promises, on the same random numbers
/// where there are any. Only variables that learn move, and what training itself moves; frozen, all stay.
void check_step(const Maker& maker, const Facts& facts) {
    constexpr double length = 1e-3;
    const std::vector<Tensor> x = samples(facts, 4, float64);
    for (const bool trainable : {true, false}) {
        INFO((trainable ? "trainable" : "frozen"));
        const LayerPointer layer = built(maker, facts, "float64");
        layer->trainable = trainable;
        const std::vector<Tensor> before = layer->get_weights();
        const auto loss = [&] {
            const Tensor y = joined(outputs_of(maker, facts, layer, x, true));
            return reduce_mean(square(y - numbers::distinct(y.shape(), 5)));
        };
        const std::vector<Variable> learning = layer->trainable_variables();
        GradientTape tape;
        const Tensor start = loss();
        const std::vector<Tensor> gradients = tape.gradient(start, learning);
        double slope = 0;
        for (const Tensor& gradient : gradients) {
            REQUIRE(gradient.defined());
            slope += reduce_sum(square(gradient)).item<double>();
        }
        slope = std::sqrt(slope);
        CHECK((slope == 0) == learning.empty());
        for (size_t i = 0; i < learning.size(); ++i) learning[i].assign_sub(gradients[i] * (length / slope));
        for (size_t i = 0; i < before.size(); ++i) {
            INFO(facts.weights[i].name);
            if (trainable && facts.weights[i].trainable) continue;
            CHECK(same(layer->get_weights()[i], before[i]) == !(trainable && facts.training_differs));
        }
        if (!learning.empty()) CHECK((start - loss()).item<double>() == Approx(length * slope).epsilon(0.1));
    }
}

/// A model with the layer in it learns.
void check_model(const Maker& maker, const Facts& facts) {
    const LayerPointer layer = maker.make();
    const std::vector<KerasTensor> inputs = symbolic(facts);
    const KerasTensor y = layer->apply(inputs).front();
    if (!is_floating(y.dtype())) return;
    Model model(inputs, layers::Dense(2, {.name = "head"})(layers::Flatten({.name = "rows"})(y)));
    fill(*layer);
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.01}), .loss = "mse"});
    const std::vector<Tensor> x = samples(facts, 4, float32);
    const Tensor target = numbers::distinct({x.front().shape()[0], 2}, 5, 1.0, float32);
    const double first = model.test_on_batch(x, target)["loss"];
    for (int step = 0; step < 10; ++step) model.train_on_batch(x, target);
    CHECK(model.test_on_batch(x, target)["loss"] < first);
}

/// The same bits, outputs and gradients, on one thread and on several; a batch that is shared among them.
void check_threads(const Maker& maker, const Facts& facts) {
    constexpr int64_t batch = 67;
    const LayerPointer layer = built(maker, facts, "float32");
    const std::vector<Tensor> weights = layer->get_weights();
    const std::vector<Tensor> x = samples(facts, 3, float32, batch);
    const auto computed = [&](int threads) {
        set_num_threads(threads);
        layer->set_weights(weights);
        GradientTape tape;
        std::vector<Tensor> results = outputs_of(maker, facts, layer, x, true);
        const std::vector<Variable> learning = layer->trainable_variables();
        if (!learning.empty())
            for (const Tensor& gradient : tape.gradient(joined(results), learning))
                results.push_back(gradient);
        return results;
    };
    const std::vector<Tensor> serial = computed(1), parallel = computed(3);
    set_num_threads(0);
    CHECK(same(serial, parallel));
}

}  // namespace conformance
