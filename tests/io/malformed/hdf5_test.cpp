#include "support/catch.hpp"

#include "io/bytes.hpp"
#include "io/file.hpp"
#include "io/hdf5/checksum.hpp"
#include "io/hdf5/reader.hpp"
#include "io/hdf5/writer.hpp"
#include "support/files.hpp"
#include "support/malformed.hpp"

#include <keratin/io/tensor_file.hpp>

#include <filesystem>

using namespace keratin;
namespace hdf5 = keratin::io::hdf5;

namespace {

void read_all(const std::string& bytes, const io::ReadLimits& limits = {.unpacked_bytes = 1 << 20}) {
    const hdf5::Reader reader(io::source_of("x.h5", {bytes.begin(), bytes.end()}), limits);
    std::vector<const hdf5::Group*> waiting{&reader.root()};
    while (!waiting.empty()) {
        const hdf5::Group* group = waiting.back();
        waiting.pop_back();
        for (const auto& [name, dataset] : group->datasets)
            if (dataset->unreadable.empty()) reader.read(*dataset);
        for (const auto& [name, child] : group->groups) waiting.push_back(child);
    }
}

const test::Loader load = [](const std::string& bytes) { read_all(bytes); };
const test::Loader parse = [](const std::string& bytes) {
    hdf5::Reader(io::source_of("x.h5", {bytes.begin(), bytes.end()}));
};

std::string fixture(const std::string& name) {
    return test::read_file(KERATIN_SOURCE_DIR "/tests/golden/files/hdf5/" + name);
}

std::string number(uint64_t value, size_t width) {
    std::vector<uint8_t> field;
    io::append_little_endian(field, value, width);
    return {field.begin(), field.end()};
}

/// A file with `bytes` written over what stands `offset` bytes behind the n-th place of `text`.
std::string patched(std::string file, const std::string& text, size_t offset, const std::string& bytes,
                    int n = 0) {
    size_t at = file.find(text);
    while (n-- > 0) at = file.find(text, at + 1);
    REQUIRE(at != std::string::npos);
    return file.replace(at + offset, bytes.size(), bytes);
}

std::string checked(const std::string& bytes) {
    const std::vector<uint8_t> body(bytes.begin(), bytes.end());
    return bytes + number(hdf5::lookup3(body), 4);
}

std::string message(uint8_t type, const std::string& content, uint8_t flags = 0) {
    return number(type, 1) + number(content.size(), 2) + number(flags, 1) + content;
}

/// An object header of the newer kind.
std::string header(const std::string& messages) {
    return checked(std::string("OHDR\2\2", 6) + number(messages.size(), 4) + messages);
}

std::string link_to(const std::string& name, uint64_t address) {
    return message(6, std::string("\1\0", 2) + number(name.size(), 1) + name + number(address, 8));
}

constexpr size_t superblock_bytes = 48;

/// A file whose root's header comes right behind the superblock.
std::string file(const std::string& objects, uint8_t version = 2) {
    const uint64_t size = superblock_bytes + objects.size();
    return checked("\x89HDF\r\n\x1a\n" + number(version, 1) + std::string("\x8\x8\0", 3) + number(0, 8) +
                   number(hdf5::nowhere, 8) + number(size, 8) + number(superblock_bytes, 8)) +
           objects;
}

/// A dataset's messages: float32 of these extents, contiguous or whatever the layout says.
std::string space(const std::vector<uint64_t>& extents) {
    std::string content = number(2, 1) + number(extents.size(), 1) + std::string("\0\1", 2);
    for (const uint64_t extent : extents) content += number(extent, 8);
    return message(1, content);
}
const std::string float32_type =
    message(3, std::string("\x11\x20\x1f\0\4\0\0\0\0\0\x20\0\x17\x08\0\x17\x7f\0\0\0", 20));
std::string contiguous(uint64_t address, uint64_t bytes) {
    return message(8, std::string("\3\1", 2) + number(address, 8) + number(bytes, 8));
}

}  // namespace

TEST_CASE("HDF5 files cut off and changed at random are refused or load", "[io][malformed][hdf5]") {
    test::MalformedReport all;
    for (const std::string name :
         {"attributes", "chunked", "keras.weights", "links", "many_attributes", "nested", "user_block",
          "latest_numbers", "latest_attributes", "latest_chunked", "latest_links", "latest_many_attributes",
          "latest_nested", "latest_pages"}) {
        INFO(name);
        const test::MalformedReport report = test::check_malformed(
            fixture(name + ".h5"), load, {.bits_of = 96, .random = 150, .ends_at = 256});
        all.files += report.files;
        all.refused += report.refused;
    }
    CHECK(all.files > 15000);
    CHECK(all.refused > all.files / 3);
}

