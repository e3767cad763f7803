#pragma once

#include <keratin/core/word.hpp>
#include <keratin/layers/layer.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace keratin::layers {

inline constexpr std::array<std::string_view, 3> category_words = {"multi_hot", "one_hot", "count"};
using CategoryMode = Word<category_words>;

/// Arguments of CategoryEncoding, in Keras's order and with Keras's defaults.
struct CategoryEncodingOptions {
    CategoryMode output_mode =
        "multi_hot";  ///< "one_hot" of each number; of a sample what it has, or "count"
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "category_encoding", "category_encoding_1", ... when not given
};

/// Category numbers as vectors of num_tokens (keras.layers.CategoryEncoding): (batch, numbers) of any dtype
/// to (batch, num_tokens), for one_hot to (batch, numbers, num_tokens), or (batch, num_tokens) for one number
/// a sample. Numbers outside of [0, num_tokens) count for nothing. Throws ValueError when num_tokens is
/// below 1.
///
///     layers::CategoryEncoding(4)(Tensor::from({0, 2, 2, 3}, {2, 2}));   // [[1 0 1 0] [0 0 1 1]]
class KERATIN_EXPORT CategoryEncoding : public Layer {
public:
    explicit CategoryEncoding(int64_t num_tokens, CategoryEncodingOptions options = {});

    Tensor call(const Tensor& x) override;
    /// For "count": how much each number counts for, of the same shape. Throws ValueError in another mode,
    /// ShapeError for another shape.
    Tensor call(const Tensor& x, const Tensor& count_weights) const;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "CategoryEncoding"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t num_tokens;
    CategoryEncodingOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
