#pragma once

#include "conformance/hostile/shaping.hpp"

#include <keratin/layers/operation.hpp>
#include <keratin/ops/division.hpp>
#include <keratin/ops/indexing.hpp>
#include <keratin/ops/scan.hpp>
#include <keratin/ops/trigonometry.hpp>

#include <string>

namespace conformance {

/// Small, or far beyond memory; never what just fits.
inline int64_t hostile_integer(Arguments& a) {
    if (!a.one_in(4)) return a.between(-2, 5);
    return a.one_of<int64_t>({-100, 64, 1'000'000'000'000, int64_t{1} << 62, INT64_MAX, INT64_MIN});
}

/// A value as a file may hold it for any argument.
inline keratin::Config hostile_config(Arguments& a) {
    using keratin::Config;
    switch (a.between(0, 7)) {
        case 0:
            return a.coin();
        case 1:
            return hostile_integer(a);
        case 2:
            return std::string(a.one_of<const char*>({"same", "valid", "reflect", "float32", "x", ""}));
        case 3:
            return a.number();
        case 4:
        case 5: {
            Config::List list;
            for (int64_t i = a.between(0, 4); i > 0; --i)
                list.push_back(a.one_in(6) ? Config(Config::List{hostile_integer(a), 1})
                                           : Config(hostile_integer(a)));
            return list;
        }
        case 6:
            return Config();
        default:
            return a.between(-2, 2);
    }
}

/// Every function of the table, its arguments and constants being anything.
inline void add_operation_calls(Calls& calls) {
    using keratin::Config;
    calls.push_back({"operations", [](Arguments& a) {
                         const std::vector<std::string> names = keratin::layers::Operation::functions();
                         const std::string& name =
                             names[static_cast<size_t>(a.between(0, static_cast<int64_t>(names.size()) - 1))];
                         Config arguments = Config::object();
                         for (const char* argument :
                              {"axis", "repeats", "shape", "newshape", "pad_width", "num_classes", "k",
                               "indices_or_sections", "shift", "axes", "size", "subscripts", "pool_size",
                               "block_size", "dtype"})
                             try {
                                 Config one = arguments;
                                 one.set(argument, hostile_config(a));
                                 keratin::layers::Operation(name, one);
                                 arguments = one;
                             } catch (const keratin::ValueError& error) {
                                 const std::string text = error.what();
                                 if (text.find("no argument") == std::string::npos)
                                     arguments.set(argument, hostile_config(a));
                             }
                         keratin::layers::OperationOptions options;
                         if (a.one_in(4)) options.literals = {{1, hostile_config(a)}};
                         const keratin::layers::Operation operation(name, arguments, options);
                         std::vector<Tensor> inputs = {a.tensor()};
                         if (inputs[0].defined() && a.coin()) inputs.push_back(a.partner(inputs[0]));
                         return operation(inputs);
                     }});
}

inline void add_more_op_calls(Calls& calls) {
    using Map = Tensor (*)(const Tensor&);
    for (const Map f : {keratin::tan, keratin::arcsin, keratin::arccos, keratin::arctan, keratin::sinh,
                        keratin::cosh, keratin::arcsinh, keratin::arccosh, keratin::arctanh})
        calls.push_back({"a function of angles", [f](Arguments& a) { return f(a.floating_tensor()); }});
    using Join = Tensor (*)(const Tensor&, const Tensor&);
    for (const Join f : {keratin::arctan2, keratin::floor_divide, keratin::mod})
        calls.push_back({"arctan2, floor_divide or mod", [f](Arguments& a) {
                             const Tensor x = a.tensor();
                             return f(x, a.partner(x));
                         }});
    calls.push_back({"reduce_prod", [](Arguments& a) {
                         return keratin::reduce_prod(a.tensor(), hostile_axes(a), a.coin());
                     }});
    calls.push_back({"reduce_logsumexp", [](Arguments& a) {
                         return keratin::reduce_logsumexp(a.floating_tensor(), hostile_axes(a), a.coin());
                     }});
    calls.push_back({"cumsum", [](Arguments& a) { return keratin::cumsum(a.tensor(), a.axis()); }});
    calls.push_back({"cumprod", [](Arguments& a) { return keratin::cumprod(a.tensor(), a.axis()); }});
    calls.push_back({"take_along_axis", [](Arguments& a) {
                         const Tensor x = a.tensor();
                         return keratin::take_along_axis(x, a.indices(x.shape(), 1), a.axis());
                     }});
    calls.push_back({"repeat", [](Arguments& a) { return keratin::repeat(a.tensor(), a.size(), a.axis()); }});
    calls.push_back({"tile", [](Arguments& a) { return keratin::tile(a.tensor(), {a.size(), a.size()}); }});
    calls.push_back({"flip", [](Arguments& a) { return keratin::flip(a.tensor(), a.axis()); }});
    calls.push_back({"roll", [](Arguments& a) { return keratin::roll(a.tensor(), a.integer(), a.axis()); }});
    calls.push_back(
        {"argsort", [](Arguments& a) { return keratin::argsort(a.tensor(), a.axis(), a.coin()); }});
    calls.push_back({"pad out of itself", [](Arguments& a) {
                         const Tensor x = a.tensor();
                         std::vector<keratin::PadPair> pads;
                         for (int64_t i = a.one_in(5) ? a.between(0, 9) : x.rank(); i > 0; --i)
                             pads.push_back({a.one_in(5) ? a.size() : a.between(0, 2), a.between(0, 2)});
                         return keratin::pad(
                             x, pads, a.coin() ? keratin::PadMode("edge") : keratin::PadMode("symmetric"));
                     }});
}

}  // namespace conformance
