#include "support/catch.hpp"

#include "io/elements.hpp"
#include "io/npy.hpp"
#include "support/failing_calls.hpp"
#include "support/files.hpp"

#include <keratin/core/random.hpp>

#include <limits>

using namespace keratin;

namespace {

std::string golden(const std::string& name) {
    return test::golden_file("formats/" + name);
}

bool same_bits(const Tensor& a, const Tensor& b) {
    const io::Piece x = io::piece_of(a);
    const io::Piece y = io::piece_of(b);
    return a.shape() == b.shape() && a.dtype() == b.dtype() &&
           std::equal(x.begin(), x.end(), y.begin(), y.end());
}

/// What tests/golden/formats.py gave NumPy.
io::NamedTensors numpys() {
    const std::vector<uint8_t> six = {0, 1, 2, 3, 4, 5};
    return {
        {"float32",
         Tensor::from({1.5f, -2.0f, 3.25f, 0.0f, std::numeric_limits<float>::infinity(), 1e-40f}, {2, 3})},
        {"float64", Tensor::from({1.0 / 3, -1e300})},
        {"float16", convert(Tensor::from({1.5f, -65504.0f}, {2, 1}), float16)},
        {"int32", Tensor::from({std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()})},
        {"int64", Tensor::from({std::numeric_limits<int64_t>::min()}, {})},
        {"uint8", Tensor::from(six, {1, 2, 3})},
        {"bool", Tensor::from(std::vector<bool>{true, false, true})},
        {"empty", zeros({0, 4})}};
}

}  // namespace

TEST_CASE("Arrays of every dtype are read as NumPy wrote them, and written as NumPy does",
          "[io][npy][malformed]") {
    const test::TemporaryDirectory directory;
    for (const auto& [name, tensor] : numpys()) {
        INFO(name);
        CHECK(same_bits(io::load_npy(golden(name + ".npy")), tensor));
        io::save_npy(directory.file(name), tensor);
        CHECK(test::read_file(directory.file(name)) == test::read_file(golden(name + ".npy")));
    }
    const std::vector<std::pair<const char*, Shape>> others = {
        {"long_header.npy", {1, 1, 1, 1, 1, 1, 1, 1}},
        {"longer_header.npy", {0, 1234567, 1, 123456, 1, 1, 1, 1}}};
    for (const auto& [name, shape] : others) {
        INFO(name);
        io::save_npy(directory.file(name), zeros(shape, uint8));
        CHECK(test::read_file(directory.file(name)) == test::read_file(golden(name)));
    }
}

TEST_CASE("Versions 1, 2 and 3, big-endian numbers and Fortran's order are read", "[io][npy]") {
    const Tensor int32s = numpys()[3].second;
    CHECK(same_bits(io::load_npy(golden("version2.npy")), int32s));
    CHECK(same_bits(io::load_npy(golden("version3.npy")), int32s));
    CHECK(same_bits(io::load_npy(golden("big_endian.npy")),
                    Tensor::from({0.f, 1.f, 2.f, 3.f, 4.f, 5.f}, {2, 3})));
    CHECK(same_bits(io::load_npy(golden("fortran.npy")), arange(0, 24, 1, float64).view({2, 3, 4})));
    CHECK(same_bits(io::load_npy(golden("fortran_big_endian.npy")), arange(0, 6, 1, int64).view({3, 2})));
}

TEST_CASE("Archives of NumPy are read in their order, and so are ours", "[io][npy][npz]") {
    const auto check = [](const io::NamedTensors& read, const io::NamedTensors& expected) {
        REQUIRE(read.size() == expected.size());
        for (size_t i = 0; i < read.size(); ++i) {
            CHECK(read[i].first == expected[i].first);
            CHECK(same_bits(read[i].second, expected[i].second));
        }
    };
    check(io::load_npz(golden("stored.npz")), numpys());
    check(io::load_npz(golden("compressed.npz")), {{"a", zeros({40, 50})}, {"b", numpys()[3].second}});
    CHECK_THROWS_AS(io::load_npz(golden("compressed.npz"), {.unpacked_bytes = 8000}), FormatError);

    const test::TemporaryDirectory directory;
    io::save_npz(directory.file("x"), numpys());
    check(io::load_npz(directory.file("x")), numpys());
    const io::NamedTensors large = {{"layer/kernel", zeros({500, 500})},
                                    {"noise", random::normal({500}, {.seed = 1})}};
    io::save_npz(directory.file("x"), large, {.compressed = true});
    check(io::load_npz(directory.file("x")), large);
    CHECK(test::read_file(directory.file("x")).size() < 5000);
    CHECK(directory.count() == 1);
}

TEST_CASE("What NumPy cannot hold is not written, and nothing is left behind", "[io][npy][errors]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x");
    CHECK_THROWS_MATCHES(
        io::save_npy(path, zeros({2}, bfloat16)), DTypeError,
        Message("save_npy: the tensor is bfloat16, which NumPy does not have; cast it to float32, "
                "or use save_safetensors()"));
    CHECK_THROWS_MATCHES(io::save_npz(path, {{"a", zeros({2})}, {"b", Tensor()}}), ValueError,
                         Message("save_npz: the tensor \"b\" is undefined"));
    CHECK_THROWS_MATCHES(io::save_npz(path, {{"a", zeros({2})}, {"a", zeros({2})}}), ValueError,
                         Message("zip: the name \"a.npy\" is given twice; names must be unique"));
    CHECK_THROWS_AS(io::save_npz(path, {{"../a", zeros({2})}}), ValueError);
    CHECK_THROWS_AS(io::load_npy(path), IoError);
    CHECK(directory.count() == 0);
}

TEST_CASE("Whichever call fails, an archive is the old one or the new one", "[io][npy][npz][errors]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x.npz");
    CHECK(test::check_failing_saves(path, [&] { io::save_npz(path, numpys()); }) >= 100);
}
