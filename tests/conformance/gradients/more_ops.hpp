#pragma once

#include "conformance/gradients/shaping.hpp"

#include <keratin/ops/division.hpp>
#include <keratin/ops/indexing.hpp>
#include <keratin/ops/scan.hpp>
#include <keratin/ops/trigonometry.hpp>

namespace conformance {

inline void sweep_trigonometry(Sweep& sweep) {
    struct Case {
        const char* name;
        Tensor (*f)(const Tensor&);
        double low = -0.8, high = 0.8;
    };
    for (const auto& [name, f, low, high] : {
             Case{"tan", keratin::tan},
             {"arcsin", keratin::arcsin},
             {"arccos", keratin::arccos},
             {"arctan", keratin::arctan, -2, 2},
             {"sinh", keratin::sinh, -2, 2},
             {"cosh", keratin::cosh, -2, 2},
             {"arcsinh", keratin::arcsinh, -2, 2},
             {"arccosh", keratin::arccosh, 1.3, 3},
             {"arctanh", keratin::arctanh},
         })
        for (int i = 0; i < 2; ++i)
            sweep.check(name, [f = f](const Inputs& x) { return f(x[0]); },
                        {sweep.values(sweep.shape(), low, high)});
    for (int i = 0; i < 4; ++i) {
        const Shape whole = sweep.shape();
        const Inputs in = {sweep.values(sweep.broadcasting(whole), 0.4), sweep.values(whole, 0.4)};
        sweep.check(
            "arctan2", [](const Inputs& x) { return keratin::arctan2(x[0], x[1]); }, in);
        sweep.check("mod", [](const Inputs& x) { return keratin::mod(x[0], x[1]); },
                    {keratin::ones_like(in[0]) * 7.13, keratin::ones_like(in[1]) * -2.02});
    }
}

inline void sweep_scans(Sweep& sweep) {
    for (int i = 0; i < 6; ++i) {
        const Shape shape = sweep.shape(1, 3);
        const int axis = sweep.axis(shape);
        sweep.check("cumsum", [&](const Inputs& x) { return keratin::cumsum(x[0], axis); },
                    {sweep.values(shape)});
        sweep.check("cumprod", [&](const Inputs& x) { return keratin::cumprod(x[0], axis); },
                    {sweep.values(shape, 0.5, 1.5)});
        const Shape full = sweep.full_shape();
        const keratin::Axes axes = sample_axes(sweep, full);
        const bool keepdims = sweep.coin();
        sweep.check("reduce_prod",
                    [&](const Inputs& x) { return keratin::reduce_prod(x[0], axes, keepdims); },
                    {sweep.values(full, 0.7, 1.3)});
        sweep.check("reduce_logsumexp",
                    [&](const Inputs& x) { return keratin::reduce_logsumexp(x[0], axes, keepdims); },
                    {sweep.distinct(full, 2)});
    }
}

inline void sweep_indexing(Sweep& sweep) {
    for (int i = 0; i < 5; ++i) {
        const Shape shape = sweep.full_shape(1, 3);
        const int axis = sweep.axis(shape);
        const Tensor x = sweep.values(shape);
        const Tensor places = keratin::argsort(sweep.values(shape), axis);
        sweep.check("take_along_axis",
                    [&](const Inputs& in) { return keratin::take_along_axis(in[0], places, axis); }, {x});
        sweep.check("repeat", [&](const Inputs& in) { return keratin::repeat(in[0], i, axis); }, {x});
        std::vector<int64_t> times(static_cast<size_t>(shape[axis]));
        for (int64_t& each : times) each = sweep.random.between(0, 2);
        sweep.check("repeat", [&](const Inputs& in) { return keratin::repeat(in[0], times, axis); }, {x});
        sweep.check("tile", [&](const Inputs& in) { return keratin::tile(in[0], {2, i}); }, {x});
        sweep.check("flip", [&](const Inputs& in) { return keratin::flip(in[0], axis); }, {x});
        sweep.check("roll", [&](const Inputs& in) { return keratin::roll(in[0], i - 2, axis); }, {x});
        std::vector<keratin::PadPair> pairs;
        for (const int64_t extent : shape) pairs.push_back({sweep.random.between(0, extent - 1), extent - 1});
        for (const keratin::PadMode& mode : {keratin::PadMode("reflect"), keratin::PadMode("symmetric"),
                                             keratin::PadMode("edge"), keratin::PadMode("wrap")})
            sweep.check("pad", [&](const Inputs& in) { return keratin::pad(in[0], pairs, mode); }, {x});
    }
}

inline void sweep_more_ops(Sweep& sweep) {
    sweep_trigonometry(sweep);
    sweep_scans(sweep);
    sweep_indexing(sweep);
}

}  // namespace conformance
