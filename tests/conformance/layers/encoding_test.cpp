#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

using namespace keratin;
using namespace keratin::layers;

namespace {

using conformance::Facts;
using conformance::Input;
using Strings = std::vector<std::string>;

/// Of integers below 4; nothing of the output depends on them smoothly.
Facts encoded(const Shape& output, std::optional<DType> dtype = {}) {
    return {
        .input = Input({2, 3}, int64, 4), .output = output, .output_dtype = dtype, .differentiable = false};
}

/// Of floating numbers.
Facts binned(const Shape& output, std::optional<DType> dtype = {}) {
    return {.input = {2, 3}, .output = output, .output_dtype = dtype, .differentiable = false};
}

template <class L>
Facts of_strings() {
    return {.call = [](const Layer& layer) {
        return dynamic_cast<const L&>(layer)(Strings{"a b", "b", "?"});
    }};
}

const char* const no_strings = "no tensor holds strings; call it on a std::vector<std::string>";

}  // namespace

conformance::LayerCases conformance::encoding_layers() {
    return {
        {"CategoryEncoding",
         "category_encoding",
         {{"multi hot", [] { return CategoryEncoding(4); }, encoded({2, 4})},
          {"one hot", [] { return CategoryEncoding(4, {.output_mode = "one_hot"}); }, encoded({2, 3, 4})},
          {"counts", [] { return CategoryEncoding(4, {.output_mode = "count"}); }, encoded({2, 4})}},
         {{[] { return CategoryEncoding(0); }, "num_tokens is 0; it must be positive"},
          {[] {
               CategoryEncoding(3, {.name = "c"}).call(zeros({2, 3}, int32), ones({2, 3}));
           },
           "c: count_weights go with output_mode \"count\" only, it is \"multi_hot\""},
          {Type::shape,
           [] {
               CategoryEncoding(3, {.output_mode = "count", .name = "c"})
                   .call(zeros({2, 3}, int32), ones({3}));
           },
           "c: count_weights have shape (3,), the input (2, 3); give one for each number"}}},
        {"Discretization",
         "discretization",
         {{"numbers",
           [] {
               return Discretization({.bin_boundaries = {0.0, 0.5}});
           },
           binned({2, 3}, int32)},
          {"counts",
           [] {
               return Discretization({.bin_boundaries = {0.0, 0.5}, .output_mode = "count"});
           },
           binned({2, 3})}},
         {{[] { return Discretization({}); },
           "none of bin_boundaries and num_bins is given; give one of them"},
          {[] {
               return Discretization({.bin_boundaries = {1.0, 0.0}});
           },
           "bin_boundaries do not ascend; sort them"},
          {[] { Discretization({.num_bins = 2, .name = "d"})(zeros({2})); },
           "d: it has no boundaries yet; call adapt() first, or give bin_boundaries"},
          {[] {
               Discretization({.bin_boundaries = {0.0, 1.0}, .name = "d"}).adapt(zeros({2}));
           },
           "d: bin_boundaries were given, there is nothing to adapt; give num_bins instead"}}},
        {"IntegerLookup",
         "integer_lookup",
         {{"indices",
           [] {
               return IntegerLookup({.vocabulary = {2, 0, 1}});
           },
           encoded({2, 3}, int64)},
          {"counts",
           [] {
               return IntegerLookup({.vocabulary = {2, 0, 1}, .output_mode = "count"});
           },
           encoded({2, 4}, int64)},
          {"weighed",
           [] {
               return IntegerLookup(
                   {.vocabulary = {5, 0, 1}, .idf_weights = {1, 2, 3}, .output_mode = "tf_idf"});
           },
           encoded({2, 4})}},
         {{[] { return IntegerLookup({.max_tokens = 1}); }, "max_tokens is 1; it must be above 1"},
          {[] { return IntegerLookup({.num_oov_indices = -1}); },
           "num_oov_indices is -1; it must not be negative"},
          {[] {
               return IntegerLookup({.vocabulary = {1, 2, 1}});
           },
           "the vocabulary has \"1\" twice; leave one out"},
          {[] { IntegerLookup({.name = "l"})(zeros({2}, int32)); },
           "l: it has no vocabulary yet; call adapt() first, or give one"}}},
        {"StringLookup",
         "string_lookup",
         {{"indices",
           [] {
               return StringLookup({.vocabulary = {"a b", "b"}});
           },
           of_strings<StringLookup>()},
          {"counts",
           [] {
               return StringLookup({.mask_token = "", .vocabulary = {"a", "b"}, .output_mode = "count"});
           },
           of_strings<StringLookup>()}},
         {{[] { return StringLookup({.num_oov_indices = 2}); },
           "num_oov_indices is 2; which of several a string gets depends on TensorFlow's hash, which is not "
           "offered: use 0 or 1"},
          {Type::value, [] { return StringLookup({.vocabulary = {"a"}}); }, no_strings, Input({2}, float32)},
          {Type::shape,
           [] {
               StringLookup({.vocabulary = {"a"}, .name = "l"}).lookup({{"a", "b"}, {"a"}});
           },
           "l: one sample has 2 tokens, another 1; fill them up to one length"}}},
        {"TextVectorization",
         "text_vectorization",
         {{"indices",
           [] {
               return TextVectorization({.output_sequence_length = 4, .vocabulary = {"a", "b"}});
           },
           of_strings<TextVectorization>()},
          {"counts of pairs",
           [] {
               return TextVectorization({.ngrams = 2, .output_mode = "count", .vocabulary = {"a b", "b"}});
           },
           of_strings<TextVectorization>()}},
         {{[] { return TextVectorization({.output_mode = "count", .output_sequence_length = 3}); },
           "output_sequence_length goes with output_mode \"int\" only, it is \"count\""},
          {[] { return TextVectorization({.output_sequence_length = 0}); },
           "output_sequence_length is 0; it must be positive"},
          {[] { return TextVectorization({.ngrams = {0}}); },
           "ngrams must be positive; give how many words make a token"},
          {Type::value, [] { return TextVectorization(); }, no_strings, Input({2}, float32)}}},
    };
}

TEST_CASE("Layers that encode pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::encoding_layers());
}
