#pragma once

#include <keratin/core/config.hpp>

#include <algorithm>
#include <vector>

namespace keratin {

/// The members of an object by name, which is also the order in which Keras takes a dict apart.
inline std::vector<const Config::Member*> sorted_members(const Config& object) {
    std::vector<const Config::Member*> members;
    for (const Config::Member& member : object.members()) members.push_back(&member);
    std::sort(members.begin(), members.end(),
              [](const auto* one, const auto* other) { return one->first < other->first; });
    return members;
}

}  // namespace keratin
