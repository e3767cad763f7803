#include "io/hdf5/tree_reader.hpp"

#include "io/hdf5/header.hpp"
#include "io/hdf5/object.hpp"
#include "io/hdf5/superblock.hpp"

#include <algorithm>

namespace keratin::io::hdf5 {
namespace {

constexpr size_t deepest = 64;
constexpr size_t longest_name = 1024;
constexpr size_t most_ways = 100'000;  ///< for who lists all groups and sees some more than once

void require_name(const File& file, uint64_t address, const std::string& name) {
    const bool plain = !name.empty() && name.size() <= longest_name && name != "." &&
                       name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
    if (!plain)
        file.fail(address, "its name is no name: \"{}\" ({} characters)", name.substr(0, 40).c_str(),
                  name.size());
}

}  // namespace

struct TreeReader::Waiting {
    Group* parent;
    size_t parent_place;
    size_t depth;
    std::string name;
    uint64_t address;
};

TreeReader::TreeReader(Reader& reader, const ReadLimits& limits)
    : reader_(reader), limits_(limits), file_(*reader.source_), heap_(file_) {}

void TreeReader::read() {
    const uint64_t root = read_superblock(file_);
    reader_.base_ = file_.base();
    // A list, not a recursion: its depth is the file's.
    std::vector<Waiting> waiting{{nullptr, 0, 0, "", root}};
    while (!waiting.empty()) {
        const Waiting link = std::move(waiting.back());
        waiting.pop_back();
        follow(link, waiting);
    }
    if (group_linked_twice_) require_no_circles();
    file_.require_disjoint();
    reader_.structure_bytes_ = file_.spent();
}

void TreeReader::follow(const Waiting& link, std::vector<Waiting>& waiting) {
    if (link.parent) require_name(file_, link.address, link.name);
    const auto [known, is_new] = known_.try_emplace(link.address);
    if (is_new) known->second = read_object(link, waiting);
    const Known object = known->second;
    if (!link.parent) return;
    if (object.group && !is_new) group_linked_twice_ = true;
    const std::string* name = nullptr;
    const bool taken = link.parent->groups.contains(link.name) || link.parent->datasets.contains(link.name);
    if (taken) file_.fail(link.address, "a group has the name \"{}\" twice", link.name);
    if (object.group) name = &link.parent->groups.emplace(link.name, object.group).first->first;
    if (object.dataset) name = &link.parent->datasets.emplace(link.name, object.dataset).first->first;
    if (is_new && name) reader_.places_[object.place].name = name;
}

TreeReader::Known TreeReader::read_object(const Waiting& link, std::vector<Waiting>& waiting) {
    Object object;
    read_header(file_, link.address, [&](const Message& message) { object.take(message, file_, heap_); });
    const size_t place = reader_.places_.size();
    reader_.places_.push_back({link.parent_place, nullptr});
    Known known{nullptr, nullptr, place};
    if (object.message) {
        known.dataset = add_dataset(object, link, place);
    } else if (object.is_group) {
        if (link.depth > deepest)
            file_.fail(link.address, "groups lie more than {} deep in one another", deepest);
        file_.spend(sizeof(Group) + 128);
        Group& group = reader_.groups_.emplace_back();
        group.attributes = std::move(object.attributes);
        known.group = &group;
        for (auto& [name, address] : object.links)
            waiting.push_back({&group, place, link.depth + 1, std::move(name), address});
    }
    if (!link.parent && !known.group) file_.fail(link.address, "the root of the file is no group");
    return known;
}

const Dataset* TreeReader::add_dataset(Object& object, const Waiting& link, size_t place) {
    if (!object.space || !object.type)
        file_.fail(link.address, "\"{}\" is a dataset without {}", link.name,
                   object.space ? "a datatype" : "a dataspace");
    file_.spend(sizeof(Dataset) + 128 + object.layout.fill.size());
    Dataset& dataset = reader_.datasets_.emplace_back();
    dataset.place = place;
    dataset.attributes = std::move(object.attributes);
    dataset.type = *object.type;
    dataset.unreadable = std::move(object.unreadable);
    dataset.layout = std::move(object.layout);
    const auto stored_as = dataset.attributes.find("dtype");
    const std::string* name =
        stored_as == dataset.attributes.end() ? nullptr : std::get_if<std::string>(&stored_as->second);
    if (dataset.type.kind == Type::Kind::opaque && dataset.type.size == 2 && name && *name == "bfloat16")
        dataset.type = bfloat16_type();
    if (dataset.unreadable.empty() && !dataset.type.is_number())
        dataset.unreadable = fmt::format("it holds {}", dataset.type.is_text() ? "texts" : dataset.type.why);
    if (object.space->extents.size() > static_cast<size_t>(Shape::max_rank))
        dataset.unreadable =
            fmt::format("it has rank {}; at most {} is read", object.space->extents.size(), Shape::max_rank);
    else
        dataset.shape =
            Shape(std::vector<int64_t>(object.space->extents.begin(), object.space->extents.end()));
    dataset.dtype = dataset.type.dtype;
    if (!object.incomplete) lay_out(*object.message, *object.space, dataset, link);
    return &dataset;
}

void TreeReader::lay_out(LayoutMessage& message, const Space& space, Dataset& dataset, const Waiting& link) {
    Layout& layout = dataset.layout;
    layout.kind = message.kind;
    uint64_t bytes = 0;
    if (__builtin_mul_overflow(space.elements, dataset.type.size, &bytes))
        file_.fail(link.address, "\"{}\" has {} elements of {} bytes", link.name, space.elements,
                   dataset.type.size);
    if (!layout.fill.empty() && layout.fill.size() != dataset.type.size)
        file_.fail(link.address, "\"{}\" has elements of {} bytes and a fill value of {}", link.name,
                   dataset.type.size, layout.fill.size());
    const auto require_stored = [&](uint64_t stored) {
        if (stored < bytes)
            file_.fail(link.address, "\"{}\" has {} elements of {} bytes, and {} bytes are stored", link.name,
                       space.elements, dataset.type.size, stored);
    };
    switch (message.kind) {
        case Layout::Kind::compact:
            file_.spend(message.content.size());
            layout.content = std::move(message.content);
            require_stored(layout.content.size());
            break;
        case Layout::Kind::contiguous:
            layout.address = message.address;
            if (layout.address == nowhere) {
                unpack(link, bytes, 0);
            } else {
                require_stored(message.bytes);
                file_.claim(layout.address, message.bytes, "a dataset");
            }
            break;
        case Layout::Kind::chunked: {
            find_chunks(file_, message, space, dataset.type, layout);
            uint64_t stored = 0;
            for (const Chunk& chunk : layout.chunks) stored += chunk.bytes;
            uint64_t chunks = dataset.type.size * layout.chunks.size();
            for (const uint64_t extent : layout.chunk_extents)
                if (__builtin_mul_overflow(chunks, extent, &chunks)) chunks = nowhere;
            unpack(link, std::max(bytes, chunks), stored);
            break;
        }
    }
}

/// Counts bytes that come out of fewer.
void TreeReader::unpack(const Waiting& link, uint64_t bytes, uint64_t stored) {
    constexpr uint64_t free = uint64_t{4} << 30;  // these two are Keras's
    constexpr uint64_t most_times = 1000;
    if (bytes > free && bytes / most_times > stored)
        file_.fail(link.address, "\"{}\" has {} bytes, of which {} are stored: it looks like a trap",
                   link.name, bytes, stored);
    if (bytes > limits_.unpacked_bytes || (reader_.unpacked_bytes_ += bytes) > limits_.unpacked_bytes)
        file_.fail(
            link.address,
            "with \"{}\", of {} bytes, the file unpacks to more than {}; ReadLimits says how much may be",
            link.name, bytes, limits_.unpacked_bytes);
}

/// Where more than one link leads to a group: no way leads back to a group, and none is too long.
void TreeReader::require_no_circles() const {
    struct Visit {
        size_t height = 0;  ///< 0 while on the way
        size_t ways = 1;    ///< down from here
        std::map<std::string, const Group*>::const_iterator next;
    };
    std::unordered_map<const Group*, Visit> visits;
    std::vector<const Group*> way{&reader_.root()};
    visits[way.back()].next = way.back()->groups.begin();
    while (!way.empty()) {
        const Group& group = *way.back();
        Visit& visit = visits[&group];
        if (visit.next == group.groups.end()) {
            for (const auto& [name, child] : group.groups) {
                visit.height = std::max(visit.height, visits[child].height);
                visit.ways += visits[child].ways;
            }
            if (++visit.height > deepest + 1)
                throw FormatError(file_.name(), {},
                                  fmt::format("groups lie more than {} deep in one another", deepest));
            if (visit.ways > most_ways)
                throw FormatError(file_.name(), {},
                                  fmt::format("more than {} ways lead through its groups", most_ways));
            way.pop_back();
            continue;
        }
        const auto& [name, child] = *visit.next++;
        const auto [known, is_new] = visits.try_emplace(child);
        if (!is_new && known->second.height == 0)
            throw FormatError(
                file_.name(), {},
                fmt::format("the group \"{}\" contains itself: its links lead in a circle", name));
        if (!is_new) continue;
        known->second.next = child->groups.begin();
        way.push_back(child);
    }
}

}  // namespace keratin::io::hdf5
