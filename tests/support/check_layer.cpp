#include "support/check_layer.hpp"

#include <keratin/core/random.hpp>
#include <keratin/models/model.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <typeinfo>

/// The conformance routine: what a layer is. What it computes is in check_layer_calls.cpp, what it refuses in
/// check_layer_errors.cpp.
namespace conformance {

using namespace keratin;

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Tensor& x, const Tensor& y) { return same(x, y); });
}

LayerPointer with(const Layer& layer, const char* key, const Config& value) {
    Config node = serialize(layer);
    Config config = node["config"];
    config.set(key, value);
    node.set("config", config);
    return layer_from_config(node);
}

namespace {

/// The config with "float32" replaced where it is a policy, written as a node or by its name.
Config with_policy(const Config& config, const std::string& policy) {
    if (config.is_list()) {
        Config::List list;
        for (const Config& one : config.as_list()) list.push_back(with_policy(one, policy));
        return list;
    }
    if (!config.is_object()) return config;
    const Config* kind = config.find("class_name");
    // Inputs have a dtype and no policy.
    if (kind && *kind == Config("InputLayer") && policy.starts_with("mixed")) return config;
    const bool is_policy = kind && *kind == Config("DTypePolicy");
    Config result = Config::object();
    for (const auto& [key, value] : config.members()) {
        const bool is_name = key == "dtype" && value == Config("float32");
        if (is_name)
            result.set(key, policy);
        else if (is_policy && key == "config")
            result.set(key, Config::object({{"name", policy}}));
        else
            result.set(key, with_policy(value, policy));
    }
    return result;
}

}  // namespace

LayerPointer in_policy(const Layer& layer, const char* policy) {
    return layer_from_config(with_policy(serialize(layer), policy));
}

bool is_model(const Layer& layer) {
    return dynamic_cast<const Model*>(&layer) != nullptr;
}

void fill(const Layer& layer) {
    unsigned seed = 10;
    for (const Variable& variable : layer.variables()) {
        const Tensor numbers = numbers::distinct(variable.shape(), ++seed, 0.5, variable.dtype());
        variable.assign(variable.trainable() ? numbers : numbers + 1);
    }
}

std::vector<Shape> shapes_of(const Outputs& outputs, std::optional<int64_t> batch) {
    std::vector<Shape> shapes = outputs.list;
    if (batch)
        for (Shape& shape : shapes) shape = shape.with(0, *batch);
    return shapes;
}

std::vector<Shape> shapes_of(const Inputs& inputs, std::optional<int64_t> batch) {
    std::vector<Shape> shapes;
    for (const Input& input : inputs.list)
        shapes.push_back(batch ? input.shape.with(0, *batch) : input.shape);
    return shapes;
}

std::vector<Tensor> samples(const Facts& facts, unsigned seed, DType dtype, std::optional<int64_t> batch) {
    std::vector<Tensor> tensors;
    for (const Input& input : facts.input.list) {
        const Shape shape = batch ? input.shape.with(0, *batch) : input.shape;
        ++seed;
        if (!input.dtype || is_floating(*input.dtype)) {
            const double scale = 1 + 0.07 * static_cast<double>(tensors.size());  // no ties between inputs
            tensors.push_back(numbers::distinct(shape, seed, scale, input.dtype.value_or(dtype)));
            continue;
        }
        std::vector<double> integers(static_cast<size_t>(shape.size()));
        for (size_t i = 0; i < integers.size(); ++i)
            integers[i] = static_cast<double>((i * 7 + seed) % static_cast<size_t>(input.below));
        tensors.push_back(numbers::as(integers, shape, *input.dtype));
    }
    return tensors;
}

std::vector<Tensor> outputs_of(const Maker& maker, const Facts& facts, const LayerPointer& layer,
                               const std::vector<Tensor>& inputs, bool training) {
    if (facts.call) return {facts.call(*layer)};
    (facts.before_call ? facts.before_call : std::function<void(Layer&)>(maker.restart))(*layer);
    return layer->apply(inputs, {.training = training});
}

