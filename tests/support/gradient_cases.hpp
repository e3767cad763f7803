#pragma once

#include "support/catch.hpp"

#include <keratin/autograd/check_gradients.hpp>

#include <functional>
#include <string>
#include <vector>

/// A table of gradient checks in the making: checks each case against central differences and counts it.
class GradientCases {
public:
    using Function = std::function<keratin::Tensor(const std::vector<keratin::Tensor>&)>;

    void first(const std::string& name, const Function& f, const std::vector<keratin::Tensor>& inputs) {
        report(name, keratin::check_gradients(f, inputs, {.eps = 1e-6, .rtol = 1e-4}));
        ++first_;
    }
    /// The gradient of the gradient.
    void second(const std::string& name, const Function& f, const std::vector<keratin::Tensor>& inputs) {
        report(name, keratin::check_second_gradients(f, inputs, {.eps = 1e-6, .rtol = 1e-4}));
        ++second_;
    }
    void both(const std::string& name, const Function& f, const std::vector<keratin::Tensor>& inputs) {
        first(name, f, inputs);
        second(name, f, inputs);
    }

    int first_order() const { return first_; }
    int second_order() const { return second_; }

private:
    static void report(const std::string& name, const keratin::GradientCheck& check) {
        INFO(name << ": " << check.message);
        CHECK(check.passed);
    }

    int first_ = 0;
    int second_ = 0;
};
