#include <keratin/layers/recompute_grad.hpp>

#include "autograd/record.hpp"
#include "autograd/variable_reads.hpp"
#include "core/draw_log.hpp"
#include "layers/call_stack.hpp"

#include <keratin/autograd/custom_gradient.hpp>
#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>

#include <algorithm>
#include <memory>

namespace keratin::detail {
namespace {

/// All that a run depends on beside its inputs.
struct Circumstances {
    ReadLog reads = {};
    DrawLog draws = {};
    bool training = Frame::training();
    std::optional<DType> autocast = AutocastScope::dtype();

    /// The trainable variables it has read, each once.
    std::vector<Variable> variables() const {
        std::vector<Variable> all;
        for (const auto& [variable, value] : reads.reads) {
            const bool known = std::any_of(
                all.begin(), all.end(), [&v = variable](const Variable& other) { return other.same_as(v); });
            if (variable.trainable() && !known) all.push_back(variable);
        }
        return all;
    }
};

Tensor run_first(const ListFunction& f, const std::vector<Tensor>& inputs, Circumstances& when) {
    ActivityLosses penalties;
    const ReadScope reads(when.reads, false);
    const DrawLog::Scope draws(when.draws, false);
    const NoGradient pause;
    const Tensor y = f(inputs);
    if (!penalties.take().empty())
        fail<ValueError>(
            "recompute_grad: a layer inside has an activity_regularizer or calls add_loss(), and that "
            "penalty would have no gradient; keep that layer outside");
    return y;
}

std::vector<Tensor> run_again(const ListFunction& f, const std::vector<Tensor>& inputs, Circumstances& when,
                              const std::vector<Variable>& variables, const Tensor& dy) {
    const OutsideCalls outside(when.training);
    const AutocastScope autocast(when.autocast);
    const ReadScope reads(when.reads, true);
    const DrawLog::Scope draws(when.draws, true);
    const ActivityLosses none(false);
    GradientTape tape;
    std::vector<GradientSource> sources;
    for (const Tensor& x : inputs) {
        if (is_floating(x.dtype())) tape.watch(x);
        sources.emplace_back(x);
    }
    sources.insert(sources.end(), variables.begin(), variables.end());
    return tape.gradient(f(inputs), sources, {.output_gradients = dy});
}

}  // namespace

Tensor recompute(const ListFunction& f, const std::vector<Tensor>& inputs) {
    if (!recording()) return f(inputs);
    const auto when = std::make_shared<Circumstances>();
    const Tensor y = run_first(f, inputs, *when);
    const std::vector<Variable> variables = when->variables();
    std::vector<Tensor> sources = inputs;
    {
        const AutocastScope as_they_are(std::nullopt);
        sources.insert(sources.end(), variables.begin(), variables.end());
    }
    return record_custom(y, sources, [f, inputs, when, variables](const Tensor& dy) {
        return run_again(f, inputs, *when, variables, dy);
    });
}

}  // namespace keratin::detail