void check_names(const Maker& maker, const Facts& facts) {
    clear_session();
    const LayerPointer first = maker.make(), second = maker.make();
    CHECK(first->name() == facts.default_name);
    CHECK(second->name() == facts.default_name + "_1");
    CHECK(to_snake_case(first->class_name()) == facts.default_name);
    CHECK(fmt::format("{}", *first) == fmt::format("<{} name={}, built={}>", first->class_name(),
                                                   facts.default_name, facts.made_built ? "True" : "False"));
    CHECK(with(*first, "name", "another")->name() == "another");
}

/// All shapes of a build_config, one by one, in lists or by name, in their order.
std::vector<Shape> shapes_in(const Config& node) {
    const bool is_shape = node.is_list() && std::none_of(node.as_list().begin(), node.as_list().end(),
                                                         [](const Config& item) { return item.is_list(); });
    if (is_shape) return {node.as_shape()};
    std::vector<Shape> shapes;
    const auto add = [&](const Config& part) {
        const std::vector<Shape> more = shapes_in(part);
        shapes.insert(shapes.end(), more.begin(), more.end());
    };
    if (node.is_object())
        for (const auto& [name, part] : node.members()) add(part);
    else
        for (const Config& part : node.as_list()) add(part);
    return shapes;
}

void check_config(const Maker& maker, const Facts& facts) {
    const LayerPointer layer = maker.make();
    const Config config = layer->get_config();
    const Config node = serialize(*layer);
    INFO(node.to_json());
    CHECK(node["class_name"] == Config(layer->class_name()));
    CHECK(node["config"] == config);
    CHECK((node.find("build_config") != nullptr) == facts.made_built);
    const std::vector<Tensor> inputs = samples(facts, 1, float32);
    for (const bool training : {false, true}) outputs_of(maker, facts, layer, inputs, training);
    fill(*layer);
    for (const Config& read : {node, Config::from_json(node.to_json())}) {
        const LayerPointer again = layer_from_config(read);
        const Layer &made = *again, &original = *layer;
        CHECK(typeid(made) == typeid(original));
        CHECK(again->get_config().to_json() == config.to_json());
        CHECK(again->built() == facts.made_built);
        outputs_of(maker, facts, again, inputs);
        again->set_weights(layer->get_weights());
        for (const bool training : {false, true})
            CHECK(same(outputs_of(maker, facts, again, inputs, training),
                       outputs_of(maker, facts, layer, inputs, training)));
    }
    if (facts.call || facts.made_built || layer->class_name() == "InputLayer")
        return;  // which hold it themselves
    const std::vector<Shape> written = shapes_in(serialize(*layer)["build_config"]);
    std::vector<Shape> built = shapes_of(facts.input);
    const bool in_part = layer->class_name().find("Cell") != std::string::npos ||  // not the states
                         layer->class_name() == "MultiHeadAttention";              // not the mask
    REQUIRE(!written.empty());
    if (in_part) built.resize(std::min(built.size(), written.size()));
    CHECK(written == built);
}

void check_variables(const Maker& maker, const Facts& facts) {
    const LayerPointer layer = maker.make();
    CHECK(layer->built() == facts.made_built);
    if (!facts.made_built) CHECK(layer->variables().empty());
    layer->build_list(shapes_of(facts.input));
    CHECK(layer->built());
    const std::vector<Variable> variables = layer->variables();
    REQUIRE(variables.size() == facts.weights.size());
    size_t trainable = 0;
    int64_t parameters = 0;
    for (size_t i = 0; i < variables.size(); ++i) {
        const Weight& expected = facts.weights[i];
        INFO(expected.name);
        CHECK(variables[i].name() == expected.name.substr(expected.name.rfind('/') + 1));
        CHECK(variables[i].path() == (facts.made_built ? "" : layer->name() + "/") + expected.name);
        CHECK(variables[i].shape() == expected.shape);
        CHECK(variables[i].dtype() == expected.dtype.value_or(layer->dtype()));
        CHECK(variables[i].trainable() == expected.trainable);
        trainable += expected.trainable;
        parameters += expected.shape.size();
    }
    CHECK(layer->trainable_variables().size() == trainable);
    CHECK(layer->non_trainable_variables().size() == variables.size() - trainable);
    CHECK(layer->count_params() == parameters);
}

