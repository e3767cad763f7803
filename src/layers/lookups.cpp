#include "layers/axes.hpp"
#include "layers/config.hpp"

#include <keratin/layers/lookup.hpp>
#include <keratin/ops/elementwise.hpp>

/// What is special about integers and about strings.
namespace keratin::layers {
namespace {

template <class Token>
Token read_token(const Config& node) {
    if constexpr (std::is_same_v<Token, std::string>)
        return node.as_string();
    else
        return node.as_integer();
}

template <class Token>
LookupOptions<Token> read_options(LayerReader& reader) {
    auto options = reader.options<LookupOptions<Token>>();
    const auto token = [&](const char* key, auto& slot) {
        if (const Config* node = reader.find(key))
            slot = reader.at(key, [&] { return read_token<Token>(*node); });
    };
    reader.read("max_tokens", options.max_tokens);
    options.num_oov_indices = reader.integer("num_oov_indices", 1);
    token("mask_token", options.mask_token);
    token("oov_token", options.oov_token);
    reader.read("vocabulary", options.vocabulary);
    if (const Config* weights = reader.find("idf_weights"))
        options.idf_weights = reader.at("idf_weights", [&] { return read_numbers(*weights); });
    options.invert = reader.flag("invert", false);
    options.output_mode = reader.word<LookupMode>("output_mode", "int");
    options.pad_to_max_tokens = reader.flag("pad_to_max_tokens", false);
    reader.find("vocabulary_size");  // follows from the vocabulary
    reader.only("sparse", false);
    reader.only("oov_method", "floormod");
    return options;
}

}  // namespace

IntegerLookup::IntegerLookup(IntegerLookupOptions given) : Lookup(std::move(given), "IntegerLookup") {}

void IntegerLookup::adapt(const Tensor& data) {
    if (!data.defined() || data.size() == 0)
        fail<ValueError>("{}: adapt() got no data; give it at least one token", name());
    const Tensor numbers = cast(data, int64);
    const auto all = numbers.data<int64_t>();
    const auto each = static_cast<size_t>(data.rank() > 0 ? data.size() / data.shape()[0] : 1);
    std::vector<std::vector<int64_t>> documents;
    for (size_t i = 0; i < all.size(); i += each) {
        const auto document = all.subspan(i, each);
        documents.emplace_back(document.begin(), document.end());
    }
    adapt_documents(documents);
}

Tensor IntegerLookup::call(const Tensor& x) {
    const Tensor numbers = cast(x, int64);
    const auto tokens = numbers.data<int64_t>();
    if (options.invert) return Tensor::from(tokens_of(numbers), x.shape());
    return look_up({tokens.begin(), tokens.end()}, x.shape());
}

std::shared_ptr<Layer> IntegerLookup::from_config(const Config& config) {
    LayerReader reader(config, "IntegerLookup");
    auto options = read_options<int64_t>(reader);
    reader.only("vocabulary_dtype", "int64");
    reader.finish();
    return std::make_shared<IntegerLookup>(std::move(options));
}

StringLookup::StringLookup(StringLookupOptions given) : Lookup(std::move(given), "StringLookup") {
    if (options.num_oov_indices > 1)
        fail<ValueError>(
            "{}: num_oov_indices is {}; which of several a string gets depends on TensorFlow's hash, "
            "which is not offered: use 0 or 1",
            name(), options.num_oov_indices);
}

void StringLookup::adapt(const std::vector<std::string>& data) {
    std::vector<std::vector<std::string>> documents;
    for (const std::string& token : data) documents.push_back({token});
    adapt_documents(documents);
}

Tensor StringLookup::operator()(const std::vector<std::string>& tokens) const {
    return look_up(tokens, {static_cast<int64_t>(tokens.size())});
}

Tensor StringLookup::lookup(const std::vector<std::vector<std::string>>& samples) const {
    const size_t width = samples.empty() ? 0 : samples.front().size();
    std::vector<std::string> tokens;
    for (const std::vector<std::string>& sample : samples) {
        if (sample.size() != width)
            fail<ShapeError>("{}: one sample has {} tokens, another {}; fill them up to one length", name(),
                             width, sample.size());
        tokens.insert(tokens.end(), sample.begin(), sample.end());
    }
    return look_up(tokens, {static_cast<int64_t>(samples.size()), static_cast<int64_t>(width)});
}

std::vector<std::string> StringLookup::tokens(const Tensor& indices) const {
    return tokens_of(indices);
}

Tensor StringLookup::call(const Tensor&) {
    fail<ValueError>("{}: no tensor holds strings; call it on a std::vector<std::string>", name());
}

std::shared_ptr<Layer> StringLookup::from_config(const Config& config) {
    LayerReader reader(config, "StringLookup");
    auto options = read_options<std::string>(reader);
    reader.only("encoding", "utf-8");
    reader.finish();
    return std::make_shared<StringLookup>(std::move(options));
}

}  // namespace keratin::layers
