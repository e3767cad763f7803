#include <keratin/layers/lookup.hpp>

#include "layers/axes.hpp"
#include "layers/config.hpp"
#include "layers/encoding.hpp"
#include "layers/vocabulary.hpp"

#include <keratin/ops/elementwise.hpp>

#include <fmt/ranges.h>

#include <limits>
#include <numeric>

namespace keratin::layers {
namespace {

constexpr int64_t dropped = -1;

/// Indices of special tokens, which come before those of the vocabulary.
template <class Token>
int64_t first_oov(const LookupOptions<Token>& options) {
    return options.mask_token && options.output_mode.is("int") ? 1 : 0;
}
template <class Token>
int64_t special_indices(const LookupOptions<Token>& options) {
    return first_oov(options) + options.num_oov_indices;
}

template <class Token>
void check(const LookupOptions<Token>& options, const std::string& name) {
    const bool idf = options.output_mode.is("tf_idf");
    if (options.max_tokens.value_or(2) <= 1)
        fail<ValueError>("{}: max_tokens is {}; it must be above 1", name, *options.max_tokens);
    if (options.num_oov_indices < 0)
        fail<ValueError>("{}: num_oov_indices is {}; it must not be negative", name, options.num_oov_indices);
    if (options.pad_to_max_tokens && !options.max_tokens)
        fail<ValueError>("{}: pad_to_max_tokens needs max_tokens; give that too", name);
    if (options.invert && !options.output_mode.is("int"))
        fail<ValueError>("{}: invert goes with output_mode \"int\" only, it is \"{}\"", name,
                         std::string(options.output_mode.text()));
    if (!idf && !options.idf_weights.empty())
        fail<ValueError>("{}: idf_weights go with output_mode \"tf_idf\" only, it is \"{}\"", name,
                         std::string(options.output_mode.text()));
}

/// The tokens without the special ones, where they stand at the beginning.
template <class Token>
std::vector<Token> without_special(const LookupOptions<Token>& options, std::vector<Token> tokens) {
    std::vector<Token> special(static_cast<size_t>(first_oov(options)), options.mask_token.value_or(Token{}));
    special.resize(special.size() + static_cast<size_t>(options.num_oov_indices), options.oov_token);
    if (tokens.size() >= special.size() && std::equal(special.begin(), special.end(), tokens.begin()))
        tokens.erase(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(special.size()));
    return tokens;
}

template <class Token>
void check_tokens(const LookupOptions<Token>& options, const std::vector<Token>& tokens,
                  const std::string& name) {
    std::set<Token> seen;
    for (const Token& token : tokens) {
        if (!seen.insert(token).second)
            fail<ValueError>("{}: the vocabulary has \"{}\" twice; leave one out", name, token);
        const bool reserved = (options.mask_token && token == *options.mask_token) ||
                              (options.invert && token == options.oov_token);
        if (reserved)
            fail<ValueError>("{}: \"{}\" is a special token, and stands in the vocabulary; leave it out",
                             name, token);
    }
    const auto size = static_cast<int64_t>(tokens.size()) + special_indices(options);
    if (options.max_tokens && size > *options.max_tokens)
        fail<ValueError>("{}: the vocabulary needs {} indices, max_tokens is {}; give fewer tokens", name,
                         size, *options.max_tokens);
}

Config token_config(int64_t token) {
    return token;
}
Config token_config(const std::string& token) {
    return token;
}

}  // namespace

template <class Token>
Lookup<Token>::Lookup(LookupOptions<Token> given, const char* class_name)
    : Layer(layer_options(given), class_name),
      options(std::move(given)),
      vocabulary_(std::make_shared<detail::Vocabulary<Token>>()) {
    check(options, name());
    if (options.vocabulary.empty()) return;
    set_vocabulary(options.vocabulary, options.idf_weights);
    vocabulary_->given = true;
}

template <class Token>
void Lookup<Token>::build_variables(const Shape&) {}

template <class Token>
void Lookup<Token>::set_vocabulary(std::vector<Token> given, std::vector<double> weights) {
    if (given.empty()) fail<ValueError>("{}: the vocabulary is empty; give it tokens", name());
    const size_t count = given.size();
    std::vector<Token> tokens = without_special(options, std::move(given));
    check_tokens(options, tokens, name());
    if (options.output_mode.is("tf_idf") ? weights.size() != count : !weights.empty())
        fail<ValueError>(
            "{}: {} idf_weights for {} tokens; give one for each with \"tf_idf\", none otherwise", name(),
            weights.size(), count);
    const size_t special = static_cast<size_t>(special_indices(options));
    if (!weights.empty() && tokens.size() == count) {
        // Unknown tokens have the mean weight.
        const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(count);
        weights.insert(weights.begin(), special, mean);
    }
    vocabulary_->set(std::move(tokens), std::move(weights));
}

template <class Token>
void Lookup<Token>::adapt_documents(const std::vector<std::vector<Token>>& documents) {
    if (vocabulary_->given)
        fail<ValueError>("{}: its vocabulary was given, there is nothing to adapt; leave it out", name());
    detail::Frequencies<Token> found(documents);
    if (options.mask_token) found.tokens.erase(*options.mask_token);
    found.tokens.erase(options.oov_token);
    if (found.tokens.empty()) fail<ValueError>("{}: adapt() got no tokens; give it some", name());
    const int64_t most =
        options.max_tokens.value_or(std::numeric_limits<int64_t>::max()) - special_indices(options);
    std::vector<Token> tokens = found.sorted(static_cast<size_t>(std::max<int64_t>(most, 0)));
    std::vector<double> weights;
    if (options.output_mode.is("tf_idf")) weights = found.idf(tokens, documents.size());
    set_vocabulary(std::move(tokens), std::move(weights));
}

template <class Token>
int64_t Lookup<Token>::vocabulary_size() const {
    return static_cast<int64_t>(vocabulary_->tokens.size()) + special_indices(options);
}

template <class Token>
std::vector<Token> Lookup<Token>::get_vocabulary(bool include_special_tokens) const {
    std::vector<Token> all;
    if (include_special_tokens) {
        all.resize(static_cast<size_t>(first_oov(options)), options.mask_token.value_or(Token{}));
        all.resize(all.size() + static_cast<size_t>(options.num_oov_indices), options.oov_token);
    }
    all.insert(all.end(), vocabulary_->tokens.begin(), vocabulary_->tokens.end());
    return all;
}

template <class Token>
Tensor Lookup<Token>::look_up(const std::vector<Token>& tokens, const Shape& shape) const {
    if (!vocabulary_->known)
        fail<ValueError>("{}: it has no vocabulary yet; call adapt() first, or give one", name());
    if (options.invert) fail<ValueError>("{}: with invert it takes indices; call tokens() on them", name());
    std::vector<int64_t> indices;
    for (const Token& token : tokens) {
        const int64_t place = vocabulary_->place(token);
        int64_t index = place + special_indices(options);
        if (options.mask_token && token == *options.mask_token) {
            index = options.output_mode.is("int") ? 0 : dropped;
        } else if (place < 0) {
            if (options.num_oov_indices == 0)
                fail<ValueError>(
                    "{}: \"{}\" is not in the vocabulary; with num_oov_indices = 1 it had an index", name(),
                    token);
            index = first_oov(options);
            if constexpr (std::is_same_v<Token, int64_t>) {
                const int64_t rest = token % options.num_oov_indices;
                index += rest < 0 ? rest + options.num_oov_indices : rest;
            }
        }
        indices.push_back(index);
    }
    const std::string_view mode = options.output_mode.text();
    const int64_t depth = options.pad_to_max_tokens ? *options.max_tokens : vocabulary_size();
    const Tensor numbers = Tensor::from(indices, shape);
    if (mode != "tf_idf") return encoded(numbers, mode, depth, int64);
    std::vector<double> weights = vocabulary_->idf_weights;
    weights.resize(static_cast<size_t>(depth));
    return encoded(numbers, "count", depth, compute_dtype()) * cast(Tensor::from(weights), compute_dtype());
}

template <class Token>
std::vector<Token> Lookup<Token>::tokens_of(const Tensor& indices) const {
    if (!options.invert)
        fail<ValueError>("{}: from indices to tokens it goes with invert only; set that", name());
    const std::vector<Token> all = get_vocabulary();
    const Tensor numbers = cast(indices, int64);
    std::vector<Token> tokens;
    for (const int64_t index : numbers.data<int64_t>()) {
        const bool exists = index >= 0 && index < static_cast<int64_t>(all.size());
        tokens.push_back(exists ? all[static_cast<size_t>(index)] : options.oov_token);
    }
    return tokens;
}

template <class Token>
Shape Lookup<Token>::compute_output_shape(const Shape& input) const {
    const bool open = !vocabulary_->known && !options.pad_to_max_tokens;
    const int64_t depth = open                        ? Shape::unknown
                          : options.pad_to_max_tokens ? *options.max_tokens
                                                      : vocabulary_size();
    return encoded_shape(input, options.output_mode.text(), depth);
}

template <class Token>
DType Lookup<Token>::compute_output_dtype(const std::vector<DType>&) const {
    return options.output_mode.is("tf_idf") ? compute_dtype() : int64;
}

template <class Token>
Config Lookup<Token>::get_config() const {
    constexpr bool strings = std::is_same_v<Token, std::string>;
    std::vector<Token> tokens = vocabulary_->given ? options.vocabulary : vocabulary_->tokens;
    std::vector<double> weights = vocabulary_->given ? options.idf_weights : vocabulary_->idf_weights;
    if (!vocabulary_->given && !weights.empty())
        weights.erase(weights.begin(),
                      weights.begin() + static_cast<std::ptrdiff_t>(special_indices(options)));
    Config list = Config::List{};
    for (const Token& token : tokens) list.append(token_config(token));
    Config config = base_config();
    config.set("invert", options.invert);
    config.set("max_tokens", options.max_tokens ? Config(*options.max_tokens) : Config());
    config.set("num_oov_indices", options.num_oov_indices);
    config.set("oov_token", token_config(options.oov_token));
    config.set("mask_token", options.mask_token ? token_config(*options.mask_token) : Config());
    config.set("output_mode", options.output_mode.text());
    config.set("sparse", false);
    config.set("pad_to_max_tokens", options.pad_to_max_tokens);
    if (!strings) config.set("vocabulary_dtype", "int64");
    config.set("idf_weights", weights.empty() ? Config() : list_config(weights));
    config.set("vocabulary", tokens.empty() ? Config() : list);
    config.set("vocabulary_size", vocabulary_->known ? Config(vocabulary_size()) : Config());
    config.set("oov_method", "floormod");
    config.set("salt", nullptr);
    if (strings) config.set("encoding", "utf-8");
    return config;
}

template class Lookup<int64_t>;
template class Lookup<std::string>;

}  // namespace keratin::layers