TEST_CASE("HDF5 files of a kind that Keras refuses are refused by name", "[io][malformed][hdf5]") {
    const std::vector<std::pair<std::string, std::string>> reasons = {
        {"soft_link", "\"soft\" is a soft link"},
        {"external_link", "\"external\" is an external link"},
        {"external_storage", "numbers are in other files"},
        {"virtual", "a virtual dataset"},
        {"circle", "its links lead in a circle"},
        {"deep", "groups lie more than 64 deep"},
        {"huge", "it looks like a trap"},
        {"bomb", "unpacks to more than 1048576"}};
    for (const auto& [name, reason] : reasons)
        for (const char* version : {"earliest", "latest"}) {
            const std::string path = "refused_" + name + "_" + version + ".h5";
            INFO(path);
            // External links came with the newer groups, and one file of great depth is enough.
            if (name == "deep" && version == std::string("earliest")) continue;
            test::check_refused(fixture(path), load, reason);
        }
}

TEST_CASE("HDF5 files made to hurt are refused", "[io][malformed][hdf5]") {
    const std::string nested = fixture("nested.h5");
    const std::string links = fixture("links.h5");
    const std::string eight(8, '\xff');

    test::check_refused("", load, "this is no HDF5 file");
    test::check_refused(std::string(5000, 'x'), load, "this is no HDF5 file");
    test::check_refused(patched(nested, "HDF", 7, "\4"), load, "a superblock of version 4");
    test::check_refused(file(header(""), 9), load, "a superblock of version 9");
    test::check_refused(file(header("")), load, "the root of the file is no group");
    test::check_refused(patched(nested, "HEAP", 24, number(1 << 20, 8)), load, "lies outside the file");
    test::check_refused(patched(nested, "HEAP", 8, number(uint64_t{1} << 62, 8)), load,
                        "lies outside the file");
    test::check_refused(patched(nested, "HEAP", 24, eight), load, "its address is undefined");
    // A node of the B-tree that is its own child, a level and a node that come twice.
    test::check_refused(patched(links, "TREE", 32, number(links.find("TREE"), 8)), load,
                        "under one of level");
    test::check_refused(patched(links, "TREE", 5, std::string("\0", 1)), load, "\"SNOD\" was expected");
    test::check_refused(patched(links, "TREE", 5, "\1", 1), load, "under one of level");
    const std::string node = links.substr(links.find("TREE") + 32, 8);
    test::check_refused(patched(links, "TREE", 48, node), load, "name");
    test::check_refused(patched(links, "SNOD", 8, number(1 << 30, 8)), load, "a name at byte");
    test::check_refused(patched(links, "SNOD", 6, "\xff\xff"), load, "lies outside the file");
}

TEST_CASE("HDF5 headers that lie are refused", "[io][malformed][hdf5]") {
    const uint64_t at = superblock_bytes;
    // A continuation of itself, and two that continue each other.
    test::check_refused(file(header(message(16, number(at, 8) + number(34, 8)))), load,
                        "continuation overlaps an object header");
    const std::string back = checked("OCHK" + message(16, number(at + 200, 8) + number(28, 8)));
    std::string twice = header(message(16, number(at + 200, 8) + number(back.size(), 8)));
    twice.resize(200);
    test::check_refused(file(twice + back), load, "overlaps");
    test::check_refused(file(header(message(200, "", 0x80))), load, "nobody may pass over it");
    test::check_refused(file(header(link_to("a", at) + link_to("a", at))), load, "has the name \"a\" twice");
    test::check_refused(file(header(link_to("a/b", at))), load, "its name is no name");
    test::check_refused(file(header(link_to("a", at))), load, "its links lead in a circle");
    test::check_refused(file(header(link_to("a", 1 << 20))), load, "lies outside the file");
    test::check_refused(file(header(link_to("a", 3))), load, "overlaps the superblock");
}

