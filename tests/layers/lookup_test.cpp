#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/lookup.hpp>

using namespace keratin;
using layers::IntegerLookup;
using layers::StringLookup;
using Strings = std::vector<std::string>;

TEST_CASE("IntegerLookup goes there and back", "[layers][lookup]") {
    const std::vector<int64_t> vocabulary = {12, 36, -4};
    const Tensor x = Tensor::from({36, -4, 12, 36}, {2, 2});
    const Tensor indices = IntegerLookup({.vocabulary = vocabulary})(x);
    const Tensor back = IntegerLookup({.vocabulary = vocabulary, .invert = true})(indices);
    CHECK(numbers::of(back) == numbers::of(x));
    CHECK(back.dtype() == int64);
}

TEST_CASE("A lookup's copies share what adapt() finds, its clones have it", "[layers][lookup]") {
    IntegerLookup layer({.max_tokens = 3});
    const IntegerLookup copy = layer;
    layer.adapt(Tensor::from({5, 5, 9, 9, 9, 2}));
    CHECK(copy.get_vocabulary() == std::vector<int64_t>{-1, 9, 5});
    CHECK(copy.get_vocabulary(false) == std::vector<int64_t>{9, 5});
    CHECK(copy.vocabulary_size() == 3);
    const Tensor x = Tensor::from({2, 5, 9});
    CHECK(to_string(copy(x)) == "[0 2 1]");
    CHECK(to_string((*layer.clone())(x)) == "[0 2 1]");
    layer.adapt(Tensor::from({1, 1, 2}));
    CHECK(to_string(copy(x)) == "[2 0 0]");
}

TEST_CASE("StringLookup has a name, a config and its clones", "[layers][lookup]") {
    clear_session();
    const StringLookup layer({.mask_token = "", .vocabulary = {"a", "b"}});
    CHECK(layer.name() == "string_lookup");
    CHECK(to_string(layer({"b", "", "?"})) == "[3 0 1]");
    const auto again = layer.clone();
    CHECK(again->get_config() == layer.get_config());
    CHECK(dynamic_cast<const StringLookup&>(*again).get_vocabulary() == Strings{"", "[UNK]", "a", "b"});
    CHECK(StringLookup({.vocabulary = {"a"}, .invert = true}).tokens(Tensor::from({1, 0, 5})) ==
          Strings{"a", "[UNK]", "[UNK]"});
    CHECK(layer.compute_output_shape({2, 3}) == Shape{2, 3});
}

TEST_CASE("A lookup takes another vocabulary", "[layers][lookup]") {
    StringLookup layer;
    layer.set_vocabulary({"[UNK]", "x", "y"});
    CHECK(to_string(layer({"y", "x", "z"})) == "[2 1 0]");
    layer.set_vocabulary({"z"});
    CHECK(to_string(layer({"y", "x", "z"})) == "[0 0 1]");
}

TEST_CASE("Lookups say what arguments they do not take", "[layers][lookup][errors]") {
    const auto refused = [](layers::IntegerLookupOptions options, const char* text) {
        options.name = "l";
        CHECK_THROWS_MATCHES(IntegerLookup(options), ValueError, Message(text));
    };
    refused({.max_tokens = 1}, "l: max_tokens is 1; it must be above 1");
    refused({.num_oov_indices = -1}, "l: num_oov_indices is -1; it must not be negative");
    refused({.pad_to_max_tokens = true}, "l: pad_to_max_tokens needs max_tokens; give that too");
    refused({.invert = true, .output_mode = "count"},
            "l: invert goes with output_mode \"int\" only, it is \"count\"");
    refused({.vocabulary = {1}, .idf_weights = {1}},
            "l: idf_weights go with output_mode \"tf_idf\" only, it is \"int\"");
    refused({.vocabulary = {1, 2, 1}}, "l: the vocabulary has \"1\" twice; leave one out");
    refused({.mask_token = 2, .vocabulary = {1, 2}},
            "l: \"2\" is a special token, and stands in the vocabulary; leave it out");
    refused({.max_tokens = 2, .vocabulary = {1, 2}},
            "l: the vocabulary needs 3 indices, max_tokens is 2; give fewer tokens");
    refused({.vocabulary = {1, 2}, .output_mode = "tf_idf"},
            "l: 0 idf_weights for 2 tokens; give one for each with \"tf_idf\", none otherwise");
    CHECK_THROWS_MATCHES(StringLookup({.num_oov_indices = 2, .name = "l"}), ValueError,
                         Message("l: num_oov_indices is 2; which of several a string gets depends on "
                                 "TensorFlow's hash, which is not offered: use 0 or 1"));
}

TEST_CASE("Lookups say what inputs they do not take", "[layers][lookup][errors]") {
    CHECK_THROWS_MATCHES(IntegerLookup({.name = "l"})(zeros({2}, int32)), ValueError,
                         Message("l: it has no vocabulary yet; call adapt() first, or give one"));
    const IntegerLookup strict({.num_oov_indices = 0, .vocabulary = {1}, .name = "l"});
    CHECK_THROWS_MATCHES(
        strict(Tensor::from({1, 3})), ValueError,
        Message("l: \"3\" is not in the vocabulary; with num_oov_indices = 1 it had an index"));
    IntegerLookup given({.vocabulary = {1}, .name = "l"});
    CHECK_THROWS_MATCHES(given.adapt(ones({2}, int32)), ValueError,
                         Message("l: its vocabulary was given, there is nothing to adapt; leave it out"));
    StringLookup strings({.vocabulary = {"a"}, .name = "l"});
    CHECK_THROWS_MATCHES(strings.call(zeros({2})), ValueError,
                         Message("l: no tensor holds strings; call it on a std::vector<std::string>"));
    CHECK_THROWS_MATCHES(strings.lookup({{"a", "b"}, {"a"}}), ShapeError,
                         Message("l: one sample has 2 tokens, another 1; fill them up to one length"));
    CHECK_THROWS_AS(strings.tokens(zeros({2}, int32)), ValueError);
    StringLookup empty;
    CHECK_THROWS_AS(empty.adapt(Strings{}), ValueError);
    CHECK_THROWS_AS(empty.set_vocabulary({}), ValueError);
}
