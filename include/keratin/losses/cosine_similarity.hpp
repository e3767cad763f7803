#pragma once

#include <keratin/losses/loss.hpp>

namespace keratin::losses {

struct CosineSimilarityOptions {
    int axis = -1;
    Reduction reduction = Reduction::sum_over_batch_size;
    std::string name = "cosine_similarity";
};

/// Minus the cosine of the angle between y_true and y_pred along an axis, which is reduced
/// (keras.losses.CosineSimilarity): -1 for the same direction. Its config tells an axis other than -1, which
/// Keras's own leaves out.
class KERATIN_EXPORT CosineSimilarity : public Loss {
public:
    explicit CosineSimilarity(CosineSimilarityOptions options = {});
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
    std::string class_name() const override { return "CosineSimilarity"; }
    Config get_config() const override;

    const CosineSimilarityOptions options;
};

}  // namespace keratin::losses
