#include "support/catch.hpp"

#include "io/bytes.hpp"
#include "io/zip.hpp"
#include "support/files.hpp"
#include "support/malformed.hpp"

#include <keratin/core/error.hpp>

#include <zlib.h>

using namespace keratin;

namespace {

void read_all(const std::string& bytes, const io::ReadLimits& limits = {}) {
    const io::ZipReader archive(io::source_of("x.zip", {bytes.begin(), bytes.end()}), limits);
    for (const std::string& name : archive.names()) archive.open(name)->text();
}

const test::Loader load = [](const std::string& bytes) { read_all(bytes); };

/// A record's fields, in little-endian order.
class Record {
public:
    Record& put(uint64_t value, size_t width) {
        std::vector<uint8_t> field;
        io::append_little_endian(field, value, width);
        bytes_.append(field.begin(), field.end());
        return *this;
    }
    Record& put(const std::string& text) {
        bytes_ += text;
        return *this;
    }
    const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

/// What an attacker may say of a member, with what its header and the directory say by itself.
struct Member {
    std::string name = "a";
    std::string content = "abc";
    uint64_t method = 0;
    uint64_t flags = 0;
    uint64_t version = 20;
    uint64_t attributes = 0;
    std::optional<uint64_t> packed = {};
    std::optional<uint64_t> unpacked = {};
    std::optional<uint64_t> offset = {};
    std::optional<std::string> local_name = {};
    std::optional<uint64_t> crc = {};
    uint64_t disk = 0;
    std::string extra = {};
};

std::string common(const Member& m, const std::string& name) {
    const uint64_t crc = m.crc.value_or(
        crc32(0, reinterpret_cast<const Bytef*>(m.content.data()), static_cast<uInt>(m.content.size())));
    return Record()
        .put(m.version, 2)
        .put(m.flags, 2)
        .put(m.method, 2)
        .put(0, 4)
        .put(crc, 4)
        .put(m.packed.value_or(m.content.size()), 4)
        .put(m.unpacked.value_or(m.content.size()), 4)
        .put(name.size(), 2)
        .put(m.extra.size(), 2)
        .bytes();
}

struct End {
    std::optional<uint64_t> entries = {};
    std::optional<uint64_t> size = {};
    std::optional<uint64_t> begin = {};
    uint64_t disk = 0;
    std::string before = {};  ///< between the directory and the end record
};

std::string archive(const std::vector<Member>& members, const End& end = {}) {
    std::string bytes;
    std::string directory;
    for (const Member& m : members) {
        const std::string name = m.local_name.value_or(m.name);
        directory += Record()
                         .put(0x02014b50, 4)
                         .put(20, 2)
                         .put(common(m, m.name))
                         .put(0, 2)
                         .put(m.disk, 2)
                         .put(0, 2)
                         .put(m.attributes, 4)
                         .put(m.offset.value_or(bytes.size()), 4)
                         .put(m.name + m.extra)
                         .bytes();
        bytes += Record().put(0x04034b50, 4).put(common(m, name)).put(name + m.extra + m.content).bytes();
    }
    const uint64_t count = end.entries.value_or(members.size());
    return bytes + directory + end.before +
           Record()
               .put(0x06054b50, 4)
               .put(end.disk, 2)
               .put(end.disk, 2)
               .put(count, 2)
               .put(count, 2)
               .put(end.size.value_or(directory.size()), 4)
               .put(end.begin.value_or(bytes.size()), 4)
               .put(0, 2)
               .bytes();
}

std::string deflated(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

}  // namespace

TEST_CASE("Archives changed at random are refused or read, and nothing else", "[io][zip][malformed]") {
    size_t files = 0;
    for (const char* name : {"stored.zip", "deflated.zip", "streamed.zip"}) {
        INFO(name);
        const std::string valid = test::read_file(test::golden_file(std::string("formats/") + name));
        const test::MalformedReport report = test::check_malformed(valid, load, {.bits_of = 128});
        CHECK(report.refused > report.files / 2);
        files += report.files;
    }
    CHECK(files >= 4000);
}

TEST_CASE("Every trick with an archive is refused by name", "[io][zip][malformed]") {
    read_all(archive({{.name = "a"}, {.name = "b"}}));  // so the maker of them makes good ones
    const auto refused = [](const std::vector<Member>& members, const std::string& reason,
                            const End& end = {}) {
        test::check_refused(archive(members, end), load, reason);
    };
    SECTION("names") {
        refused({{.name = "/etc/passwd"}}, "is an absolute path");
        refused({{.name = "C:x"}}, "is an absolute path");
        refused({{.name = "a/../../b"}}, "leads out of the archive");
        refused({{.name = ".."}}, "leads out of the archive");
        refused({{.name = "a\\b"}}, "has a backslash");
        refused({{.name = std::string("a\0b", 3)}}, "has a control character");
        refused({{.name = ""}}, "is empty");
        refused({{.name = std::string(60'000, 'x')}}, "has more than 1024 bytes");
        refused({{}, {}}, "member \"a\" is there twice");
        refused({{.name = "a/"}}, "is a folder with content");
    }
    SECTION("kinds") {
        refused({{.attributes = 0120777u << 16}}, "is a symbolic link");
        refused({{.attributes = 0020777u << 16}}, "is no plain file");
        refused({{.flags = 1}}, "is encrypted");
        refused({{.method = 12}}, "is packed by method 12");
        refused({{.flags = 1 << 5}}, "is a patch");
        refused({{.version = 99}}, "needs version 9.9 of the format");
        refused({{.disk = 1}}, "is in another file");
        refused({{}}, "goes over several files", {.disk = 1});
    }
    SECTION("sizes") {
        refused({{.unpacked = 4}}, "a stored member has as many");
        refused({{.packed = 4000, .unpacked = 4000}}, "more than the file has");
        refused({{.packed = 5, .unpacked = 5}}, "overlaps what begins at byte");
        refused({{}, {.name = "b", .offset = 0, .local_name = "a"}}, "overlaps what begins at byte 0");
        refused({{.local_name = "b"}}, "the header of member \"a\" has another name than the directory");
        refused({{}, {.name = "b", .offset = 5000}}, "were expected here, and all ends at byte");
        refused({{.crc = 1}}, "its checksum is 0x352441c2, the archive's directory has 0x00000001");
        refused({{.packed = 0xFFFFFFFF}}, "its sizes of 64 bits are not there");
        refused({{.packed = 0xFFFFFFFF, .extra = std::string("\1\0\x09\0", 4)}},
                "its sizes of 64 bits are not there");
        refused({{.packed = 0xFFFFFFFF,
                  .unpacked = 0xFFFFFFFF,
                  .extra = Record().put(1, 2).put(16, 2).put(~uint64_t{0}, 8).put(~uint64_t{0}, 8).bytes()}},
                "more than the file has");
        refused({{}}, "4000 members are announced", {.entries = 4000});
        refused({{}, {.name = "b"}}, "follow the 1 announced members", {.entries = 1});
        refused({{}}, "must end at byte", {.begin = 3});
        refused({{}}, "must end at byte", {.size = 0x7FFFFFFF});
        refused({{}}, "speaks of a ZIP64 one that is not there", {.begin = 0xFFFFFFFF});
        const auto locator = [](uint64_t at) {
            return Record().put(0x07064b50, 4).put(0, 4).put(at, 8).put(1, 4).bytes();
        };
        refused({{}}, "which is no place for it", {.before = locator(~uint64_t{0} - 3)});
        refused({{}}, "a ZIP64 end record was expected here", {.before = locator(0)});
    }
    SECTION("members that share their bytes") {
        // Each header says that its extra field is as long as can be, so it holds those that follow.
        std::vector<Member> nested;
        for (int i = 0; i < 20'000; ++i) nested.push_back({.name = std::to_string(i), .content = ""});
        std::string chain = archive(nested);
        for (size_t at = 0; (at = chain.find("PK\x03\x04", at)) != chain.npos; at += 30)
            chain.replace(at + 28, 2, "\xFF\xFF");
        test::check_refused(chain, load, "overlaps what begins at byte");

        std::string bytes = archive({{.content = "abcd"}, {.content = "abcd"}});
        const size_t second = bytes.rfind("PK\x01\x02") + 42;
        bytes.replace(second, 4, 4, '\0');
        bytes[second + 4] = 'a';
        test::check_refused(bytes, load, "is there twice");
    }
    SECTION("bombs") {
        const std::string zeros(1'000'000, '\0');
        const std::string packed = deflated(zeros);
        const auto crc = crc32(0, reinterpret_cast<const Bytef*>(zeros.data()), 1'000'000);
        const Member honest{.content = packed, .method = 8, .unpacked = zeros.size(), .crc = crc};
        read_all(archive({honest}));
        CHECK_THROWS_AS(read_all(archive({honest}), {.unpacked_bytes = 999'999}), FormatError);
        Member lying = honest;
        lying.unpacked = 10;
        refused({lying}, "it unpacks to more than the 10 bytes");
        lying.unpacked = 1'000'001;
        refused({lying}, "it unpacks to 1000000 bytes, the archive's directory has 1000001");
        lying.unpacked = 1'040'000;
        refused({lying}, "deflating cannot gain so much");
        lying.content.pop_back();
        lying.unpacked = zeros.size();
        refused({lying}, "it is cut off");
        lying.content = packed + "more";
        refused({lying}, "other bytes follow");
        lying.content[0] = '\7';
        refused({lying}, "the packed data is damaged");
        // 300 MB in 300 KB, by Keras's rule; many such together, by ours.
        refused({{.content = std::string(300'000, 'x'), .method = 8, .unpacked = 300'000'000}},
                "is taken for a bomb");
        std::vector<Member> many;
        for (int i = 0; i < 10; ++i)
            many.push_back({.name = std::to_string(i),
                            .content = std::string(200'000, 'x'),
                            .method = 8,
                            .unpacked = 200'000'000});
        refused(many, "ReadLimits::unpacked_bytes allows 1073741824");
    }
    SECTION("what is no archive, or more than one") {
        test::check_refused("", load, "0 bytes are too few for a ZIP archive");
        test::check_refused(std::string(100, 'x'), load, "this is no ZIP archive");
        test::check_refused(archive({{}}) + "x", load, "this is no ZIP archive");
        test::check_refused("x" + archive({{}}), load, "must end at byte");
        test::check_refused(archive({{}}) + archive({{}}), load, "must end at byte");
    }
}
