#pragma once

#include "conformance/gradients/sweep.hpp"

#include <keratin/ops/elementwise.hpp>

namespace conformance {

/// Two tensors that broadcast against each other.
inline void sweep_binary(Sweep& sweep) {
    using Binary = Tensor (*)(const Tensor&, const Tensor&);
    struct Case {
        const char* name;
        Binary f;
        bool positive;  ///< a power's base, a divisor
    };
    for (const auto& [name, f, positive] : {
             Case{"add", keratin::add, false},
             {"subtract", keratin::subtract, false},
             {"multiply", keratin::multiply, false},
             {"divide", keratin::divide, true},
             {"maximum", keratin::maximum, false},
             {"minimum", keratin::minimum, false},
             {"pow", keratin::pow, true},
             {"operator+", keratin::operator+, false},
             {"operator-", keratin::operator-, false},
             {"operator*", keratin::operator*, false},
             {"operator/", keratin::operator/, true},
         }) {
        for (int i = 0; i < 6; ++i) {
            const Shape whole = sweep.shape();
            const Shape part = i == 0 ? whole : sweep.broadcasting(whole);
            const double low = positive ? 0.3 : -2.0;
            Inputs in = {sweep.values(whole, low), sweep.values(part, low)};
            if (sweep.coin()) std::swap(in[0], in[1]);
            sweep.check(
                name, [f = f](const Inputs& x) { return f(x[0], x[1]); }, in);
        }
    }
}

/// A tensor and a number, from either side.
inline void sweep_scalars(Sweep& sweep) {
    struct Case {
        const char* name;
        Sweep::Function f;
    };
    std::vector<Case> cases = {
        {"add", [](const Inputs& x) { return keratin::add(x[0], 1.5); }},
        {"multiply", [](const Inputs& x) { return keratin::multiply(x[0], -2.5f); }},
        {"maximum", [](const Inputs& x) { return keratin::maximum(x[0], 1); }},
        {"minimum", [](const Inputs& x) { return keratin::minimum(x[0], 1); }},
        {"pow", [](const Inputs& x) { return keratin::pow(1.7, x[0]); }},
        {"affine", [](const Inputs& x) { return keratin::affine(x[0], 3, -0.5); }},
        {"clip", [](const Inputs& x) { return keratin::clip(x[0], 0.5, 1.5); }},
        {"operator+", [](const Inputs& x) { return 1 + x[0] + 2.5; }},
        {"operator-", [](const Inputs& x) { return -(1 - (x[0] - 2.5)); }},
        {"operator*", [](const Inputs& x) { return 3 * x[0] * 0.5; }},
        {"operator/", [](const Inputs& x) { return 2 / (x[0] / 4); }},
    };
    for (const double exponent : {0.0, 1.0, 2.0, 3.0, 4.0, 0.5, -0.5, -1.0, 2.5, -1.5})
        cases.push_back({"pow", [exponent](const Inputs& x) { return keratin::pow(x[0], exponent); }});
    for (const auto& [name, f] : cases)
        for (int i = 0; i < 2; ++i) sweep.check(name, f, {sweep.values(sweep.shape(), 0.3)});
}

inline void sweep_unary(Sweep& sweep) {
    using Unary = Tensor (*)(const Tensor&);
    struct Case {
        const char* name;
        Unary f;
        double low = -2;
    };
    for (const auto& [name, f, low] : {
             Case{"exp", keratin::exp},
             {"log", keratin::log, 0.3},
             {"log1p", keratin::log1p, -0.6},
             {"expm1", keratin::expm1},
             {"sqrt", keratin::sqrt, 0.3},
             {"rsqrt", keratin::rsqrt, 0.4},
             {"square", keratin::square},
             {"abs", keratin::abs},
             {"sign", keratin::sign},
             {"reciprocal", keratin::reciprocal, 0.4},
             {"tanh", keratin::tanh},
             {"sigmoid", keratin::sigmoid},
             {"sin", keratin::sin},
             {"cos", keratin::cos},
         })
        for (int i = 0; i < 3; ++i)
            sweep.check(name, [f = f](const Inputs& x) { return f(x[0]); },
                        {sweep.values(sweep.shape(), low)});
}

inline void sweep_selection(Sweep& sweep) {
    for (int i = 0; i < 6; ++i) {
        const Shape whole = sweep.shape();
        const Tensor condition = sweep.values(sweep.broadcasting(whole)) > 0;
        sweep.check("where", [&](const Inputs& x) { return keratin::where(condition, x[0], x[1]); },
                    {sweep.values(sweep.broadcasting(whole)), sweep.values(sweep.broadcasting(whole))});
    }
    // Through float32, which holds eighths and their sums exactly: so large a step is right for a linear op.
    for (int i = 0; i < 3; ++i)
        sweep.check("cast",
                    [](const Inputs& x) {
                        return keratin::cast(keratin::cast(x[0], keratin::float32), keratin::float64);
                    },
                    {keratin::round(sweep.values(sweep.shape(), -8, 8)) / 8}, {.eps = 0.125, .rtol = 1e-12});
}

inline void sweep_elementwise(Sweep& sweep) {
    sweep_binary(sweep);
    sweep_scalars(sweep);
    sweep_unary(sweep);
    sweep_selection(sweep);
}

}  // namespace conformance
