#include "support/catch.hpp"

#include "io/bytes.hpp"
#include "io/safetensors_header.hpp"
#include "support/files.hpp"
#include "support/malformed.hpp"

#include <keratin/io/safetensors.hpp>

using namespace keratin;

namespace {

const test::Loader load = [](const std::string& bytes) {
    const auto file = io::source_of("x", {bytes.begin(), bytes.end()});
    for (const auto& entry : io::read_safetensors_header(*file).entries)
        io::read_safetensors_tensor(*file, entry);
};

std::string safetensors(const std::string& header, const std::string& data = "") {
    std::vector<uint8_t> length;
    io::append_little_endian(length, header.size(), 8);
    return std::string(length.begin(), length.end()) + header + data;
}

}  // namespace

TEST_CASE("Tensors changed at random are refused or read", "[io][safetensors][malformed]") {
    const std::string valid = test::read_file(test::golden_file("formats/all.safetensors"));
    CHECK(test::check_malformed(valid, load, {.random = 1500}).files >= 4000);
    const auto through = test::through_file("x", [](const std::string& path) {
        for (const bool map : {false, true}) io::load_safetensors(path, {.map = map});
    });
    test::check_malformed(valid, through, {.bits_of = 40, .random = 50});
}

TEST_CASE("Every trick with a header of tensors is refused by name", "[io][safetensors][malformed]") {
    load(safetensors(R"({"a":{"dtype":"U8","shape":[0,72057594037927936],"data_offsets":[0,0]}})"));
    const auto refused = [](const std::string& header, const std::string& reason,
                            const std::string& data = "1234") {
        test::check_refused(safetensors(header, data), load, reason);
    };
    const auto entry = [](const std::string& body) { return "{\"a\":{" + body + "}}"; };
    SECTION("values where others belong") {
        refused("{\"a\":null}", "tensor \"a\" needs dtype, shape and data_offsets, and nothing else");
        refused("{\"a\":true}", "needs dtype");
        refused("{\"a\":[]}", "needs dtype");
        refused(entry(R"("dtype":{})"), "dtype must be a text");
        refused(entry(R"("dtype":"F32","dtype":"F32")"), "and nothing else");
        refused(entry(R"("shape":[[1]])"), "shape must be a list");
        refused(entry(R"("shape":[NaN])"), "the text is not JSON");
        refused(entry(R"("shape":[1e999])"), "the number 1e999 is beyond float64");
        refused(entry(R"("shape":[18446744073709551615])"), "whole numbers that are not negative");
        refused(entry(R"("data_offsets":[0])"), "data_offsets must be two whole numbers");
        refused(entry(R"("data_offsets":[0.0,4])"), "data_offsets must be two whole numbers");
        refused("{\"__metadata__\":{\"a\":{}}}",
                "__metadata__ must be an object of texts, and \"a\" is none");
        refused("{\"__metadata__\":{},\"__metadata__\":{}}", "has __metadata__ twice");
        refused("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", "__metadata__ has \"a\" twice");
        refused("{} {}", "the text is not JSON");
        refused("{\"\xFF\":{}}", "the text is not JSON");
    }
    SECTION("sizes") {
        refused(entry(R"("dtype":"F32","shape":[0,4611686018427387904,8],"data_offsets":[0,0])"),
                "is more than the file could hold");
        refused(entry(R"("dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0])"),
                "is more than the file could hold");
        refused(entry(R"("dtype":"U8","shape":[4],"data_offsets":[9223372036854775803,9223372036854775807])"),
                "do not hold 4 bytes");
        refused("{}", "4 bytes follow the last tensor");
    }
    SECTION("amounts") {
        refused("{\"a\":" + std::string(100'000, '['), "needs dtype");
        refused("{\"" + std::string(1'000'000, 'x') + "\":1}", "xxx...\" needs dtype");
        refused(entry("\"shape\":[" + std::string(1'000'000, '0')), "the text is not JSON");
        std::string many = "{";
        for (int i = 0; i <= 100'000; ++i)
            many += "\"" + std::to_string(i) + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},";
        many.back() = '}';
        refused(many, "the header has more than 100000 names", "");
        test::check_refused(std::string(8, '\x7F') + "{}", load, "the header is said to have");
    }
}
