#include "support/catch.hpp"

#include "io/bytes.hpp"
#include "io/zip.hpp"
#include "support/files.hpp"

#include <keratin/core/error.hpp>

using namespace keratin;

namespace {

const std::string fox = [] {
    std::string text;
    for (int i = 0; i < 50; ++i) text += "the quick brown fox ";
    return text;
}();

/// What Python's zipfile wrote.
std::string golden_path(const std::string& name) {
    return test::golden_file("formats/" + name);
}

io::ZipReader reader(const std::string& path, const io::ReadLimits& limits = {}) {
    return {std::make_shared<io::InputFile>(path), limits};
}

io::Piece piece(const std::string& text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("Archives of Python's zipfile are read: stored, deflated, streamed with ZIP64 sizes", "[io][zip]") {
    const io::ZipReader stored = reader(golden_path("stored.zip"));
    CHECK(stored.names() == std::vector<std::string>{"config.json", "assets/empty", "caf\u00e9.txt"});
    CHECK(stored.open("config.json")->text() == "{}");
    CHECK(stored.open("assets/empty")->text().empty());
    CHECK(stored.open("caf\u00e9.txt")->name() == golden_path("stored.zip") + ": caf\u00e9.txt");
    CHECK(stored.open("caf\u00e9.txt")->text() == fox);
    CHECK_FALSE(stored.has("config"));

    const io::ZipReader deflated = reader(golden_path("deflated.zip"));
    CHECK(deflated.names() == std::vector<std::string>{"assets/text"});  // the folder is none
    CHECK(deflated.open("assets/text")->text() == fox);
    CHECK(reader(golden_path("streamed.zip")).open("text")->text() == fox);

    CHECK_THROWS_MATCHES(
        stored.open("weights"), FormatError,
        Message(golden_path("stored.zip") + ": the archive has no member \"weights\"; it has 3 others"));
    CHECK_THROWS_AS(reader(golden_path("deflated.zip"), {.unpacked_bytes = fox.size() - 1}), FormatError);
}

TEST_CASE("The directory of a ZIP64 archive is found in front of the longest comment", "[io][zip]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.zip");
    io::AtomicFile file(path);
    io::ZipWriter writer(file);
    writer.add("text", std::vector{piece(fox)});
    writer.finish();
    file.commit();
    std::string archive = test::read_file(path);
    const std::string end = archive.substr(archive.size() - 22);
    archive.resize(archive.size() - 22);
    const uint64_t record = archive.size();
    const auto number = [&](const std::string& bytes, size_t at, size_t width) {
        return io::little_endian(reinterpret_cast<const uint8_t*>(&bytes[at]), width);
    };
    std::vector<uint8_t> added;
    io::append_little_endian(added, 0x06064b50, 4);  // the ZIP64 end record
    io::append_little_endian(added, 44, 8);
    io::append_little_endian(added, 45, 2 + 2);
    io::append_little_endian(added, 0, 4 + 4);
    for (const uint64_t value : {uint64_t{1}, uint64_t{1}, number(end, 12, 4), number(end, 16, 4)})
        io::append_little_endian(added, value, 8);
    io::append_little_endian(added, 0x07064b50, 4);  // its locator
    io::append_little_endian(added, 0, 4);
    io::append_little_endian(added, record, 8);
    io::append_little_endian(added, 1, 4);
    const std::string zip64(added.begin(), added.end());
    for (const uint64_t comment : {0u, 65'523u, 65'524u, 65'535u}) {
        std::string tail = end;
        tail[20] = static_cast<char>(comment & 0xFF);
        tail[21] = static_cast<char>(comment >> 8);
        test::write_file(path, archive + zip64 + tail + std::string(comment, ' '));
        CHECK(reader(path).open("text")->text() == fox);
    }
}

TEST_CASE("An archive is written as Python's zipfile writes it, byte for byte", "[io][zip]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.zip");
    io::AtomicFile file(path);
    io::ZipWriter writer(file);
    const std::string braces = "{}";
    const io::Piece halves[] = {piece(fox).first(7), piece(fox).subspan(7)};
    writer.add("config.json", std::vector{piece(braces)});
    writer.add("assets/empty", {});
    writer.add("caf\u00e9.txt", halves);
    CHECK_THROWS_MATCHES(writer.add("config.json", {}), ValueError,
                         Message("zip: the name \"config.json\" is given twice; names must be unique"));
    CHECK_THROWS_MATCHES(writer.add("../x", {}), ValueError,
                         Message("zip: the name \"../x\" leads out of the archive"));
    writer.finish();
    file.commit();
    CHECK(test::read_file(path) == test::read_file(golden_path("stored.zip")));
}

TEST_CASE("Deflated members come back, and so do more of them than 16 bits count", "[io][zip]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.zip");
    std::string noise;
    for (uint32_t i = 0, x = 1; i < 3'000'000; ++i)
        noise += static_cast<char>((x = x * 1664525 + 1013904223) >> 27);
    {
        io::AtomicFile file(path);
        io::ZipWriter writer(file);
        writer.add_deflated("noise", std::vector{piece(noise), piece(fox)});
        writer.add_deflated("empty", {});
        for (int i = 0; i < 66'000; ++i) writer.add(std::to_string(i), {});
        writer.finish();
        file.commit();
    }
    const io::ZipReader archive = reader(path);
    CHECK(archive.names().size() == 66'002);
    CHECK(archive.open("noise")->text() == noise + fox);
    CHECK(archive.open("empty")->text().empty());
    CHECK(archive.open("65999")->size() == 0);
}

TEST_CASE("A changed byte of a member is found by its checksum", "[io][zip][errors][malformed]") {
    for (const char* name : {"stored.zip", "deflated.zip", "streamed.zip"}) {
        INFO(name);
        std::string bytes = test::read_file(golden_path(name));
        bytes[bytes.size() / 2 - 40] ^= 1;
        const io::ZipReader archive(io::source_of("x", {bytes.begin(), bytes.end()}), {});
        CHECK_THROWS_AS(archive.open(archive.names().back()), FormatError);
    }
}
