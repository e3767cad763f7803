#include "support/catch.hpp"

#include <keratin/layers/registry.hpp>
#include <keratin/layers/text_vectorization.hpp>

using namespace keratin;
using layers::TextVectorization;
using Strings = std::vector<std::string>;

TEST_CASE("TextVectorization takes texts apart", "[layers][text_vectorization]") {
    CHECK(TextVectorization().tokenize(" It's  a DOG-house,\n\tÄ! ") == Strings{"its", "a", "doghouse", "Ä"});
    CHECK(TextVectorization({.standardize = "none"}).tokenize("A b.") == Strings{"A", "b."});
    CHECK(TextVectorization({.split = "character"}).tokenize("aÄ b") == Strings{"a", "Ä", " ", "b"});
    CHECK(TextVectorization({.split = "none"}).tokenize("A b") == Strings{"a b"});
    CHECK(TextVectorization({.ngrams = 2}).tokenize("a b c") == Strings{"a", "b", "c", "a b", "b c"});
    CHECK(TextVectorization({.ngrams = {3}}).tokenize("a b c") == Strings{"a b c"});
    CHECK(TextVectorization({.ngrams = {3}}).tokenize("a b").empty());
}

TEST_CASE("TextVectorization learns a vocabulary and writes texts in it", "[layers][text_vectorization]") {
    TextVectorization layer({.output_sequence_length = 4});
    layer.adapt({"the cat", "the dog"});
    CHECK(layer.get_vocabulary() == Strings{"", "[UNK]", "the", "dog", "cat"});
    CHECK(to_string(layer({"The dog!", "a cat"})) == "[[2 3 0 0]\n [1 4 0 0]]");
    CHECK(layer.compute_output_shape({2}) == Shape{2, 4});
    CHECK(layer(Strings{}).shape() == Shape{0, 4});
}

TEST_CASE("TextVectorization comes back from its config with what it has learned",
          "[layers][text_vectorization]") {
    clear_session();
    TextVectorization layer(
        {.standardize = "lower", .split = "none", .ngrams = {1}, .output_mode = "tf_idf"});
    CHECK(layer.name() == "text_vectorization");
    layer.adapt({"b", "a", "b"});
    const auto again = layer.clone();
    CHECK(again->get_config() == layer.get_config());
    const auto& same = dynamic_cast<const TextVectorization&>(*again);
    CHECK(to_string(same({"b", "z"})) == to_string(layer({"b", "z"})));
    CHECK(layer.variables().empty());
}

TEST_CASE("TextVectorization says what it does not take", "[layers][text_vectorization][errors]") {
    CHECK_THROWS_MATCHES(
        TextVectorization({.output_mode = "count", .output_sequence_length = 3, .name = "t"}), ValueError,
        Message("t: output_sequence_length goes with output_mode \"int\" only, it is \"count\""));
    CHECK_THROWS_MATCHES(TextVectorization({.output_sequence_length = 0, .name = "t"}), ValueError,
                         Message("t: output_sequence_length is 0; it must be positive"));
    CHECK_THROWS_MATCHES(TextVectorization({.ngrams = {0}, .name = "t"}), ValueError,
                         Message("t: ngrams must be positive; give how many words make a token"));
    CHECK_THROWS_AS(TextVectorization()({"a"}), ValueError);
    CHECK_THROWS_MATCHES(TextVectorization({.name = "t"}).call(zeros({2})), ValueError,
                         Message("t: no tensor holds strings; call it on a std::vector<std::string>"));
    CHECK_THROWS_MATCHES(
        layer_from_config(Config::object(
            {{"class_name", "TextVectorization"}, {"config", Config::object({{"ragged", true}})}})),
        ValueError, Message("TextVectorization: its config has \"ragged\": true, keratin offers false only"));
}
