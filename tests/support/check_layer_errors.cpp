#include "support/check_layer.hpp"
#include "support/wrong_use.hpp"

#include <keratin/core/error.hpp>

/// The conformance routine: what a layer refuses.
namespace conformance {

using namespace keratin;

/// What no layer takes.
void check_refusals(const Maker& maker, const Facts& facts) {
    clear_session();
    const LayerPointer layer = maker.make();
    if (layer->class_name() != "InputLayer")  // which does not compute
        wrong_use::check_error([&] { in_policy(*layer, "int32"); }, Type::dtype,
                               {"{names}: dtype is int32; layers compute in floating dtypes"});
    if (!is_model(*layer) && !serialize(*layer)["module"].is_null())  // keratin's own
        CHECK_THROWS_MATCHES(with(*layer, "colour", "red"), ValueError,
                             Message(fmt::format("{}: its config has \"colour\": \"red\", which is none of "
                                                 "its arguments; leave it out",
                                                 layer->class_name())));
    CHECK_THROWS_AS(with(*layer, "name", "a/b"), ValueError);
    if (facts.call) return;
    CHECK_THROWS_MATCHES(
        layer->apply(std::vector<Tensor>(facts.input.list.size())), ValueError,
        Message(fmt::format("{}: the input is an undefined tensor; give it a value first, for instance by "
                            "zeros(shape)",
                            layer->name())));
    CHECK_THROWS_AS(layer->apply(std::vector<Tensor>()), Error);
    CHECK_THROWS_AS(layer->compute_output_shapes({}), Error);
    CHECK(layer->built() == facts.made_built);
    layer->build_list(shapes_of(facts.input));
    const std::vector<Tensor> weights = layer->get_weights();
    std::vector<Tensor> more = weights;
    more.push_back(ones({2}));
    CHECK_THROWS_MATCHES(
        layer->set_weights(more), ValueError,
        Message(fmt::format("{}: set_weights got {} tensors, the layer has {} variables; give one for each "
                            "of variables()",
                            layer->name(), more.size(), weights.size())));
    CHECK(same(layer->get_weights(), weights));
}

void check_wrong_use(const WrongUse& wrong, const std::string& default_name) {
    INFO(wrong.text);
    clear_session();
    const auto fails = [&](const std::function<void()>& call) {
        wrong_use::check_error(call, wrong.type, {wrong.text, default_name + ": " + wrong.text});
    };
    if (!wrong.maker) return fails(wrong.call);
    if (wrong.input.list.empty()) return fails([&] { wrong.maker->make(); });
    const LayerPointer layer = wrong.maker->make();
    if (!wrong.built_for.list.empty()) layer->build_list(shapes_of(wrong.built_for));
    const std::vector<Tensor> weights = layer->get_weights();
    std::vector<Tensor> inputs;
    bool of_shape = true;
    for (const Input& input : wrong.input.list) {
        inputs.push_back(zeros(input.shape, input.dtype.value_or(float32)));
        of_shape = of_shape && !input.dtype;
    }
    fails([&] { layer->apply(inputs, {.training = true}); });
    if (of_shape) fails([&] { layer->compute_output_shapes(shapes_of(wrong.input)); });
    if (!wrong.built_for.list.empty()) CHECK(same(layer->get_weights(), weights));
}

}  // namespace conformance
