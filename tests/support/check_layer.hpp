#pragma once

#include "support/catch.hpp"
#include "support/layer_case.hpp"
#include "support/numbers.hpp"

#include <keratin/core/config.hpp>
#include <keratin/layers/registry.hpp>

#include <vector>

/// What every layer must do (as Keras's run_layer_test): names, configs, copies, variables, shapes, dtypes,
/// gradients, training, files, threads, errors. What is special about one stands in its own test.
namespace conformance {

using keratin::Config;

inline bool same(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() && a.dtype() == b.dtype() && numbers::of(a) == numbers::of(b);
}
bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b);

/// The layer of the same config but for one member, not built.
LayerPointer with(const Layer& layer, const char* key, const Config& value);
/// The layer of the same config, all layers inside included, in another dtype policy; inputs keep theirs in a
/// mixed one.
LayerPointer in_policy(const Layer& layer, const char* policy);

/// Models come back built where they were, and from configs that may say more.
bool is_model(const Layer& layer);
/// Numbers that no initializer gives; variances stay positive.
void fill(const Layer& layer);
/// Inputs of the kinds that a layer takes, for another batch size if one is given; floating ones are `dtype`.
std::vector<Tensor> samples(const Facts& facts, unsigned seed, DType dtype,
                            std::optional<int64_t> batch = {});
std::vector<Shape> shapes_of(const Inputs& inputs, std::optional<int64_t> batch = {});
std::vector<Shape> shapes_of(const Outputs& outputs, std::optional<int64_t> batch = {});
/// All outputs, the same ones each time.
std::vector<Tensor> outputs_of(const Maker& maker, const Facts& facts, const LayerPointer& layer,
                               const std::vector<Tensor>& inputs, bool training = false);

/// The whole routine for one configuration.
void check_layer(const Maker& maker, const Facts& facts);
template <class L>
void check_layer(const Maker& maker, const Facts& facts) {
    check_layer(maker, facts);
}

/// The routine for layers whose output has no gradient.
template <class L>
void check_encoder(const Maker& maker, Facts facts) {
    facts.differentiable = false;
    check_layer(maker, facts);
}

void check_wrong_use(const WrongUse& wrong, const std::string& default_name);
/// The routine for each configuration, and the wrong uses.
void check_layers(const LayerCases& cases);

// -- the parts of the routine -------------------------------------------------------------------------------

void check_names(const Maker& maker, const Facts& facts);
void check_config(const Maker& maker, const Facts& facts);
void check_variables(const Maker& maker, const Facts& facts);
void check_weights(const Maker& maker, const Facts& facts);
void check_copies(const Maker& maker, const Facts& facts);
void check_shapes(const Maker& maker, const Facts& facts);
void check_symbolic_call(const Maker& maker, const Facts& facts);
void check_files(const Maker& maker, const Facts& facts);
void check_policies(const Maker& maker, const Facts& facts);
void check_gradients(const Maker& maker, const Facts& facts);
void check_gradients_of_policies(const Maker& maker, const Facts& facts);
void check_step(const Maker& maker, const Facts& facts);
void check_model(const Maker& maker, const Facts& facts);
void check_threads(const Maker& maker, const Facts& facts);
void check_refusals(const Maker& maker, const Facts& facts);

}  // namespace conformance
