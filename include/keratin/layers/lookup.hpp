#pragma once

#include <keratin/core/word.hpp>
#include <keratin/layers/layer.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace keratin {

namespace detail {
template <class Token>
class Vocabulary;
}

namespace layers {

inline constexpr std::array<std::string_view, 5> lookup_words = {"int", "one_hot", "multi_hot", "count",
                                                                 "tf_idf"};
using LookupMode = Word<lookup_words>;

template <class Token>
Token default_oov_token() {
    if constexpr (std::is_same_v<Token, std::string>)
        return "[UNK]";
    else
        return -1;
}

/// Arguments of IntegerLookup and StringLookup, in Keras's order and with Keras's defaults.
template <class Token>
struct LookupOptions {
    std::optional<int64_t> max_tokens = {};  ///< most indices, the special ones included
    int64_t num_oov_indices = 1;             ///< indices of tokens that are not in the vocabulary; 0: refused
    std::optional<Token> mask_token = {};    ///< index 0, and left out of counts
    Token oov_token = default_oov_token<Token>();  ///< what invert gives for unknown indices
    std::vector<Token> vocabulary = {};            ///< known beforehand; adapt() finds one otherwise
    std::vector<double> idf_weights = {};          ///< of its tokens, for "tf_idf"
    bool invert = false;                           ///< from indices back to tokens
    LookupMode output_mode = "int";  ///< indices; encoded as by CategoryEncoding; counts times idf_weights
    bool pad_to_max_tokens = false;  ///< vectors of max_tokens, even where there are fewer
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};  ///< of "tf_idf"
    std::string name = {};   ///< "integer_lookup", "string_lookup", .. when not given
};
using IntegerLookupOptions = LookupOptions<int64_t>;
using StringLookupOptions = LookupOptions<std::string>;

/// What IntegerLookup and StringLookup have in common: the index of tokens in a vocabulary, after those of
/// the mask token and of unknown tokens. The vocabulary is shared by the layer's copies; get_config() has it,
/// though adapt() found it (Keras keeps that one in a file of its own). int64; "tf_idf" the layer's dtype.
/// Throws ValueError for arguments that do not go together, and without a vocabulary.
template <class Token>
class Lookup : public Layer {
public:
    /// Those tokens of documents that are most frequent, in that order; of equals the greater first. Throws
    /// ValueError when a vocabulary was given.
    void adapt_documents(const std::vector<std::vector<Token>>& documents);
    /// In the order of their indices, beginning with the mask token and the one of unknown tokens.
    std::vector<Token> get_vocabulary(bool include_special_tokens = true) const;
    int64_t vocabulary_size() const;  ///< the special indices included
    /// Takes the place of the one that there is.
    void set_vocabulary(std::vector<Token> tokens, std::vector<double> idf_weights = {});

    Shape compute_output_shape(const Shape& input) const override;
    DType compute_output_dtype(const std::vector<DType>& inputs) const override;
    Config get_config() const override;

    LookupOptions<Token> options;

protected:
    Lookup(LookupOptions<Token> options, const char* class_name);
    void build_variables(const Shape& input_shape) override;
    /// The output for tokens of this shape.
    Tensor look_up(const std::vector<Token>& tokens, const Shape& shape) const;
    std::vector<Token> tokens_of(const Tensor& indices) const;

private:
    std::shared_ptr<detail::Vocabulary<Token>> vocabulary_;
};

extern template class KERATIN_EXPORT Lookup<int64_t>;
extern template class KERATIN_EXPORT Lookup<std::string>;

/// Of integers (keras.layers.IntegerLookup); any shape and dtype. Several indices of unknown tokens share
/// them by the remainder.
///
///     layers::IntegerLookup({.vocabulary = {12, 36}})(Tensor::from({36, 7}));   // [2 0]
class KERATIN_EXPORT IntegerLookup : public Lookup<int64_t> {
public:
    explicit IntegerLookup(IntegerLookupOptions options = {});

    /// (documents, tokens), or one token each.
    void adapt(const Tensor& data);

    Tensor call(const Tensor& x) override;
    std::string class_name() const override { return "IntegerLookup"; }
    static std::shared_ptr<Layer> from_config(const Config& config);
};

/// Of strings (keras.layers.StringLookup), which no tensor holds: it is called on vectors of them, and call()
/// throws ValueError. At most one index for unknown tokens.
///
///     layers::StringLookup layer({.vocabulary = {"a", "b"}});
///     layer({"b", "z"});   // [2 0]
class KERATIN_EXPORT StringLookup : public Lookup<std::string> {
public:
    explicit StringLookup(StringLookupOptions options = {});

    void adapt(const std::vector<std::string>& data);  ///< a document each

    Tensor operator()(const std::vector<std::string>& tokens) const;
    /// Samples of as many tokens each; throws ShapeError otherwise.
    Tensor lookup(const std::vector<std::vector<std::string>>& samples) const;
    /// With invert: the tokens of indices of any shape, row by row.
    std::vector<std::string> tokens(const Tensor& indices) const;

    Tensor call(const Tensor& x) override;
    std::string class_name() const override { return "StringLookup"; }
    static std::shared_ptr<Layer> from_config(const Config& config);
};

}  // namespace layers
}  // namespace keratin
