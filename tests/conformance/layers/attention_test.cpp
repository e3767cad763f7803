#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

using namespace keratin;
using namespace keratin::layers;

namespace {

using conformance::Input;
using conformance::Type;
using conformance::WrongUse;

template <class L>
std::vector<WrongUse> wrong_uses() {
    return {{Type::value,
             [] { return L(); },
             "it takes query and value, or query, value and key; it got 1 inputs",
             {{1, 2, 4}}},
            {[] { return L(); },
             "inputs have shapes (1, 4), (1, 4); (batch, time, dim) is needed",
             {{1, 4}, {1, 4}}},
            {[] { return L(); },
             "inputs of shapes (1, 2, 4), (1, 3, 5) do not go together; query and key need one dim, value "
             "and key one length",
             {{1, 2, 4}, {1, 3, 5}}},
            {[] { return L({.dropout = 1.5}); }, "dropout is 1.5; it must be within [0, 1]"}};
}

}  // namespace

conformance::LayerCases conformance::attention_layers() {
    return {
        {"AdditiveAttention",
         "additive_attention",
         {{"query and value",
           [] { return AdditiveAttention(); },
           {.input = {{2, 3, 4}, {2, 2, 4}}, .output = {2, 3, 4}, .weights = {{"scale", {4}}}}},
          {"with a key, without scale",
           [] { return AdditiveAttention({.use_scale = false}); },
           {.input = {{2, 3, 4}, {2, 2, 5}, {2, 2, 4}}, .output = {2, 3, 5}}}},
         wrong_uses<AdditiveAttention>()},
        {"Attention",
         "attention",
         {{"query and value",
           [] { return Attention(); },
           {.input = {{2, 3, 4}, {2, 2, 4}}, .output = {2, 3, 4}}},
          {"with a key, a scale and concatenated scores",
           [] { return Attention({.use_scale = true, .score_mode = "concat"}); },
           {.input = {{2, 3, 4}, {2, 2, 5}, {2, 2, 4}},
            .output = {2, 3, 5},
            .weights = {{"scale", {}}, {"concat_score_weight", {}}}}},
          {"with dropout",
           [] { return Attention({.dropout = 0.5, .seed = 1}); },
           {.input = {{2, 3, 4}, {2, 3, 4}}, .output = {2, 3, 4}, .training_differs = true}}},
         wrong_uses<Attention>()},
        {"MultiHeadAttention",
         "multi_head_attention",
         {{"query and value",
           [] { return MultiHeadAttention(2, {.key_dim = 3}); },
           {.input = {{2, 3, 4}, {2, 2, 5}},
            .output = {2, 3, 4},
            .weights = {{"query/kernel", {4, 2, 3}},
                        {"query/bias", {2, 3}},
                        {"key/kernel", {5, 2, 3}},
                        {"key/bias", {2, 3}},
                        {"value/kernel", {5, 2, 3}},
                        {"value/bias", {2, 3}},
                        {"attention_output/kernel", {2, 3, 4}},
                        {"attention_output/bias", {4}}}}},
          {"of another output, with a key and a mask, without bias",
           [] {
               return MultiHeadAttention(
                   1, {.key_dim = 2, .value_dim = 3, .use_bias = false, .output_shape = Shape{5}});
           },
           {.input = {Input({2, 2, 3}), Input({2, 4, 3}), Input({2, 4, 2}), Input({2, 2, 4}, bool_)},
            .output = {2, 2, 5},
            .weights = {{"query/kernel", {3, 1, 2}},
                        {"key/kernel", {2, 1, 2}},
                        {"value/kernel", {3, 1, 3}},
                        {"attention_output/kernel", {1, 3, 5}}}}},
          {"with dropout",
           [] { return MultiHeadAttention(1, {.key_dim = 2, .dropout = 0.5, .use_bias = false, .seed = 3}); },
           {.input = {{2, 3, 2}, {2, 3, 2}},
            .output = {2, 3, 2},
            .weights = {{"query/kernel", {2, 1, 2}},
                        {"key/kernel", {2, 1, 2}},
                        {"value/kernel", {2, 1, 2}},
                        {"attention_output/kernel", {1, 2, 2}}},
            .training_differs = true}}},
         {{Type::value,
           [] { return MultiHeadAttention(2, {.key_dim = 3}); },
           "it takes query and value, then key and attention_mask if there are any; it got 1 inputs",
           {{1, 2, 4}}},
          {[] { return MultiHeadAttention(2, {.key_dim = 3}); },
           "inputs have shapes (1, 4), (1, 4); (batch, time, features) of one rank is needed",
           {{1, 4}, {1, 4}}},
          {[] { return MultiHeadAttention(2, {.key_dim = 3}); },
           "value and key have shapes (1, 3, 4) and (1, 2, 4); all but the features must agree",
           {{1, 2, 4}, {1, 3, 4}, {1, 2, 4}}},
          {[] { return MultiHeadAttention(0, {.key_dim = 3}); },
           "num_heads is 0, key_dim 3, value_dim 3; all must be at least 1"},
          {[] { return MultiHeadAttention(2, {.key_dim = 3, .dropout = 1.5}); },
           "dropout is 1.5; it must be within [0, 1]"}}},
    };
}

TEST_CASE("Attention passes the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::attention_layers());
}
