#include "support/catch.hpp"

#include "support/files.hpp"

#include <keratin/core/random.hpp>
#include <keratin/io/safetensors.hpp>

#include <cstring>

using namespace keratin;

namespace {

/// A file from a header's text and data bytes.
std::string safetensors(const std::string& header, const std::string& data) {
    std::string bytes;
    for (size_t i = 0; i < 8; ++i) bytes += static_cast<char>(header.size() >> (8 * i));
    return bytes + header + data;
}

}  // namespace

TEST_CASE("Tensors of every dtype come back as they were written", "[io][safetensors]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.safetensors");
    const io::NamedTensors tensors = {{"conv/kernel", random::normal({3, 3, 1, 2}, {.seed = 1})},
                                      {"d", random::normal({5}, {.dtype = float64, .seed = 2})},
                                      {"i", Tensor::from({1, -2})},
                                      {"l", Tensor::from(std::vector<int64_t>{1, -2, 3}, {3, 1})},
                                      {"u", convert(Tensor::from({0, 255}), uint8)},
                                      {"b", Tensor::from(std::vector<bool>{true, false})},
                                      {"scalar", Tensor::scalar(3)},
                                      {"empty", zeros({0, 4})}};
    io::save_safetensors(path, tensors, {.metadata = {{"format", "keratin"}}});
    CHECK(directory.count() == 1);
    const io::NamedTensors read = io::load_safetensors(path);
    REQUIRE(read.size() == tensors.size());
    for (size_t i = 0; i < read.size(); ++i) {
        CHECK(read[i].first == tensors[i].first);
        const Tensor& a = read[i].second;
        const Tensor& b = tensors[i].second;
        CHECK(a.shape() == b.shape());
        CHECK(a.dtype() == b.dtype());
        CHECK(std::memcmp(a.raw(), b.raw(), static_cast<size_t>(a.size()) * size_of(a.dtype())) == 0);
    }
}

TEST_CASE("The layout is the format's: length, JSON, data", "[io][safetensors]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.safetensors");
    io::save_safetensors(path, {{"a", convert(Tensor::from({7, 9}), uint8)}});
    std::string header = R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    CHECK(test::read_file(path) == safetensors(header, "\x07\x09"));
}

TEST_CASE("Damaged safetensors files are refused with the reason", "[io][safetensors][errors][malformed]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.safetensors");
    const auto refused = [&](const std::string& content, const std::string& reason) {
        INFO(reason);
        test::write_file(path, content);
        CHECK_THROWS_MATCHES(io::load_safetensors(path), FormatError,
                             Catch::Matchers::Predicate<FormatError>([&](const FormatError& error) {
                                 const std::string text = error.what();
                                 return text.find(path) == 0 && text.find(reason) != std::string::npos;
                             }));
    };
    const auto entry = [](const std::string& body) { return "{\"a\":{" + body + "}}"; };
    refused("1234", "4 bytes are too few");
    refused(std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 8) + "{}", "the header is said to have");
    refused(safetensors("[]", ""), "the header must start with '{'");
    refused(safetensors("{\"a\":", ""), "the header is not JSON");
    refused(safetensors("{\"a\":{},\"a\":{}}", ""), "has the key \"a\" twice");
    refused(safetensors("{\"a\":[[[[[[1]]]]]]}", ""), "nested deeper");
    refused(safetensors("{\"__metadata__\":{\"x\":1}}", ""), "the value of \"x\" is no string");
    refused(safetensors("{\"__metadata__\":3}", ""), "__metadata__ must be an object");
    refused(safetensors("{\"a\":3}", ""), "needs dtype, shape and data_offsets");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1])"), "1234"),
            "needs dtype, shape and data_offsets");
    refused(safetensors(entry(R"("dtype":"F8","shape":[4],"data_offsets":[0,4])"), "1234"), "dtype \"F8\"");
    refused(safetensors(entry(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])"), "1234"), "not negative");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1.5],"data_offsets":[0,4])"), "1234"),
            "whole number");
    refused(safetensors(entry(R"("dtype":"F32","shape":"x","data_offsets":[0,4])"), "1234"),
            "shape must be a list");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4])"), "1234"),
            "at most 8 extents");
    refused(
        safetensors(entry(R"("dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4])"), "1234"),
        "more than the file could hold");
    refused(safetensors(entry(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"), "1234"),
            "do not hold 8 bytes");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1],"data_offsets":[4,0])"), "1234"),
            "do not hold 4 bytes");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1],"data_offsets":[0,4,8])"), "1234"), "two numbers");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1],"data_offsets":[1,5])"), "12345"),
            "there is a hole");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1],"data_offsets":[0,4])"), "12345"),
            "1 bytes follow");
    refused(safetensors(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                        R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
                        "123"),
            "tensors overlap");
    refused(safetensors(entry(R"("dtype":"BOOL","shape":[1],"data_offsets":[0,1])"), "\x02"),
            "neither 0 nor 1");
    CHECK_THROWS_AS(io::load_safetensors(directory.file("missing")), IoError);
    CHECK_THROWS_AS(io::load_safetensors(directory.path()), IoError);
}

TEST_CASE("Every truncation of a safetensors file is refused", "[io][safetensors][errors][malformed]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.safetensors");
    io::save_safetensors(path, {{"a", ones({3})}, {"b", ones({2, 2}, float64)}});
    const std::string whole = test::read_file(path);
    for (size_t length = 0; length < whole.size(); ++length) {
        test::write_file(path, whole.substr(0, length));
        INFO(length);
        CHECK_THROWS_AS(io::load_safetensors(path), FormatError);
    }
}

TEST_CASE("Nothing is left behind when a file cannot be saved", "[io][safetensors][errors][malformed]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.safetensors");
    io::save_safetensors(path, {{"a", ones({3})}});
    const std::string before = test::read_file(path);
    CHECK_THROWS_MATCHES(io::save_safetensors(path, {{"a", ones({1})}, {"a", ones({1})}}), ValueError,
                         Message("save_safetensors: the name \"a\" is given twice; names must be unique"));
    CHECK_THROWS_MATCHES(io::save_safetensors(path, {{"a", Tensor()}}), ValueError,
                         Message("save_safetensors: tensor \"a\" is undefined"));
    CHECK_THROWS_AS(io::save_safetensors(directory.file("none/x.safetensors"), {{"a", ones({1})}}), IoError);
    CHECK(test::read_file(path) == before);
    CHECK(directory.count() == 1);
}