TEST_CASE("HDF5 datasets that lie are refused", "[io][malformed][hdf5]") {
    const uint64_t root_bytes = header(link_to("x", 0)).size();
    const auto with = [&](const std::string& messages) {
        return file(header(link_to("x", superblock_bytes + root_bytes)) + header(messages) +
                    std::string(64, '\0'));
    };
    const uint64_t big = uint64_t{1} << 40;
    test::check_refused(with(space({4}) + float32_type + contiguous(130, 12)), load,
                        "and 12 bytes are stored");
    test::check_refused(with(space({4}) + float32_type + contiguous(10, 16)), load, "overlaps");
    test::check_refused(with(space({4}) + float32_type + contiguous(big, 16)), load, "lies outside the file");
    test::check_refused(with(space({big}) + float32_type + contiguous(130, 4 * big)), load,
                        "lies outside the file");
    test::check_refused(with(space({big, big}) + float32_type + contiguous(130, 16)), load,
                        "beyond any memory");
    test::check_refused(with(space({0, big, big}) + float32_type + contiguous(130, 16)), load,
                        "beyond any memory");
    test::check_refused(with(space({big}) + float32_type + contiguous(hdf5::nowhere, 0)), load, "a trap");
    test::check_refused(with(space({1 << 20}) + float32_type + contiguous(hdf5::nowhere, 0)), load,
                        "unpacks to more than 1048576");
    test::check_refused(with(float32_type + contiguous(130, 16)), load, "without a dataspace");
    test::check_refused(with(space({4}) + contiguous(130, 16)), load, "without a datatype");
    test::check_refused(with(space(std::vector<uint64_t>(33, 1)) + float32_type + contiguous(130, 16)), load,
                        "of rank 33");
    const auto chunked = [](const std::vector<uint64_t>& extents, uint64_t address) {
        std::string content = std::string("\3\2", 2) + number(extents.size(), 1) + number(address, 8);
        for (const uint64_t extent : extents) content += number(extent, 4);
        return message(8, content);
    };
    test::check_refused(with(space({4}) + float32_type + chunked({0, 4}, hdf5::nowhere)), load,
                        "must be positive");
    test::check_refused(with(space({4}) + float32_type + chunked({4, 8}, hdf5::nowhere)), load, "do not fit");
    test::check_refused(with(space({4}) + float32_type + chunked({UINT32_MAX, 4}, hdf5::nowhere)), load,
                        "below 4 GiB");
    // Chunks, filters and indexes of the newer kind that say what cannot be.
    const auto newer = [](const std::string& index) {
        return message(8, std::string("\4\2\0\2\1\4\4", 7) + index);
    };
    test::check_refused(with(space({4}) + float32_type + newer("\7")), load,
                        "an index of chunks of the unknown kind 7");
    test::check_refused(with(space({big}) + float32_type + newer("\2" + number(130, 8))), load,
                        "chunks of 16 bytes in a row");
    test::check_refused(with(space({4}) + float32_type + newer("\1" + number(big, 8))), load,
                        "lies outside the file");
    test::check_refused(with(space({4}) + float32_type + message(11, std::string("\2\377", 2)) +
                             newer("\1" + number(130, 8))),
                        load, "255 filters");
}

TEST_CASE("HDF5 attributes that lie are refused", "[io][malformed][hdf5]") {
    const auto attribute = [](const std::string& type, const std::string& extents, const std::string& data) {
        const std::string name("a\0", 2);
        return file(
            header(message(2, std::string("\0\0", 2) + number(hdf5::nowhere, 8) + number(hdf5::nowhere, 8)) +
                   message(12, std::string("\3\0", 2) + number(name.size(), 2) + number(type.size(), 2) +
                                   number(extents.size(), 2) + std::string("\0", 1) + name + type + extents +
                                   data)));
    };
    const std::string vector = std::string("\2\1\0\1", 4);
    const std::string byte("\x10\0\0\0\1\0\0\0\0\0\x08\0", 12);
    const std::string text("\x19\1\0\0\x10\0\0\0\x10\0\0\0\1\0\0\0\0\0\x08\0", 20);
    test::check_refused(attribute(byte, vector + number(uint64_t{1} << 50, 8), "x"), load,
                        "bytes are left for it");
    test::check_refused(attribute(byte, vector + number(2, 8), "x"), load, "bytes are left for it");
    const auto reference = [](uint64_t length, uint64_t address, uint64_t object) {
        return number(length, 4) + number(address, 8) + number(object, 4);
    };
    test::check_refused(attribute(text, vector + number(1, 8), reference(3, 1 << 20, 1)), load,
                        "lies outside the file");
    test::check_refused(attribute(text, vector + number(1, 8), reference(3, 0, 1)), load,
                        "\"GCOL\" was expected");
}

