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
                                      {"h", random::normal({3}, {.dtype = float16, .seed = 3})},
                                      {"bf", random::normal({3}, {.dtype = bfloat16, .seed = 4})},
                                      {"scalar", Tensor::scalar(3)},
                                      {"empty", zeros({0, 4})}};
    io::save_safetensors(path, tensors, {.metadata = {{"format", "keratin"}}});
    CHECK(directory.count() == 1);
    const bool map = GENERATE(false, true);
    const io::NamedTensors read = io::load_safetensors(path, {.map = map});
    CHECK(io::load_safetensors_metadata(path) == std::map<std::string, std::string>{{"format", "keratin"}});
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

TEST_CASE("A file of Hugging Face's is read, and written again as it was", "[io][safetensors]") {
    const std::string path = test::golden_file("formats/all.safetensors");
    const io::NamedTensors tensors = io::load_safetensors(path);
    const auto find = [&](const std::string& name) {
        for (const auto& [key, tensor] : tensors)
            if (key == name) return tensor;
        FAIL("no " << name);
        return Tensor();
    };
    CHECK(find("float64").data<double>()[1] == -1e300);
    CHECK(find("float32").at<float>({0, 2}) == 3.25f);
    CHECK(to_string(find("float16")) == "[[ 1.5000e+00]\n [-6.5504e+04]]");
    CHECK(to_string(convert(find("bfloat16"), float32)) == "[ 1.5 -3. ]");
    CHECK(find("int64").item<int64_t>() == std::numeric_limits<int64_t>::min());
    CHECK(find("int32").data<int32_t>()[1] == std::numeric_limits<int32_t>::max());
    CHECK(find("uint8").shape() == Shape{1, 2, 3});
    CHECK(to_string(find("bool")) == "[ True False  True]");
    CHECK(find("empty").shape() == Shape{0, 4});

    const test::TemporaryDirectory directory;
    io::save_safetensors(directory.file("x"), tensors, {.metadata = io::load_safetensors_metadata(path)});
    CHECK(test::read_file(directory.file("x")) == test::read_file(path));
}

TEST_CASE("Mapped tensors take no memory, outlive the file's name and do not write to it",
          "[io][safetensors]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.safetensors");
    io::save_safetensors(path, {{"u", ones({3}, uint8)}, {"a", ones({1000, 1000})}, {"b", full({7}, 2)}});
    const std::string content = test::read_file(path);
    const size_t before = memory_statistics().bytes_in_use;
    io::NamedTensors tensors = io::load_safetensors(path, {.map = true});
    CHECK(memory_statistics().bytes_in_use - before < 1000);
    Tensor b = tensors[2].second;
    b.mutable_data<float>()[0] = 5;  // a copy
    CHECK(test::read_file(path) == content);
    CHECK(tensors[2].second.data<float>()[0] == 2);
    const Tensor a = tensors[1].second;
    tensors.clear();
    std::filesystem::remove(path);
    CHECK(a.data<float>()[999'999] == 1);

    // Python's order may leave a tensor where its elements are not aligned: that one is copied.
    test::write_file(path, safetensors(R"({"u":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                       R"("f":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})",
                                       std::string("\7\0\0\x80\x3F", 5)));
    CHECK(io::load_safetensors(path, {.map = true})[1].second.item<float>() == 1);
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
    refused(safetensors("{\"a\":", ""), "the text is not JSON");
    refused(safetensors(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)"
                        R"("a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
                        ""),
            "the header has \"a\" twice");
    refused(safetensors("{\"a\":[[[[[[1]]]]]]}", ""), "needs dtype");
    refused(safetensors("{\"__metadata__\":{\"x\":1}}", ""),
            "__metadata__ must be an object of texts, and \"x\" is none");
    refused(safetensors("{\"__metadata__\":3}", ""), "__metadata__ must be an object of texts");
    refused(safetensors("{\"a\":3}", ""), "needs dtype, shape and data_offsets");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1])"), "1234"),
            "needs dtype, shape and data_offsets");
    refused(safetensors(entry(R"("dtype":"F8","shape":[4],"data_offsets":[0,4])"), "1234"), "dtype \"F8\"");
    refused(safetensors(entry(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])"), "1234"), "not negative");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1.5],"data_offsets":[0,4])"), "1234"),
            "whole numbers that");
    refused(safetensors(entry(R"("dtype":"F32","shape":"x","data_offsets":[0,4])"), "1234"),
            "shape must be a list");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4])"), "1234"),
            "at most 8 whole numbers");
    refused(
        safetensors(entry(R"("dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4])"), "1234"),
        "more than the file could hold");
    refused(safetensors(entry(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"), "1234"),
            "extent 2 is more than the file could hold");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1],"data_offsets":[4,0])"), "1234"),
            "do not hold 4 bytes");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1],"data_offsets":[0,4,8])"), "1234"),
            "data_offsets must be two whole numbers");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1],"data_offsets":[1,5])"), "12345"),
            "there is a hole");
    refused(safetensors(entry(R"("dtype":"F32","shape":[1],"data_offsets":[0,4])"), "12345"),
            "1 bytes follow");
    refused(safetensors(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                        R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
                        "123"),
            "tensors overlap");
    refused(safetensors(entry(R"("dtype":"BOOL","shape":[1],"data_offsets":[0,1])"), "\x02"),
            "a bool is 2, neither 0 nor 1");
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
