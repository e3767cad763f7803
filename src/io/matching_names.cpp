#include "io/matching_names.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace keratin::io {
namespace {

/// A path without the numbers that its parts end in, and these: {"sequential/dense/kernel", {"1", "2", ""}}.
std::pair<std::string, std::vector<std::string>> counted(const std::string& path) {
    std::string bare;
    std::vector<std::string> numbers;
    for (size_t begin = 0; begin <= path.size();) {
        const size_t end = std::min(path.find('/', begin), path.size());
        size_t digits = end;
        while (digits > begin && path[digits - 1] >= '0' && path[digits - 1] <= '9') --digits;
        const bool is_counted = digits < end && digits > begin + 1 && path[digits - 1] == '_';
        bare.append(path, begin, (is_counted ? digits - 1 : end) - begin).push_back('/');
        numbers.push_back(is_counted ? path.substr(digits, end - digits) : "");
        begin = end + 1;
    }
    return {std::move(bare), std::move(numbers)};
}

bool counts_less(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(), [](const std::string& x, const std::string& y) {
            return x.size() != y.size() ? x.size() < y.size() : x < y;  // as numbers
        });
}

/// The places of the names that are equal but for numbers, in the order of these.
std::map<std::string, std::vector<size_t>> families(const std::vector<std::string>& names) {
    std::map<std::string, std::vector<std::pair<std::vector<std::string>, size_t>>> found;
    for (size_t i = 0; i < names.size(); ++i) {
        auto [bare, numbers] = counted(names[i]);
        found[std::move(bare)].emplace_back(std::move(numbers), i);
    }
    std::map<std::string, std::vector<size_t>> result;
    for (auto& [bare, members] : found) {
        std::stable_sort(members.begin(), members.end(),
                         [](const auto& a, const auto& b) { return counts_less(a.first, b.first); });
        for (const auto& [numbers, place] : members) result[bare].push_back(place);
    }
    return result;
}

}  // namespace

std::vector<std::optional<size_t>> matching_names(const std::vector<std::string>& paths,
                                                  const std::vector<std::string>& names) {
    std::unordered_map<std::string_view, size_t> places;
    for (size_t i = 0; i < names.size(); ++i) places.emplace(names[i], i);
    std::vector<std::optional<size_t>> same;
    for (const std::string& path : paths) {
        const auto found = places.find(path);
        same.push_back(found == places.end() ? std::nullopt : std::optional(found->second));
    }
    if (std::find(same.begin(), same.end(), std::nullopt) == same.end()) return same;
    std::vector<std::optional<size_t>> by_order(paths.size());
    const auto there = families(names);
    for (const auto& [bare, members] : families(paths)) {
        const auto family = there.find(bare);
        if (family == there.end() || family->second.size() != members.size()) return same;
        for (size_t i = 0; i < members.size(); ++i) by_order[members[i]] = family->second[i];
    }
    return by_order;
}

}  // namespace keratin::io
