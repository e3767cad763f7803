#pragma once

#include "io/hdf5/global_heap.hpp"
#include "io/hdf5/header.hpp"
#include "io/hdf5/layout.hpp"
#include "io/hdf5/tree.hpp"

#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace keratin::io::hdf5 {

/// What an object's header says.
struct Object {
    bool is_group = false;
    std::vector<std::pair<std::string, uint64_t>> links;  ///< of a group: names and addresses
    Attributes attributes;
    std::unordered_set<std::string> attribute_names;  ///< also of those that are left out
    std::optional<Space> space;
    std::optional<Type> type;
    std::optional<LayoutMessage> message;  ///< of a dataset
    Layout layout;
    std::string unreadable;   ///< why a dataset cannot be read
    bool incomplete = false;  ///< for a part of it stands elsewhere

    /// Takes one of its messages.
    void take(const Message& message, File& file, GlobalHeap& heap);
};

}  // namespace keratin::io::hdf5
