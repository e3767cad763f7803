#pragma once

#include <keratin/losses/loss.hpp>

#include <optional>

namespace keratin::losses {

struct SparseCategoricalCrossentropyOptions {
    bool from_logits = false;
    std::optional<int64_t> ignore_class =
        {};  ///< samples of this class count neither in the sum nor in the mean
    Reduction reduction = Reduction::sum_over_batch_size;
    int axis = -1;  ///< of the classes
    std::string name = "sparse_categorical_crossentropy";
};

/// -log of the probability given to the right class (keras.losses.SparseCategoricalCrossentropy): y_true
/// class numbers (n) or (n, 1) of any integer or floating dtype, y_pred (n, classes). Throws ValueError for a
/// class out of range.
class KERATIN_EXPORT SparseCategoricalCrossentropy : public Loss {
public:
    explicit SparseCategoricalCrossentropy(SparseCategoricalCrossentropyOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    Tensor mask(const Tensor& y_true) const override;
    bool takes_logits(std::string_view activation) const override;
    Tensor call_on_logits(const Tensor& y_true, const Tensor& logits) const override;
    std::string class_name() const override { return "SparseCategoricalCrossentropy"; }
    Config get_config() const override;

    const SparseCategoricalCrossentropyOptions options;
};

struct CategoricalCrossentropyOptions {
    bool from_logits = false;
    double label_smoothing = 0.0;  ///< in [0, 1]: this share of every target is spread over all classes
    int axis = -1;
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "categorical_crossentropy";
};

/// -sum(y_true * log y_pred) over the classes (keras.losses.CategoricalCrossentropy): both (n, classes).
class KERATIN_EXPORT CategoricalCrossentropy : public Loss {
public:
    explicit CategoricalCrossentropy(CategoricalCrossentropyOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    bool takes_logits(std::string_view activation) const override;
    Tensor call_on_logits(const Tensor& y_true, const Tensor& logits) const override;
    std::string class_name() const override { return "CategoricalCrossentropy"; }
    Config get_config() const override;

    const CategoricalCrossentropyOptions options;
};

struct BinaryCrossentropyOptions {
    bool from_logits = false;
    double label_smoothing = 0.0;  ///< in [0, 1]: targets move by this share towards 0.5
    int axis = -1;
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "binary_crossentropy";
};

/// Crossentropy of yes-or-no answers, averaged over the last axis (keras.losses.BinaryCrossentropy).
class KERATIN_EXPORT BinaryCrossentropy : public Loss {
public:
    explicit BinaryCrossentropy(BinaryCrossentropyOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    bool takes_logits(std::string_view activation) const override;
    Tensor call_on_logits(const Tensor& y_true, const Tensor& logits) const override;
    std::string class_name() const override { return "BinaryCrossentropy"; }
    Config get_config() const override;

    const BinaryCrossentropyOptions options;
};

}  // namespace keratin::losses
