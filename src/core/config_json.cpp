#include "core/config_json.hpp"

#include "core/json_events.hpp"

#include <keratin/core/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

namespace keratin {
namespace {

using Json = nlohmann::ordered_json;
constexpr size_t most_values = 500'000;  ///< of which one takes 40 bytes, where the text may have two

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
