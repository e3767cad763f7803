#include <keratin/core/config.hpp>

#include "core/config_error.hpp"
#include "core/sorted_members.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace keratin {
namespace {

/// A short picture of a value for messages.
std::string describe(const Config& config) {
    if (config.is_null()) return "null";
    if (config.is_list()) return fmt::format("a list of {}", config.as_list().size());
    if (config.is_object()) return fmt::format("an object of {} members", config.members().size());
    return config.to_json();
}

[[noreturn]] void wrong_kind(const Config& config, const char* expected) {
    fail<ConfigError>("Config: {} was expected, found {}", expected, describe(config));
}

}  // namespace

Config::Config(const Size2& size) : value_(List{size.height, size.width}) {}

Config::Config(const Shape& shape) {
    List extents;
    for (const int64_t extent : shape)
        extents.push_back(extent == Shape::unknown ? Config() : Config(extent));
    value_ = std::move(extents);
}

Config Config::object(std::initializer_list<Member> members) {
    Config config;
    for (const Member& member : members) config.set(member.first, member.second);
    if (config.is_null()) config.value_ = Object();
    return config;
}

Config Config::object(Object members) {
    Config config;
    config.value_ = std::move(members);
    return config;
}

bool Config::as_bool() const {
    if (!is_bool()) wrong_kind(*this, "true or false");
    return std::get<bool>(value_);
}

int64_t Config::as_integer() const {
    if (is_integer()) return std::get<int64_t>(value_);
    if (const double* number = std::get_if<double>(&value_)) {
        constexpr double limit = 9007199254740992.0;  // 2^53: every integer below is a double
        if (*number >= -limit && *number <= limit &&
            static_cast<double>(static_cast<int64_t>(*number)) == *number)
            return static_cast<int64_t>(*number);
    }
    wrong_kind(*this, "an integer");
}

double Config::as_number() const {
    if (is_integer()) return static_cast<double>(std::get<int64_t>(value_));
    if (!is_number()) wrong_kind(*this, "a number");
    return std::get<double>(value_);
}

const std::string& Config::as_string() const {
    if (!is_string()) wrong_kind(*this, "a string");
    return std::get<std::string>(value_);
}

const Config::List& Config::as_list() const {
    if (!is_list()) wrong_kind(*this, "a list");
    return std::get<List>(value_);
}

const Config::Object& Config::members() const {
    if (!is_object()) wrong_kind(*this, "an object");
    return std::get<Object>(value_);
}

Size2 Config::as_size2() const {
    if (is_number()) return as_integer();
    if (!is_list() || as_list().size() != 2) wrong_kind(*this, "a number or a list of two");
    return {as_list()[0].as_integer(), as_list()[1].as_integer()};
}

Shape Config::as_shape() const {
    std::vector<int64_t> extents;
    for (const Config& extent : as_list())
        extents.push_back(extent.is_null() ? Shape::unknown : extent.as_integer());
    return Shape(extents);
}

const Config* Config::find(std::string_view key) const {
    const Object& object = members();
    const auto found =
        std::find_if(object.begin(), object.end(), [&](const Member& m) { return m.first == key; });
    return found == object.end() ? nullptr : &found->second;
}

const Config& Config::operator[](std::string_view key) const {
    if (const Config* value = find(key)) return *value;
    std::string keys;
    for (const auto& [name, value] : members()) {
        if (keys.size() > 300) {
            keys += ", ...";
            break;
        }
        keys += (keys.empty() ? "" : ", ") + name;
    }
    fail<ConfigError>("Config: no member \"{}\"; there are: {}", key, keys.empty() ? "none" : keys);
}

Config& Config::set(std::string key, Config value) {
    if (is_null()) value_ = Object();
    if (!is_object()) wrong_kind(*this, "an object");
    Object& object = std::get<Object>(value_);
    for (auto& [name, old] : object)
        if (name == key) {
            old = std::move(value);
            return *this;
        }
    object.emplace_back(std::move(key), std::move(value));
    return *this;
}

Config& Config::append(Config value) {
    if (is_null()) value_ = List();
    if (!is_list()) wrong_kind(*this, "a list");
    std::get<List>(value_).push_back(std::move(value));
    return *this;
}

bool operator==(const Config& a, const Config& b) {
    if (a.is_number() && b.is_number()) return a.as_number() == b.as_number();
    if (a.is_object() && b.is_object()) {
        const auto same = [](const Config::Member* one, const Config::Member* other) {
            return *one == *other;
        };
        const auto left = sorted_members(a), right = sorted_members(b);
        return std::equal(left.begin(), left.end(), right.begin(), right.end(), same);
    }
    return a.value_ == b.value_;
}

}  // namespace keratin
