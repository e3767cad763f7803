#pragma once

#include <keratin/core/error.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <concepts>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace keratin {

/// An argument of compile() that may differ from output to output: one value, a list with one for each
/// output, or a list of output names with their values.
///
///     .loss = "mse"     .loss = {"mse", "mae"}     .loss = {{"size", "mse"}, {"kind", losses::Huber()}}
template <class T>
class PerOutput {
public:
    using Named = std::pair<std::string, T>;

    PerOutput() = default;  ///< nothing
    template <class U>
    requires(std::convertible_to<U, T> && !std::same_as<std::remove_cvref_t<U>, PerOutput>)
        PerOutput(U&& value)  // NOLINT: implicit by design
        : values_{{{}, T(std::forward<U>(value))}}, is_one_(true) {}
    PerOutput(std::initializer_list<T> in_order) {  // NOLINT
        for (const T& value : in_order) values_.emplace_back(std::string(), value);
    }
    PerOutput(std::initializer_list<Named> by_name) : values_(by_name) {}   // NOLINT
    PerOutput(std::vector<Named> by_name) : values_(std::move(by_name)) {}  // NOLINT

    bool empty() const { return values_.empty(); }
    bool is_one() const { return is_one_; }  ///< written as the value itself
    const std::vector<Named>& values() const { return values_; }

    /// One value for each output, `otherwise` for those that are not named. Throws ValueError, beginning with
    /// `owner`, for names that no output has and for another number of values.
    std::vector<T> for_outputs(const std::vector<std::string>& outputs, const T& otherwise,
                               const std::string& owner, const char* argument) const {
        std::vector<T> result(outputs.size(), otherwise);
        const bool by_name = std::any_of(values_.begin(), values_.end(),
                                         [](const Named& value) { return !value.first.empty(); });
        if (!by_name && !values_.empty() && values_.size() != outputs.size())
            fail<ValueError>(
                "{}: compile got {} values as {} for {} outputs; give one for each, or names ({})", owner,
                values_.size(), argument, outputs.size(), fmt::join(outputs, ", "));
        for (size_t i = 0; i < values_.size(); ++i) {
            const auto& [name, value] = values_[i];
            const auto found = std::find(outputs.begin(), outputs.end(), name);
            if (by_name && found == outputs.end())
                fail<ValueError>("{}: compile got {} for \"{}\"; the outputs are {}", owner, argument, name,
                                 fmt::join(outputs, ", "));
            result[by_name ? static_cast<size_t>(found - outputs.begin()) : i] = value;
        }
        return result;
    }

private:
    std::vector<Named> values_;  ///< names are empty when the values are in order
    bool is_one_ = false;
};

}  // namespace keratin
