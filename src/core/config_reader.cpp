#include "core/config_reader.hpp"

#include "core/unknown_class.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>

namespace keratin {
namespace {

const Config& no_members() {
    static const Config none = Config::object();
    return none;
}

/// What a member says that switches nothing on.
bool is_idle(const Config& value) {
    if (value.is_list()) return value.as_list().empty();
    if (value.is_object()) return value.members().empty();
    return value.is_null() || (value.is_bool() && !value.as_bool());
}

int64_t as(const Config& value, int64_t) {
    return value.as_integer();
}
double as(const Config& value, double) {
    return value.as_number();
}
std::string as(const Config& value, const std::string&) {
    return value.as_string();
}

template <class T>
std::vector<T> items(const Config& list) {
    std::vector<T> all;
    for (const Config& item : list.as_list()) all.push_back(as(item, T()));
    return all;
}

}  // namespace

ConfigReader::ConfigReader(const Config& config, std::string owner)
    : config_(config.is_null() ? no_members() : config), owner_(std::move(owner)) {
    if (!config_.is_object())
        fail<ValueError>("{}: its config is {}, an object was expected", owner_, config_.to_json());
}

const Config* ConfigReader::find(const char* key) {
    known_.emplace_back(key);
    const Config* value = config_.find(key);
    return value && !value->is_null() ? value : nullptr;
}

const Config& ConfigReader::require(const char* key) {
    if (const Config* value = find(key)) return *value;
    fail<ValueError>("{}: its config has no \"{}\", which must be given", owner_, key);
}

bool ConfigReader::flag(const char* key, bool otherwise) {
    const Config* value = find(key);
    return value ? at(key, [&] { return value->as_bool(); }) : otherwise;
}

int64_t ConfigReader::integer(const char* key, int64_t otherwise) {
    const Config* value = find(key);
    return value ? at(key, [&] { return value->as_integer(); }) : otherwise;
}

double ConfigReader::number(const char* key, double otherwise) {
    const Config* value = find(key);
    return value ? at(key, [&] { return value->as_number(); }) : otherwise;
}

std::string ConfigReader::text(const char* key, std::string otherwise) {
    const Config* value = find(key);
    return value ? at(key, [&] { return value->as_string(); }) : otherwise;
}

void ConfigReader::read(const char* key, std::optional<int64_t>& value) {
    if (const Config* given = find(key)) value = at(key, [&] { return given->as_integer(); });
}

void ConfigReader::read(const char* key, std::optional<double>& value) {
    if (const Config* given = find(key)) value = at(key, [&] { return given->as_number(); });
}

void ConfigReader::read(const char* key, std::vector<int64_t>& value) {
    if (const Config* given = find(key)) value = at(key, [&] { return items<int64_t>(*given); });
}

void ConfigReader::read(const char* key, std::vector<double>& value) {
    if (const Config* given = find(key)) value = at(key, [&] { return items<double>(*given); });
}

void ConfigReader::read(const char* key, std::vector<std::string>& value) {
    if (const Config* given = find(key)) value = at(key, [&] { return items<std::string>(*given); });
}

void ConfigReader::read(const char* key, OneOrMore<double>& value) {
    if (const Config* given = find(key))
        value = at(key, [&] {
            return given->is_list() ? OneOrMore<double>(items<double>(*given)) : given->as_number();
        });
}

std::optional<uint64_t> ConfigReader::seed(const char* key) {
    const Config* value = find(key);
    if (!value) return {};
    return at(key, [&]() -> std::optional<uint64_t> {
        const Config& number = value->is_object() ? (*value)["config"]["seed"] : *value;
        if (number.is_null()) return {};
        return static_cast<uint64_t>(number.as_integer());
    });
}

void ConfigReader::only(const char* key, const Config& accepted) {
    const Config* value = find(key);
    if (value && !(*value == accepted))
        fail<ValueError>("{}: its config has \"{}\": {}, keratin offers {} only", owner_, key,
                         value->to_json(), accepted.to_json());
}

void ConfigReader::finish() const {
    for (const auto& [key, value] : config_.members()) {
        if (std::find(known_.begin(), known_.end(), key) != known_.end() || is_idle(value)) continue;
        fail<ValueError>("{}: its config has \"{}\": {}, which is none of its arguments; leave it out",
                         owner_, key, value.to_json());
    }
}

void ConfigReader::wrong(const char* key, const char* why) const {
    throw_with_place(fmt::format("{}: \"{}\" in its config: {}", owner_, key, why));
}

}  // namespace keratin
