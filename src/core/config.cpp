#include <keratin/core/config.hpp>

#include <keratin/core/error.hpp>

#include "core/config_json.hpp"
#include "core/json_events.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace keratin {
namespace {

using Json = nlohmann::ordered_json;
constexpr size_t most_values = 500'000;  ///< of which one takes 40 bytes, where the text may have two

/// A short picture of a value for messages.
std::string describe(const Config& config) {
    if (config.is_null()) return "null";
    if (config.is_list()) return fmt::format("a list of {}", config.as_list().size());
    if (config.is_object()) return fmt::format("an object of {} members", config.members().size());
    return config.to_json();
}

[[noreturn]] void wrong_kind(const Config& config, const char* expected) {
    fail<ValueError>("Config: {} was expected, found {}", expected, describe(config));
}

Json to_nlohmann(const Config& config) {
    if (config.is_bool()) return config.as_bool();
    if (config.is_integer()) return config.as_integer();
    if (config.is_number()) return config.as_number();
    if (config.is_string()) return config.as_string();
    if (config.is_list()) {
        Json list = Json::array();
        for (const Config& item : config.as_list()) list.push_back(to_nlohmann(item));
        return list;
    }
    if (config.is_object()) {
        Json object = Json::object();
        for (const auto& [key, value] : config.members()) object[key] = to_nlohmann(value);
        return object;
    }
    return nullptr;
}

/// Builds a Config from the parser's events.
class Reader : public JsonEvents {
public:
    void null() override { add(Config()); }
    void boolean(bool value) override { add(value); }
    void integer(int64_t value) override { add(value); }
    void number(double value) override { add(value); }
    void string(std::string value) override { add(std::move(value)); }
    void begin_object() override { open_.push_back({true, {}, {}}); }
    void begin_list() override { open_.push_back({false, {}, {}}); }
    void name(std::string name) override { open_.back().members.emplace_back(std::move(name), Config()); }
    void end_object() override {
        check_names(open_.back().members);
        close(Config::object(std::move(open_.back().members)));
    }
    void end_list() override { close(Config(std::move(open_.back().list))); }

    Config result() { return std::move(result_); }

private:
    struct Container {
        bool is_object;
        Config::Object members;
        Config::List list;
    };

    void close(Config done) {
        open_.pop_back();
        add(std::move(done));
    }
    void add(Config value) {
        if (++values_ > most_values) refuse(fmt::format("the JSON has more than {} values", most_values));
        if (open_.empty())
            result_ = std::move(value);
        else if (open_.back().is_object)
            open_.back().members.back().second = std::move(value);
        else
            open_.back().list.push_back(std::move(value));
    }
    void check_names(const Config::Object& members) const {
        std::vector<std::string_view> names;
        for (const auto& [name, value] : members) names.push_back(name);
        std::sort(names.begin(), names.end());
        const auto twice = std::adjacent_find(names.begin(), names.end());
        if (twice != names.end())
            refuse(fmt::format("the JSON names \"{}\" twice, in {}", twice->substr(0, 80), place()));
    }
    std::string place() const {
        std::string path = "$";
        for (size_t i = 0; i + 1 < open_.size(); ++i) {
            if (path.size() > 60) return path + "...";
            path += open_[i].is_object ? "." + open_[i].members.back().first.substr(0, 80) : "[]";
        }
        return path;
    }

    std::vector<Container> open_;
    size_t values_ = 0;
    Config result_;
};

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
    for (const auto& [name, value] : members()) keys += (keys.empty() ? "" : ", ") + name;
    fail<ValueError>("Config: no member \"{}\"; there are: {}", key, keys.empty() ? "none" : keys);
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
        if (a.members().size() != b.members().size()) return false;
        return std::all_of(a.members().begin(), a.members().end(), [&](const Config::Member& member) {
            const Config* other = b.find(member.first);
            return other && member.second == *other;
        });
    }
    return a.value_ == b.value_;
}

std::string Config::to_json(int indent) const {
    return to_nlohmann(*this).dump(indent, ' ', false, Json::error_handler_t::replace);
}

Config Config::from_json(std::string_view text) {
    return config_from_json(text, "");
}

std::string config_to_json(const Config& config, const std::string& owner) {
    std::vector<std::pair<const Config*, std::string>> waiting = {{&config, "$"}};
    while (!waiting.empty()) {
        const auto [value, place] = std::move(waiting.back());
        waiting.pop_back();
        if (value->is_list()) {
            for (size_t i = 0; i < value->as_list().size(); ++i)
                waiting.emplace_back(&value->as_list()[i], fmt::format("{}[{}]", place, i));
        } else if (value->is_object()) {
            for (const auto& [key, member] : value->members())
                waiting.emplace_back(&member, place + "." + key);
        } else if (value->is_number() && !std::isfinite(value->as_number())) {
            fail<ValueError>(
                "{}: its config has {} at {}, which JSON cannot hold; use a large number instead", owner,
                value->as_number(), place);
        }
    }
    return config.to_json();
}

Config config_from_json(std::string_view text, const std::string& file) {
    Reader reader;
    parse_json(text, file, 0, reader);
    return reader.result();
}

}  // namespace keratin
