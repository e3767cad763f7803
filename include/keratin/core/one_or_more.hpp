#pragma once

#include <concepts>
#include <initializer_list>
#include <utility>
#include <vector>

namespace keratin {

/// An argument that is one value or a list of them: f(a), f({a, b}).
template <class T>
class OneOrMore {
public:
    OneOrMore(T one) { values_.push_back(std::move(one)); }             // NOLINT: implicit by design
    OneOrMore(std::initializer_list<T> several) : values_(several) {}   // NOLINT
    OneOrMore(std::vector<T> several) : values_(std::move(several)) {}  // NOLINT

    const std::vector<T>& values() const& { return values_; }
    std::vector<T> values() && { return std::move(values_); }

private:
    std::vector<T> values_;
};

}  // namespace keratin
