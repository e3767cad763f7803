#include <keratin/autograd/jvp.hpp>

#include "autograd/sink.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>

namespace keratin {
namespace {

void check(const std::vector<Tensor>& inputs, const std::vector<Tensor>& tangents) {
    if (inputs.size() != tangents.size())
        fail<ValueError>("jvp: {} tangents for {} inputs; give one for each", tangents.size(), inputs.size());
    for (size_t i = 0; i < inputs.size(); ++i) {
        const Tensor &x = inputs[i], &v = tangents[i];
        if (!x.defined() || !v.defined())
            fail<ValueError>("jvp: input {} or its tangent is an undefined tensor; give both", i);
        if (!is_floating(x.dtype()) || x.dtype() != v.dtype())
            fail<DTypeError>("jvp: input {} is {}, its tangent {}; both must be of one floating dtype", i,
                             x.dtype(), v.dtype());
        if (x.shape() != v.shape())
            fail<ShapeError>("jvp: input {} has shape {}, its tangent {}; give the input's", i, x.shape(),
                             v.shape());
    }
}

}  // namespace

Jvp jvp(const std::function<Tensor(const std::vector<Tensor>&)>& f, const std::vector<Tensor>& inputs,
        const std::vector<Tensor>& tangents) {
    check(inputs, tangents);
    GradientTape of_pull_back({.persistent = true, .watch_accessed_variables = false});
    GradientTape tape({.watch_accessed_variables = false});
    for (const Tensor& x : inputs) tape.watch(x);
    const Tensor y = f(inputs);
    if (!y.defined()) fail<ValueError>("jvp: the function returned an undefined tensor");
    const Tensor direction = zeros_like(y);  // any: what comes of it is linear
    of_pull_back.watch(direction);
    const std::vector<Tensor> pulled = tape.gradient(y, inputs, {.output_gradients = direction});
    of_pull_back.stop_recording();

    GradientSlot slot;
    Sink sum(slot);
    for (size_t i = 0; i < inputs.size(); ++i)
        if (pulled[i].defined())
            sum.add(of_pull_back.gradient(pulled[i], direction, {.output_gradients = tangents[i]}));
    return {y, slot.value.defined() ? slot.value : zeros_like(y)};
}

}  // namespace keratin
