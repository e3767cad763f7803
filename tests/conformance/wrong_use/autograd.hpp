#pragma once

#include "conformance/wrong_use/use.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/autograd/custom_gradient.hpp>
#include <keratin/autograd/tape.hpp>
#include <keratin/autograd/variable.hpp>
#include <keratin/ops/elementwise.hpp>

#include <thread>

namespace conformance::wrong_use {

/// Runs a call on another thread and brings back what it throws.
inline void elsewhere(const std::function<void()>& call) {
    std::exception_ptr thrown;
    std::thread([&] {
        try {
            call();
        } catch (...) {
            thrown = std::current_exception();
        }
    }).join();
    if (thrown) std::rethrow_exception(thrown);
}

inline Group variables() {
    const Variable w(ones({2, 3}), {.name = "w", .path = "model/w"});
    return {
        "variables",
        {
            {"a variable without a value", [] { Variable().value(); }, Type::value,
             "Variable: it has no value yet; build the layer that it belongs to, or call it once"},
            {"the shape of a variable without a value", [] { Variable().shape(); }, Type::value,
             "Variable: it has no value yet; build the layer that it belongs to, or call it once"},
            {"a variable of nothing", [] { Variable(Tensor(), {.name = "w"}); }, Type::value,
             "Variable w: the value is an undefined tensor; give it one, for instance by zeros(shape)"},
            {"a name with a slash", [] { Variable(ones({2}), {.name = "a/b"}); }, Type::value,
             "Variable a/b: a name must not contain '/'; give it as path"},
            {"a value of another shape",
             [w] {
                 w.assign(ones({3, 2}));
             },
             Type::shape, "model/w: assign got shape (3, 2), the variable has (2, 3); reshape() the value"},
            {"a value of another dtype",
             [w] {
                 w.assign(ones({2, 3}, float64));
             },
             Type::dtype, "model/w: assign got float64, the variable is float32; cast() the value"},
            {"no value", [w] { w.assign({}); }, Type::value,
             "model/w: assign got an undefined tensor; give one of shape (2, 3) (float32)"},
            {"a sum of another shape", [w] { w.assign_add(ones({3})); }, Type::shape,
             "model/w: assign_add got shape (3,), the variable has (2, 3); reshape() the value"},
            {"a difference of another dtype",
             [w] {
                 w.assign_sub(ones({2, 3}, int32));
             },
             Type::dtype, "model/w: assign_sub got int32, the variable is float32; cast() the value"},
            {"a sum of bytes", [] { Variable(ones({2}, uint8)).assign_add(ones({2}, uint8)); }, Type::dtype,
             "variable: assign_add of uint8 is not possible; use assign(), or a signed or floating dtype"},
        },
        [w] { return std::vector<Tensor>{w.storage()}; }};
}

inline Group tapes() {
    const Variable w(ones({2}), {.name = "w"});
    return {
        "tapes",
        {
            {"a second question to a tape that answers once",
             [w] {
                 GradientTape tape;
                 const Tensor y = square(w);
                 tape.gradient(y, w);
                 tape.gradient(y, w);
             },
             Type::value,
             "GradientTape.gradient: a tape that is not persistent answers once; make it with {.persistent = "
             "true}"},
            {"a tape on another thread",
             [w] {
                 GradientTape tape;
                 const Tensor y = square(w);
                 elsewhere([&] { tape.gradient(y, w); });
             },
             Type::value,
             "GradientTape.gradient: the tape belongs to the thread that made it; call it there"},
            {"watching from another thread",
             [w] {
                 GradientTape tape;
                 elsewhere([&] { tape.watch(w); });
             },
             Type::value, "GradientTape.watch: the tape belongs to the thread that made it; call it there"},
            {"recording after the answer",
             [w] {
                 GradientTape tape;
                 tape.gradient(square(w), w);
                 tape.resume_recording();
             },
             Type::value,
             "GradientTape.resume_recording: the tape has answered and is not persistent; make a new one"},
            {"watching integers", [] { GradientTape().watch(ones({2}, int32)); }, Type::dtype,
             "GradientTape.watch: the tensor is int32; only floating dtypes have gradients: cast() it"},
            {"watching nothing", [] { GradientTape().watch(Tensor()); }, Type::value,
             "GradientTape.watch: the tensor is undefined; give it a value first"},
            {"the gradient of nothing", [w] { GradientTape().gradient(Tensor(), w); }, Type::value,
             "GradientTape.gradient: the target is an undefined tensor; pass the value to differentiate"},
            {"the gradient of integers", [w] { GradientTape().gradient(ones({2}, int32), w); }, Type::dtype,
             "GradientTape.gradient: the target is int32; only floating dtypes have gradients: cast() "
             "it"},
            {"output gradients of another shape",
             [w] {
                 GradientTape tape;
                 const Tensor y = square(w);
                 tape.gradient(y, w, {.output_gradients = ones({3})});
             },
             Type::shape,
             "GradientTape.gradient: output_gradients has shape (3,), the target (2,); give the target's"},
            {"results for other sources",
             [w] {
                 GradientTape tape;
                 std::vector<Tensor> results(2);
                 tape.gradient_into(square(w), {&w, 1}, results);
             },
             Type::value, "GradientTape.gradient_into: 1 sources, 2 results; give one tensor per source"},
            {"a gradient too few",
             [w] {
                 GradientTape tape;
                 const auto f = custom_gradient([](const Tensor& a, const Tensor& b) { return a + b; },
                                                [](const Tensor& dy) { return dy; });
                 tape.gradient(f(w, w), w);
             },
             Type::value,
             "custom_gradient: backward returned 1 gradients for 2 inputs; return one per input"},
            {"a gradient of another shape",
             [w] {
                 GradientTape tape;
                 const auto f = custom_gradient([](const Tensor& x) { return x * 2; },
                                                [](const Tensor&) { return ones({3}); });
                 tape.gradient(f(w), w);
             },
             Type::shape,
             "custom_gradient: backward returned shape (3,) for input 0 of shape (2,); return the input's"},
            {"a forward function that gives nothing",
             [w] {
                 custom_gradient([](const Tensor&) { return Tensor(); },
                                 [](const Tensor& dy) { return dy; })(w);
             },
             Type::value, "custom_gradient: forward returned an undefined tensor"},
            {"central differences in float32",
             [] { check_gradients([](const Tensor& x) { return square(x); }, {ones({2})}); }, Type::dtype,
             "check_gradients: input 0 is float32; finite differences need float64: cast() it"},
        },
        [w] { return std::vector<Tensor>{w.storage()}; }};
}

}  // namespace conformance::wrong_use
