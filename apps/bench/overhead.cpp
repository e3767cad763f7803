#include "nets.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/reduce.hpp>

namespace bench {

using namespace keratin;

namespace {

/// A chain of `ops` calls on a tensor of eight elements: what a call costs beyond its arithmetic.
Case chain_case(const char* name, int ops, std::function<Tensor(const Tensor&)> call, bool recorded) {
    Case result;
    result.name = name;
    result.ops = ops;
    result.prepare = [ops, call, recorded]() -> std::function<void()> {
        const Tensor start = full({8}, 0.5);
        const auto forward = [ops, call](Tensor x) {
            for (int i = 0; i < ops; ++i) x = call(x);
            return x;
        };
        if (!recorded) return [start, forward] { forward(start); };
        return [start, forward] {
            GradientTape tape;
            tape.watch(start);
            const Tensor y = forward(start);
            tape.gradient(y, start);
        };
    };
    return result;
}

}  // namespace

std::vector<Case> overhead_cases() {
    const auto add_one = [](const Tensor& x) { return x + 1.0f; };
    const auto squash = [](const Tensor& x) { return tanh(x); };
    const auto rectify = [](const Tensor& x) { return nn::relu(x); };
    const auto twice = [](const Tensor& x) { return x * x; };
    return {chain_case("overhead/add", 100, add_one, false),
            chain_case("overhead/tanh", 100, squash, false),
            chain_case("overhead/relu", 100, rectify, false),
            chain_case("overhead/multiply", 100, twice, false),
            chain_case("overhead/add-and-gradient", 100, add_one, true),
            chain_case("overhead/tanh-and-gradient", 100, squash, true),
            chain_case("overhead/relu-and-gradient", 100, rectify, true),
            train_case(
                "overhead/lenet5-step", [] { return lenet5(true); }, 1),
            predict_case(
                "overhead/lenet5-predict", [] { return lenet5(true); }, 1)};
}

}  // namespace bench
