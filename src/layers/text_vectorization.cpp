#include <keratin/layers/text_vectorization.hpp>

#include "layers/axes.hpp"
#include "layers/config.hpp"
#include "layers/encoding.hpp"

#include <algorithm>

namespace keratin::layers {
namespace {

/// ASCII only, whatever the locale is.
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_punctuation(char c) {
    return std::string_view("!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'").find(c) != std::string_view::npos;
}

std::string standardized(std::string text, const Standardize& how) {
    if (how.is("lower") || how.is("lower_and_strip_punctuation"))
        std::transform(text.begin(), text.end(), text.begin(), lower);
    if (how.is("strip_punctuation") || how.is("lower_and_strip_punctuation"))
        std::erase_if(text, is_punctuation);
    return text;
}

std::vector<std::string> words(const std::string& text) {
    std::vector<std::string> result;
    for (auto at = text.begin();;) {
        at = std::find_if_not(at, text.end(), is_space);
        if (at == text.end()) return result;
        const auto end = std::find_if(at, text.end(), is_space);
        result.emplace_back(at, end);
        at = end;
    }
}

/// UTF-8: a character ends where no continuation byte follows.
std::vector<std::string> characters(const std::string& text) {
    std::vector<std::string> result;
    for (const char c : text) {
        const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
        if (continues && !result.empty())
            result.back() += c;
        else
            result.emplace_back(1, c);
    }
    return result;
}

std::vector<std::string> in_a_row(const std::vector<std::string>& tokens, const std::vector<int>& sizes) {
    std::vector<std::string> result;
    for (const int size : sizes)
        for (size_t i = 0; i + static_cast<size_t>(size) <= tokens.size(); ++i) {
            std::string token = tokens[i];
            for (size_t j = 1; j < static_cast<size_t>(size); ++j) token += ' ' + tokens[i + j];
            result.push_back(std::move(token));
        }
    return result;
}

StringLookupOptions lookup_options(const TextVectorizationOptions& options) {
    return {.max_tokens = options.max_tokens,
            .mask_token = "",
            .vocabulary = options.vocabulary,
            .idf_weights = options.idf_weights,
            .output_mode = options.output_mode,
            .pad_to_max_tokens = options.pad_to_max_tokens,
            .dtype = options.dtype};
}

Config word_or_null(std::string_view word) {
    return word == "none" ? Config() : Config(word);
}

/// A word, or "none" for a null; absent members take the default.
template <class W>
W read_word(LayerReader& reader, const Config& config, const char* key, const char* otherwise) {
    const Config* node = config.is_object() ? config.find(key) : nullptr;
    reader.find(key);
    if (!node) return W::named(otherwise);
    if (node->is_null()) return W::named("none");
    return reader.at(key, [&] { return W::named(node->as_string()); });
}

}  // namespace

TextVectorization::TextVectorization(TextVectorizationOptions given)
    : Layer(layer_options(given), "TextVectorization"),
      options(std::move(given)),
      lookup_(lookup_options(options)) {
    if (options.output_sequence_length && !options.output_mode.is("int"))
        fail<ValueError>("{}: output_sequence_length goes with output_mode \"int\" only, it is \"{}\"",
                         name(), std::string(options.output_mode.text()));
    if (options.output_sequence_length.value_or(1) < 1)
        fail<ValueError>("{}: output_sequence_length is {}; it must be positive", name(),
                         *options.output_sequence_length);
    const std::vector<int>& sizes = options.ngrams.sizes();
    if (std::any_of(sizes.begin(), sizes.end(), [](int size) { return size < 1; }) ||
        options.ngrams.most().value_or(1) < 1)
        fail<ValueError>("{}: ngrams must be positive; give how many words make a token", name());
}

void TextVectorization::build_variables(const Shape&) {}

std::vector<std::string> TextVectorization::tokenize(const std::string& text) const {
    std::string plain = standardized(text, options.standardize);
    std::vector<std::string> tokens;
    if (options.split.is("whitespace"))
        tokens = words(plain);
    else if (options.split.is("character"))
        tokens = characters(plain);
    else
        tokens.push_back(std::move(plain));
    return options.ngrams.sizes().empty() ? tokens : in_a_row(tokens, options.ngrams.sizes());
}

void TextVectorization::adapt(const std::vector<std::string>& texts) {
    std::vector<std::vector<std::string>> documents;
    for (const std::string& text : texts) documents.push_back(tokenize(text));
    lookup_.adapt_documents(documents);
}

std::vector<std::string> TextVectorization::get_vocabulary(bool include_special_tokens) const {
    return lookup_.get_vocabulary(include_special_tokens);
}

void TextVectorization::set_vocabulary(std::vector<std::string> tokens, std::vector<double> idf_weights) {
    lookup_.set_vocabulary(std::move(tokens), std::move(idf_weights));
}

Tensor TextVectorization::operator()(const std::vector<std::string>& texts) const {
    std::vector<std::vector<std::string>> rows;
    size_t longest = 0;
    for (const std::string& text : texts) {
        rows.push_back(tokenize(text));
        longest = std::max(longest, rows.back().size());
    }
    if (options.output_sequence_length) longest = static_cast<size_t>(*options.output_sequence_length);
    if (texts.empty()) rows.emplace_back();                          // tells the shape
    for (std::vector<std::string>& row : rows) row.resize(longest);  // with the mask token
    const Tensor y = lookup_.lookup(rows);
    return texts.empty() ? slice(y, {{0, 0}}) : y;
}

Tensor TextVectorization::call(const Tensor&) {
    fail<ValueError>("{}: no tensor holds strings; call it on a std::vector<std::string>", name());
}

Shape TextVectorization::compute_output_shape(const Shape& input) const {
    const int64_t texts = input.rank() > 0 ? input[0] : 1;
    if (options.output_mode.is("int"))
        return {texts, options.output_sequence_length.value_or(Shape::unknown)};
    return lookup_.compute_output_shape({texts, Shape::unknown});
}

DType TextVectorization::compute_output_dtype(const std::vector<DType>& inputs) const {
    return lookup_.compute_output_dtype(inputs);
}

Config TextVectorization::get_config() const {
    const Config lookup = lookup_.get_config();
    Config ngrams;
    if (options.ngrams.most())
        ngrams = *options.ngrams.most();
    else if (!options.ngrams.sizes().empty())
        ngrams = list_config(options.ngrams.sizes());
    Config config = base_config();
    config.set("max_tokens", lookup["max_tokens"]);
    config.set("standardize", word_or_null(options.standardize.text()));
    config.set("split", word_or_null(options.split.text()));
    config.set("ngrams", ngrams);
    config.set("output_mode", options.output_mode.text());
    config.set("output_sequence_length",
               options.output_sequence_length ? Config(*options.output_sequence_length) : Config());
    config.set("pad_to_max_tokens", options.pad_to_max_tokens);
    config.set("sparse", false);
    config.set("ragged", false);
    config.set("vocabulary", lookup["vocabulary"]);
    config.set("idf_weights", lookup["idf_weights"]);
    config.set("encoding", "utf-8");
    config.set("vocabulary_size", vocabulary_size());
    return config;
}

std::shared_ptr<Layer> TextVectorization::from_config(const Config& config) {
    LayerReader reader(config, "TextVectorization");
    auto options = reader.options<TextVectorizationOptions>();
    reader.read("max_tokens", options.max_tokens);
    options.standardize =
        read_word<Standardize>(reader, config, "standardize", "lower_and_strip_punctuation");
    options.split = read_word<Split>(reader, config, "split", "whitespace");
    if (const Config* ngrams = reader.find("ngrams"))
        options.ngrams = reader.at("ngrams", [&] {
            return ngrams->is_list() ? Ngrams(read_integers(*ngrams)) : Ngrams(as_int(*ngrams));
        });
    options.output_mode = reader.word<LookupMode>("output_mode", "int");
    reader.read("output_sequence_length", options.output_sequence_length);
    options.pad_to_max_tokens = reader.flag("pad_to_max_tokens", false);
    reader.read("vocabulary", options.vocabulary);
    if (const Config* weights = reader.find("idf_weights"))
        options.idf_weights = reader.at("idf_weights", [&] { return read_numbers(*weights); });
    reader.only("encoding", "utf-8");
    reader.only("sparse", false);
    reader.only("ragged", false);
    reader.find("vocabulary_size");  // follows from the vocabulary
    reader.finish();
    return std::make_shared<TextVectorization>(std::move(options));
}

}  // namespace keratin::layers
