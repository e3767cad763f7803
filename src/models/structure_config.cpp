#include "models/structure_config.hpp"

#include "core/sorted_members.hpp"

#include <keratin/core/error.hpp>

namespace keratin {
namespace {

bool is_origin(const Config& structure) {
    return structure.is_list() && !structure.as_list().empty() && structure.as_list().front().is_string();
}

void add_origins(const Config& structure, std::vector<Config>& origins) {
    if (is_origin(structure)) {
        origins.push_back(structure);
    } else if (structure.is_object()) {
        for (const auto* member : sorted_members(structure)) add_origins(member->second, origins);
    } else if (structure.is_list()) {
        for (const Config& item : structure.as_list()) add_origins(item, origins);
    } else {
        fail<ValueError>("[layer, call, output], or lists or dicts of such, was expected, found {}",
                         structure.to_json());
    }
}

}  // namespace

std::vector<Config> origins_in(const Config& structure) {
    std::vector<Config> origins;
    add_origins(structure, origins);
    return origins;
}

std::vector<std::string> dict_names_in(const Config& structure) {
    std::vector<std::string> names;
    if (!structure.is_object()) return names;
    for (const auto* member : sorted_members(structure)) {
        if (!is_origin(member->second)) return {};
        names.push_back(member->first);
    }
    return names;
}

}  // namespace keratin
