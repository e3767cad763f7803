#pragma once

#include "support/catch.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"
#include "support/window_cases.hpp"

#include <keratin/autograd/jvp.hpp>
#include <keratin/autograd/tape.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/ops/elementwise.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace conformance {

using keratin::Shape;
using keratin::Tensor;
using Inputs = std::vector<Tensor>;

/// Gradient checks on sampled configurations, counted by the name of the op.
class Sweep {
public:
    using Function = GradientCases::Function;

    explicit Sweep(unsigned seed) : random(seed) {}

    window_cases::Sampler random;

    /// One configuration of an op: the tape reaches every input, and its gradients, and those of the
    /// gradients of the op's square, agree with central differences. The square makes the second derivatives
    /// of linear ops something other than 0.
    void check(const std::string& op, const Function& f, const Inputs& inputs,
               const keratin::GradientCheckOptions& options = {.eps = 1e-6, .rtol = 1e-4}) {
        INFO(op << " of " << shapes(inputs));
        ++counts_[op];
        ++first_;
        require_connected(f, inputs);
        report(keratin::check_gradients(f, inputs, options));
        check_direction(f, inputs, options);
        if (op != "cast") {  // whose result is of the dtype it names
            check_half(f, inputs, keratin::bfloat16, 0x1p-8);
            check_half(f, inputs, keratin::float16, 0x1p-11);
        }
        int64_t elements = 0;
        for (const Tensor& input : inputs) elements += input.size();
        if (elements == 0 || elements > largest_second) return;
        ++second_;
        const auto squared = [&](const Inputs& in) { return keratin::square(f(in)); };
        report(keratin::check_second_gradients(squared, inputs, options));
    }
    /// For a check made elsewhere.
    void count(const std::string& op, const keratin::GradientCheck& first,
               const keratin::GradientCheck& second) {
        INFO(op);
        ++counts_[op];
        ++first_;
        ++second_;
        report(first);
        report(second);
    }

    int first_order() const { return first_; }
    int second_order() const { return second_; }
    const std::map<std::string, int>& counts() const { return counts_; }

    // -- samples
    // ---------------------------------------------------------------------------------------------

    /// Extents up to 5, often 1, now and then 0.
    int64_t extent() { return random.one_of<int64_t>({1, 1, 2, 2, 3, 3, 4, 5, 2, 3, 4, 1, 2, 3, 0, 3}); }
    Shape shape(int64_t least_rank = 0, int64_t most_rank = 4) {
        for (;;) {
            std::vector<int64_t> extents(static_cast<size_t>(random.between(least_rank, most_rank)));
            for (int64_t& e : extents) e = extent();
            const Shape result(extents);
            if (result.size() <= 60) return result;
        }
    }
    /// Without empty axes.
    Shape full_shape(int64_t least_rank = 0, int64_t most_rank = 4) {
        for (;;)
            if (const Shape result = shape(least_rank, most_rank); result.size() > 0) return result;
    }
    /// A shape that broadcasts to another one: leading axes left out, some axes 1.
    Shape broadcasting(const Shape& whole) {
        std::vector<int64_t> extents(whole.begin() + random.between(0, whole.rank()), whole.end());
        for (int64_t& e : extents)
            if (random.between(0, 2) == 0) e = 1;
        return Shape(extents);
    }
    int axis(const Shape& shape) { return static_cast<int>(random.between(-shape.rank(), shape.rank() - 1)); }
    bool coin() { return random.between(0, 1) == 1; }

    /// Numbers in (low, high) off the places where functions have kinks, and off those of other calls.
    Tensor values(const Shape& shape, double low = -2, double high = 2) {
        constexpr int64_t steps = 997;
        const double offset = 0.11 + 0.7 * static_cast<double>(++calls_ % 13) / 13;
        std::vector<double> result(static_cast<size_t>(shape.size()));
        for (double& value : result)
            value = low + (high - low) * (static_cast<double>(random.between(0, steps - 1)) + offset) / steps;
        return Tensor::from(result, shape);
    }
    /// No two equal.
    Tensor distinct(const Shape& shape, double scale = 1) {
        return numbers::distinct(shape, random.seed(), scale);
    }

private:
    static constexpr int64_t largest_second = 130;  ///< elements; the work grows with their square

