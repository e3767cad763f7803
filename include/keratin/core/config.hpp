#pragma once

#include <keratin/core/export.hpp>
#include <keratin/core/padding.hpp>
#include <keratin/core/shape.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace keratin {

/// A value as JSON knows it: null, bool, integer, number, string, list, or an object whose members keep their
/// order. get_config() returns one, and the registries build objects from one.
class KERATIN_EXPORT Config {
public:
    using List = std::vector<Config>;
    using Member = std::pair<std::string, Config>;
    using Object = std::vector<Member>;

    Config() = default;  ///< null
    Config(std::nullptr_t) {}
    template <std::same_as<bool> B>
    Config(B value) : value_(value) {}
    template <std::integral I>
    requires(!std::same_as<I, bool>) Config(I value) : value_(static_cast<int64_t>(value)) {}
    template <std::floating_point F>
    Config(F value) : value_(static_cast<double>(value)) {}
    Config(const char* value) : value_(std::string(value)) {}
    Config(std::string_view value) : value_(std::string(value)) {}
    Config(std::string value) : value_(std::move(value)) {}
    Config(List list) : value_(std::move(list)) {}
    Config(const Size2& size);   ///< [height, width]
    Config(const Shape& shape);  ///< unknown extents become null
    static Config object(std::initializer_list<Member> members = {});
    static Config object(Object members);  ///< whose names differ

    bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    bool is_bool() const { return std::holds_alternative<bool>(value_); }
    bool is_integer() const { return std::holds_alternative<int64_t>(value_); }
    bool is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
    bool is_string() const { return std::holds_alternative<std::string>(value_); }
    bool is_list() const { return std::holds_alternative<List>(value_); }
    bool is_object() const { return std::holds_alternative<Object>(value_); }

    /// The value as a C++ type; throws ValueError naming what is there instead.
    bool as_bool() const;
    int64_t as_integer() const;
    double as_number() const;
    const std::string& as_string() const;
    const List& as_list() const;
    const Object& members() const;
    Size2 as_size2() const;  ///< a number or a list of two
    Shape as_shape() const;

    /// A member of an object; throws ValueError listing the members when there is no such one.
    const Config& operator[](std::string_view key) const;
    const Config* find(std::string_view key) const;  ///< null when absent
    /// Adds a member or replaces its value.
    Config& set(std::string key, Config value);
    Config& append(Config value);  ///< to a list

    /// Objects are equal whatever the order of their members; 1 equals 1.0.
    friend KERATIN_EXPORT bool operator==(const Config& a, const Config& b);

    std::string to_json(int indent = -1) const;
    /// Throws FormatError with the position when the text is not JSON, or nested deeper than 64 levels.
    static Config from_json(std::string_view text);

private:
    std::variant<std::monostate, bool, int64_t, double, std::string, List, Object> value_;
};

}  // namespace keratin
