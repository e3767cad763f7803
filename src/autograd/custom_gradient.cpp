#include <keratin/autograd/custom_gradient.hpp>

#include "autograd/record.hpp"

namespace keratin::detail {
namespace {

void check_gradients_of_user(const std::vector<Tensor>& gradients, const std::vector<Tensor>& inputs) {
    if (gradients.size() != inputs.size())
        fail<ValueError>(
            "custom_gradient: backward returned {} gradients for {} inputs; return one per input",
            gradients.size(), inputs.size());
    for (size_t i = 0; i < inputs.size(); ++i)
        if (gradients[i].defined() && gradients[i].shape() != inputs[i].shape())
            fail<ShapeError>(
                "custom_gradient: backward returned shape {} for input {} of shape {}; return the input's",
                gradients[i].shape(), i, inputs[i].shape());
}

}  // namespace

Tensor record_custom(Tensor y, std::vector<Tensor> inputs,
                     std::function<std::vector<Tensor>(const Tensor& dy)> backward) {
    if (!y.defined()) fail<ValueError>("custom_gradient: forward returned an undefined tensor");
    y.set_node({});
    if (!recording()) return y;
    // The inputs' edges run one after the other with the same dy, so one call of backward serves them all.
    struct Shared {
        std::vector<Tensor> inputs;
        std::function<std::vector<Tensor>(const Tensor&)> backward;
        std::vector<Tensor> gradients = {};
        size_t pending = 0;
    };
    const auto shared = std::make_shared<Shared>(Shared{inputs, std::move(backward)});
    size_t followed = 0;
    for (const Tensor& input : inputs) followed += tracked(input);
    Recording recording("custom_gradient");
    for (size_t i = 0; i < inputs.size(); ++i) {
        recording.wrt(inputs[i], [shared, followed, i](const Tensor& dy) {
            if (shared->pending == 0) {
                shared->gradients = shared->backward(dy);
                check_gradients_of_user(shared->gradients, shared->inputs);
                shared->pending = followed;
            }
            Tensor gradient = shared->gradients[i];
            if (--shared->pending == 0) shared->gradients.clear();
            return gradient;
        });
    }
    return recording.finish(std::move(y));
}

}  // namespace keratin::detail