/// Weights come back as they were given, into a clone as well, which shares nothing.
void check_weights(const Maker& maker, const Facts& facts) {
    const LayerPointer layer = maker.make();
    layer->build_list(shapes_of(facts.input));
    fill(*layer);
    const std::vector<Tensor> weights = layer->get_weights();
    const LayerPointer clone = layer->clone();
    CHECK(clone->name() == layer->name());
    CHECK(clone->built() == is_model(*layer));
    clone->build_list(shapes_of(facts.input));
    REQUIRE(clone->variables().size() == weights.size());
    for (size_t i = 0; i < weights.size(); ++i) {
        CHECK_FALSE(clone->variables()[i].same_as(layer->variables()[i]));
        CHECK_FALSE(same(clone->get_weights()[i], weights[i]));
    }
    clone->set_weights(weights);
    CHECK(same(clone->get_weights(), weights));
    for (const Variable& variable : clone->variables()) variable.assign(zeros_like(variable.value()));
    CHECK(same(layer->get_weights(), weights));
    clone->trainable = !layer->trainable;
    CHECK(layer->trainable != clone->trainable);
    CHECK(clone->trainable_variables().empty());
}

/// Copies made before and after the build, and by assignment, are the same layer.
void check_copies(const Maker& maker, const Facts& facts) {
    const LayerPointer layer = maker.make(), assigned = maker.make();
    const LayerPointer early = maker.copy(*layer);
    const std::vector<Tensor> x = samples(facts, 6, float32);
    outputs_of(maker, facts, layer, x);
    const LayerPointer late = maker.copy(*layer);
    maker.assign(*assigned, *layer);
    for (const LayerPointer& copy : {early, late, assigned}) {
        CHECK(copy->built() == layer->built());
        CHECK(copy->name() == layer->name());
        REQUIRE(copy->variables().size() == layer->variables().size());
        for (size_t i = 0; i < layer->variables().size(); ++i)
            CHECK(copy->variables()[i].same_as(layer->variables()[i]));
    }
    fill(*layer);
    CHECK(same(outputs_of(maker, facts, early, x), outputs_of(maker, facts, layer, x)));
    assigned->trainable = false;
    CHECK_FALSE(layer->trainable);
    CHECK(early->trainable_variables().empty());
}

void check_layer(const Maker& maker, const Facts& facts) {
    set_random_seed(1);
    check_names(maker, facts);
    check_config(maker, facts);
    check_copies(maker, facts);
    check_refusals(maker, facts);
    if (facts.call) return;
    check_variables(maker, facts);
    check_weights(maker, facts);
    check_shapes(maker, facts);
    check_policies(maker, facts);
    check_threads(maker, facts);
    if (facts.differentiable) {
        check_gradients(maker, facts);
        check_gradients_of_policies(maker, facts);
        check_step(maker, facts);
    }
    if (maker.make()->class_name() == "InputLayer") return;  // where a model begins
    check_symbolic_call(maker, facts);
    check_files(maker, facts);
    check_model(maker, facts);
}

void check_layers(const LayerCases& cases) {
    for (const LayerCase& layer : cases) {
        for (const Configuration& configuration : layer.configurations) {
            INFO(layer.class_name << ", " << configuration.what);
            Facts facts = configuration.facts;
            facts.default_name = layer.default_name;
            CHECK(configuration.maker.make()->class_name() == layer.class_name);
            check_layer(configuration.maker, facts);
        }
        INFO(layer.class_name);
        CHECK(layer.wrong.size() >= 2);
        for (const WrongUse& wrong : layer.wrong) check_wrong_use(wrong, layer.default_name);
    }
}

}  // namespace conformance
