#pragma once

#include <keratin/core/word.hpp>
#include <keratin/layers/lookup.hpp>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keratin::layers {

inline constexpr std::array<std::string_view, 4> standardize_words = {"lower_and_strip_punctuation", "lower",
                                                                      "strip_punctuation", "none"};
inline constexpr std::array<std::string_view, 3> split_words = {"whitespace", "character", "none"};
using Standardize = Word<standardize_words>;
using Split = Word<split_words>;

/// How many words in a row make a token: 3 for one, two and three, {3} for three only.
class Ngrams {
public:
    Ngrams() = default;               ///< tokens as they are
    Ngrams(int most) : most_(most) {  // NOLINT
        for (int n = 1; n <= most; ++n) sizes_.push_back(n);
    }
    Ngrams(std::initializer_list<int> sizes) : sizes_(sizes) {}  // NOLINT
    explicit Ngrams(std::vector<int> sizes) : sizes_(std::move(sizes)) {}

    const std::vector<int>& sizes() const { return sizes_; }
    std::optional<int> most() const { return most_; }  ///< as one number, where it was

private:
    std::optional<int> most_;
    std::vector<int> sizes_;
};

/// Arguments of TextVectorization, in Keras's order and with Keras's defaults.
struct TextVectorizationOptions {
    std::optional<int64_t> max_tokens = {};  ///< most indices, those of padding and unknown tokens included
    Standardize standardize = "lower_and_strip_punctuation";  ///< of ASCII letters; "none" is Keras's None
    Split split = "whitespace";                               ///< "none" is Keras's None
    Ngrams ngrams = {};
    LookupMode output_mode = "int";
    std::optional<int64_t> output_sequence_length = {};  ///< of "int": as the longest text when not given
    bool pad_to_max_tokens = false;
    std::vector<std::string> vocabulary = {};  ///< known beforehand; adapt() finds one otherwise
    std::vector<double> idf_weights = {};      ///< of its tokens, for "tf_idf"
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};  ///< of "tf_idf"
    std::string name = {};   ///< "text_vectorization", "text_vectorization_1", ... when not given
};

/// Texts as the indices of their tokens, 0 behind the last and 1 for unknown ones, or as vectors of what they
/// hold (keras.layers.TextVectorization). No tensor holds strings: it is called on vectors of them, and
/// call() throws ValueError. (texts) to (texts, tokens) of int64, or (texts, vocabulary); of "tf_idf" in the
/// layer's dtype. Throws ValueError for arguments that do not go together, and without a vocabulary.
///
///     layers::TextVectorization layer({.output_sequence_length = 4});
///     layer.adapt({"the cat", "the dog"});
///     layer({"The dog!"});   // [[2 3 0 0]]
class KERATIN_EXPORT TextVectorization : public Layer {
public:
    explicit TextVectorization(TextVectorizationOptions options = {});

    /// The vocabulary of these texts: see Lookup::adapt_documents().
    void adapt(const std::vector<std::string>& texts);
    std::vector<std::string> get_vocabulary(bool include_special_tokens = true) const;
    int64_t vocabulary_size() const { return lookup_.vocabulary_size(); }
    void set_vocabulary(std::vector<std::string> tokens, std::vector<double> idf_weights = {});

    Tensor operator()(const std::vector<std::string>& texts) const;
    /// What a text is taken apart into.
    std::vector<std::string> tokenize(const std::string& text) const;

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    DType compute_output_dtype(const std::vector<DType>& inputs) const override;
    std::string class_name() const override { return "TextVectorization"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    TextVectorizationOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
    std::vector<std::shared_ptr<detail::LayerState>> inner_states() const override { return {}; }

private:
    StringLookup lookup_;
};

}  // namespace keratin::layers
