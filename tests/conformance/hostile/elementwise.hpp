#pragma once

#include "conformance/hostile/calls.hpp"

#include <keratin/ops/elementwise.hpp>

namespace conformance {

inline void add_binary_calls(Calls& calls) {
    using Binary = Tensor (*)(const Tensor&, const Tensor&);
    struct Case {
        const char* name;
        Binary f;
    };
    for (const auto& [name, f] : {Case{"add", keratin::add},
                                  {"subtract", keratin::subtract},
                                  {"multiply", keratin::multiply},
                                  {"divide", keratin::divide},
                                  {"maximum", keratin::maximum},
                                  {"minimum", keratin::minimum},
                                  {"pow", keratin::pow},
                                  {"equal", keratin::equal},
                                  {"not_equal", keratin::not_equal},
                                  {"less", keratin::less},
                                  {"less_equal", keratin::less_equal},
                                  {"greater", keratin::greater},
                                  {"greater_equal", keratin::greater_equal}})
        calls.push_back({name, [f = f](Arguments& a) {
                             const Tensor x = a.tensor();
                             const Tensor y = a.partner(x);
                             return a.coin() ? f(x, y) : f(y, x);
                         }});
    for (const auto& [name, f] :
         {Case{"logical_and", keratin::logical_and}, {"logical_or", keratin::logical_or}})
        calls.push_back({name, [f = f](Arguments& a) {
                             const Shape shape = a.shape();
                             return f(a.bools(shape), a.bools(a.part_of(shape)));
                         }});
    calls.push_back({"where", [](Arguments& a) {
                         const Tensor x = a.tensor();
                         return keratin::where(a.bools(a.part_of(x.shape())), x, a.partner(x));
                     }});
}

inline void add_scalar_calls(Calls& calls) {
    using keratin::Scalar;
    struct Case {
        const char* name;
        Tensor (*f)(const Tensor&, Scalar);
    };
    for (const auto& [name, f] :
         {Case{"add a number", keratin::add}, {"multiply by a number", keratin::multiply},
          {"maximum with a number", keratin::maximum}, {"minimum with a number", keratin::minimum},
          {"pow of a number", keratin::pow}, {"subtract a number", keratin::operator-},
          {"divide by a number", keratin::operator/}, {"equal to a number", keratin::operator==},
          {"less than a number", keratin::operator<}})
        calls.push_back({name, [f = f](Arguments& a) { return f(a.tensor(), a.scalar()); }});
    calls.push_back({"a number minus", [](Arguments& a) { return a.scalar() - a.tensor(); }});
    calls.push_back({"a number divided", [](Arguments& a) { return a.scalar() / a.tensor(); }});
    calls.push_back(
        {"a number to the power", [](Arguments& a) { return keratin::pow(a.scalar(), a.tensor()); }});
    calls.push_back(
        {"affine", [](Arguments& a) { return keratin::affine(a.tensor(), a.scalar(), a.scalar()); }});
    calls.push_back({"clip", [](Arguments& a) { return keratin::clip(a.tensor(), a.scalar(), a.scalar()); }});
}

inline void add_unary_calls(Calls& calls) {
    using Unary = Tensor (*)(const Tensor&);
    struct Case {
        const char* name;
        Unary f;
    };
    for (const auto& [name, f] :
         {Case{"negative", keratin::operator-}, {"exp", keratin::exp}, {"log", keratin::log},
          {"log1p", keratin::log1p}, {"expm1", keratin::expm1}, {"sqrt", keratin::sqrt},
          {"rsqrt", keratin::rsqrt}, {"square", keratin::square}, {"abs", keratin::abs},
          {"sign", keratin::sign}, {"reciprocal", keratin::reciprocal}, {"tanh", keratin::tanh},
          {"sigmoid", keratin::sigmoid}, {"sin", keratin::sin}, {"cos", keratin::cos},
          {"floor", keratin::floor}, {"ceil", keratin::ceil}, {"round", keratin::round},
          {"logical_not", keratin::logical_not}, {"is_finite", keratin::is_finite}})
        calls.push_back({name, [f = f](Arguments& a) { return f(a.tensor()); }});
    calls.push_back({"cast", [](Arguments& a) { return keratin::cast(a.tensor(), a.dtype()); }});
}

inline void add_elementwise_calls(Calls& calls) {
    add_binary_calls(calls);
    add_scalar_calls(calls);
    add_unary_calls(calls);
}

}  // namespace conformance
