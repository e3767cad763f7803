#include <keratin/core/error.hpp>
#include <keratin/models/logs.hpp>

#include <algorithm>

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
    const Item* const found =
        std::find_if(begin(), end(), [&](const Item& item) { return item.first == name; });
    return found == end() ? nullptr : &found->second;
}

void Logs::set(const std::string& name, double value) {
    Item* const first = many_.empty() ? few_.data() : many_.data();
    Item* const last = first + size();
    Item* const place = std::find_if(first, last, [&](const Item& item) { return item.first >= name; });
    if (place != last && place->first == name) {
        place->second = value;
    } else if (many_.empty() && count_ < few_.size()) {
        *last = {name, value};
        std::rotate(place, last, last + 1);
        ++count_;
    } else {
        const auto index = place - first;
        if (many_.empty()) many_.assign(few_.begin(), few_.end());
        many_.insert(many_.begin() + index, {name, value});
    }
}

double Logs::operator[](std::string_view name) const {
    if (const double* value = find(name)) return *value;
    fail<ValueError>("Logs: no value is called \"{}\"; there are: {}", name, keys(*this));
}

const std::vector<double>& History::operator[](std::string_view name) const {
    const auto found = history.find(name);
    if (found != history.end()) return found->second;
    fail<ValueError>("History: no value is called \"{}\"; there are: {}", name, keys(history));
}

}  // namespace keratin