    static std::string shapes(const Inputs& inputs) {
        std::string text;
        for (const Tensor& input : inputs) text += keratin::to_string(input.shape()) + " ";
        return text;
    }
    static void require_connected(const Function& f, const Inputs& inputs) {
        keratin::GradientTape tape;
        for (const Tensor& input : inputs) tape.watch(input);
        const std::vector<Tensor> gradients = tape.gradient(f(inputs), inputs);
        for (size_t i = 0; i < inputs.size(); ++i) {
            REQUIRE(gradients[i].defined());
            REQUIRE(gradients[i].shape() == inputs[i].shape());
            REQUIRE(gradients[i].dtype() == inputs[i].dtype());
        }
    }
    static Inputs moved(const Inputs& inputs, const Inputs& direction, double step) {
        Inputs result;
        for (size_t i = 0; i < inputs.size(); ++i) result.push_back(inputs[i] + step * direction[i]);
        return result;
    }
    /// The forward derivative in one direction is the central difference along it.
    void check_direction(const Function& f, const Inputs& inputs,
                         const keratin::GradientCheckOptions& options) {
        Inputs direction;
        for (const Tensor& x : inputs) direction.push_back(values(x.shape(), -1, 1));
        const keratin::Jvp derivative = keratin::jvp(f, inputs, direction);
        const Tensor ahead = f(moved(inputs, direction, options.eps)),
                     behind = f(moved(inputs, direction, -options.eps));
        REQUIRE(derivative.tangent.shape() == ahead.shape());
        REQUIRE(derivative.tangent.dtype() == ahead.dtype());
        const Tensor difference = (ahead - behind) / (2 * options.eps);
        const auto is = derivative.tangent.data<double>(), wanted = difference.data<double>();
        double worst = 0;
        for (size_t i = 0; i < is.size(); ++i)
            worst = std::max(worst, std::abs(is[i] - wanted[i]) / (1e-5 + 1e-3 * std::abs(wanted[i])));
        INFO("jvp, off by " << worst << " of the tolerance");
        CHECK(worst <= 1);
    }
    /// In 16 bits: the result of float64 on the same numbers up to a few roundings, and gradients of that
    /// dtype.
    static void check_half(const Function& f, const Inputs& inputs, keratin::DType dtype, double ulp) {
        Inputs rounded, exact;
        for (const Tensor& x : inputs) rounded.push_back(keratin::convert(x, dtype));
        for (const Tensor& x : rounded) exact.push_back(keratin::convert(x, keratin::float64));
        INFO("in " << dtype);
        const Tensor y = f(rounded);
        REQUIRE(y.dtype() == dtype);
        const Tensor numbers = keratin::convert(y, keratin::float64), right = f(exact);
        const auto is = numbers.data<double>(), wanted = right.data<double>();
        double largest = 1;
        for (const double value : wanted) largest = std::max(largest, std::abs(value));
        double worst = 0;
        for (size_t i = 0; i < is.size(); ++i)
            if (std::abs(wanted[i]) < 6e4) worst = std::max(worst, std::abs(is[i] - wanted[i]) / largest);
        INFO("off by " << worst / ulp << " ulp");
        CHECK(worst <= 16 * ulp);
        require_connected(f, rounded);
    }
    static void report(const keratin::GradientCheck& check) {
        INFO(check.message);
        CHECK(check.passed);
    }

    int first_ = 0;
    int second_ = 0;
    int64_t calls_ = 0;
    std::map<std::string, int> counts_;
};

}  // namespace conformance
