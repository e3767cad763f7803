#include "io/matching_names.hpp"

#include <algorithm>
#include <map>
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

std::optional<std::vector<size_t>> matching_names(const std::vector<std::string>& paths,
                                                  const std::vector<std::string>& names) {
    std::unordered_map<std::string, size_t> places;
    for (size_t i = 0; i < names.size(); ++i) places.emplace(names[i], i);
    std::vector<size_t> result;
    for (const std::string& path : paths)
        if (const auto found = places.find(path); found != places.end()) result.push_back(found->second);
    if (result.size() == paths.size()) return result;
    result.resize(paths.size());
    const auto wanted = families(paths), there = families(names);
    for (const auto& [bare, members] : wanted) {
        const auto same = there.find(bare);
        if (same == there.end() || same->second.size() != members.size()) return std::nullopt;
        for (size_t i = 0; i < members.size(); ++i) result[members[i]] = same->second[i];
    }
    return result;
}

}  // namespace keratin::io
