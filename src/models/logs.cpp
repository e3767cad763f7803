#include <keratin/core/error.hpp>
#include <keratin/models/logs.hpp>

namespace keratin {
namespace {

template <class Map>
std::string keys(const Map& map) {
    std::string list;
    for (const auto& [key, value] : map) list += (list.empty() ? "" : ", ") + key;
    return list.empty() ? "none" : list;
}

}  // namespace

const double* Logs::find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

double Logs::operator[](std::string_view name) const {
    if (const double* value = find(name)) return *value;
    fail<ValueError>("Logs: no value is called \"{}\"; there are: {}", name, keys(values_));
}

const std::vector<double>& History::operator[](std::string_view name) const {
    const auto found = history.find(name);
    if (found != history.end()) return found->second;
    fail<ValueError>("History: no value is called \"{}\"; there are: {}", name, keys(history));
}

}  // namespace keratin