TEST_CASE("HDF5 attributes that are there twice are refused, whatever they are", "[io][malformed][hdf5]") {
    const auto of_shared_type = [](const std::string& name) {  // so it is left out
        return message(12, std::string("\3\1", 2) + number(name.size(), 2) + number(0, 2) + number(0, 2) +
                               std::string("\0", 1) + name);
    };
    const std::string no_links =
        message(2, std::string("\0\0", 2) + number(hdf5::nowhere, 8) + number(hdf5::nowhere, 8));
    load(file(header(no_links + of_shared_type("a") + of_shared_type("b"))));
    test::check_refused(file(header(no_links + of_shared_type("a") + of_shared_type("a"))), load,
                        "the attribute \"a\" is there twice");

    // Two records of the index lead to the same one in the heap.
    std::string dense = fixture("latest_many_attributes.h5");
    const size_t leaf = dense.find("BTLF");
    REQUIRE(dense[leaf + 5] == 8);
    constexpr size_t record = 17;
    size_t bytes = 6 + 2 * record;
    while (dense.substr(leaf, bytes + 4) != checked(dense.substr(leaf, bytes))) bytes += record;
    dense.replace(leaf + 6 + record, record, dense.substr(leaf + 6, record));
    dense.replace(leaf, bytes + 4, checked(dense.substr(leaf, bytes)));
    test::check_refused(dense, load, "is named twice");
}

TEST_CASE("Many names, links and texts for few bytes are refused", "[io][malformed][hdf5]") {
    // Groups of which each has two links to the next: more ways than anyone can walk, and few groups.
    std::string ways;
    const size_t step = header(link_to("a", 0) + link_to("b", 0)).size();
    for (uint64_t i = 1; i <= 60; ++i)
        ways += header(link_to("a", superblock_bytes + i * step) + link_to("b", superblock_bytes + i * step));
    const std::string no_links =
        message(2, std::string("\0\0", 2) + number(hdf5::nowhere, 8) + number(hdf5::nowhere, 8));
    test::check_refused(file(ways + header(no_links)), load, "more than 100000 ways lead through its groups");

    // A chain of a hundred thousand.
    std::string chain;
    const size_t one = header(link_to("g", 0)).size();
    for (uint64_t i = 1; i <= 100'000; ++i) chain += header(link_to("g", superblock_bytes + i * one));
    test::check_refused(file(chain), parse, "groups lie more than 64 deep");

    // Texts that are one and the same: 4000 of 1 MB.
    std::string references;
    const std::string text("\x19\1\0\0\x10\0\0\0\x10\0\0\0\1\0\0\0\0\0\x08\0", 20);
    const size_t megabyte = 1 << 20;
    const auto with = [&](uint64_t heap) {
        references.clear();
        for (int i = 0; i < 4000; ++i) references += number(megabyte, 4) + number(heap, 8) + number(1, 4);
        return header(message(12, std::string("\3\0", 2) + number(2, 2) + number(text.size(), 2) +
                                      number(12, 2) + std::string("\0a\0", 3) + text +
                                      std::string("\2\1\0\1", 4) + number(4000, 8) + references));
    };
    const uint64_t heap = superblock_bytes + with(0).size();
    test::check_refused(file(with(heap) + "GCOL" + number(1, 4) + number(32 + megabyte, 8) + number(1, 2) +
                             number(0, 6) + number(megabyte, 8) + std::string(megabyte, 'x')),
                        parse, "takes more than");

    // Links to one dataset, 64 groups of long names deep: the paths together are a hundred times the file.
    std::string deep;
    const std::string name(250, 'n');
    const size_t group = header(link_to(name, 0)).size();
    for (uint64_t i = 1; i <= 60; ++i) deep += header(link_to(name, superblock_bytes + i * group));
    const auto last = [&](uint64_t dataset) {
        std::string all;
        for (int i = 0; i < 3000; ++i) all += link_to(std::to_string(i), dataset);
        return header(all);
    };
    const uint64_t dataset = superblock_bytes + deep.size() + last(0).size();
    const std::string paths =
        file(deep + last(dataset) + header(space({1}) + float32_type + contiguous(hdf5::nowhere, 0)));
    load(paths);
    const test::TemporaryDirectory directory;
    test::write_file(directory.file("x.h5"), paths);
    CHECK_THROWS_WITH(io::load_tensors(directory.file("x.h5")),
                      Catch::Contains("the paths of its datasets take more than"));
}
