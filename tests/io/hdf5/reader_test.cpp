#include "support/catch.hpp"

#include "support/files.hpp"
#include "support/golden.hpp"

#include "io/file.hpp"
#include "io/hdf5/reader.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

using namespace keratin;
namespace hdf5 = keratin::io::hdf5;

namespace {

using Json = nlohmann::json;

const std::string folder = KERATIN_SOURCE_DIR "/tests/golden/files/hdf5/";

hdf5::Reader open(const std::string& name, const io::ReadLimits& limits = {}) {
    return hdf5::Reader(std::make_shared<io::InputFile>(folder + name), limits);
}

Json described(const Tensor& x) {
    const Tensor numbers = convert(x, float64);
    const auto values = numbers.data<double>();
    return {{"shape", std::vector<int64_t>(x.shape().begin(), x.shape().end())},
            {"data", std::vector<double>(values.begin(), values.end())}};
}

Json described(const hdf5::Attribute& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) return *texts;
    return described(std::get<Tensor>(value));
}

/// A file as hdf5.py describes it.
struct Description {
    const hdf5::Reader& reader;
    Json found = {{"groups", Json::array()}, {"datasets", Json::object()}, {"attributes", Json::object()}};

    void attributes(const hdf5::Attributes& all, const std::string& at) {
        for (const auto& [name, value] : all) found["attributes"][at + "@" + name] = described(value);
    }
    void group(const hdf5::Group& group, const std::string& at) {
        attributes(group.attributes, at);
        found["groups"].push_back(at);
        const auto below = [&](const std::string& name) { return at.empty() ? name : at + "/" + name; };
        for (const auto& [name, dataset] : group.datasets) {
            CHECK(reader.root().find_dataset(below(name)) == dataset);
            attributes(dataset->attributes, below(name));
            found["datasets"][below(name)] = described(reader.read(*dataset));
        }
        for (const auto& [name, child] : group.groups) {
            CHECK(reader.root().find_group(below(name)) == child);
            this->group(*child, below(name));
        }
    }
};

}  // namespace

TEST_CASE("What h5py and Keras write reads as h5py reads it", "[io][hdf5]") {
    const Json all = golden::load("files/hdf5/expected.json");
    size_t files = 0;
    for (const auto& [name, content] : all.items()) {
        INFO(name);
        Json expected = content.is_string() ? all[content.get<std::string>()] : content;
        const hdf5::Reader reader = open(name);
        Description description{reader};
        description.group(reader.root(), "");
        for (Json* groups : {&expected["groups"], &description.found["groups"]})
            std::sort(groups->begin(), groups->end());
        for (const char* part : {"groups", "datasets", "attributes"}) {
            const Json difference = Json::diff(description.found[part], expected[part]);
            INFO(difference.dump().substr(0, 2000));
            CHECK(difference.empty());
        }
        ++files;
    }
    CHECK(files >= 20);
}

TEST_CASE("Chunks that an index lists in pages are found", "[io][hdf5]") {
    const hdf5::Reader reader = open("latest_far.h5");
    const Tensor x = reader.read(*reader.root().find_dataset("x"));
    REQUIRE(x.shape() == Shape{140000});
    const auto bytes = x.data<uint8_t>();
    CHECK(std::count(bytes.begin(), bytes.end() - 10, uint8_t{7}) == 139990);
    for (size_t i = 0; i < 10; ++i) CHECK(bytes[139990 + i] == 3 * i + 1);
}

TEST_CASE("Every stored type becomes the dtype that holds it", "[io][hdf5]") {
    const hdf5::Reader reader = open("numbers.h5");
    const auto dtype = [&](const std::string& name) { return reader.root().find_dataset(name)->dtype; };
    for (const auto& [name, expected] : std::vector<std::pair<std::string, DType>>{{"float16", float16},
                                                                                   {"float32_big", float32},
                                                                                   {"float64", float64},
                                                                                   {"int8", int32},
                                                                                   {"int16_big", int32},
                                                                                   {"int32", int32},
                                                                                   {"int64", int64},
                                                                                   {"uint8", uint8},
                                                                                   {"uint16", int32},
                                                                                   {"uint32", int64},
                                                                                   {"uint64", int64},
                                                                                   {"bool", bool_},
                                                                                   {"scalar", float32},
                                                                                   {"scalar_int", int64}}) {
        INFO(name);
        CHECK(dtype(name) == expected);
    }
    const hdf5::Reader half = open("keras_bfloat16.weights.h5");
    CHECK(half.root().find_dataset("layers/dense/vars/0")->dtype == bfloat16);
}

TEST_CASE("Paths lead to groups and datasets, or to nothing", "[io][hdf5]") {
    const hdf5::Reader reader = open("nested.h5");
    const hdf5::Group& root = reader.root();
    CHECK(root.find_group("") == &root);
    CHECK(root.find_group("a/b") == root.find_group("a")->find_group("b"));
    CHECK(root.find_dataset("same") == root.find_dataset("a/b/y"));
    CHECK(root.find_group("a/same group") == root.find_group("a/b/c"));
    CHECK(reader.path(*root.find_dataset("a/b/c/d/e/x")).ends_with("d/e/x"));
    for (const char* nowhere : {"x", "a/x", "a/b/y/z", "same", "/", "a//b"}) {
        INFO(nowhere);
        CHECK(root.find_group(nowhere) == nullptr);
    }
    CHECK(root.find_dataset("a/b") == nullptr);
    CHECK(root.find_dataset("") == nullptr);
}

TEST_CASE("Datasets are read into tensors that are there", "[io][hdf5]") {
    const hdf5::Reader reader = open("numbers.h5");
    const hdf5::Dataset& matrix = *reader.root().find_dataset("float32");
    const Tensor expected = reader.read(matrix);
    Tensor into = zeros({3, 4});
    const Tensor other = into;
    reader.read_into(matrix, into);
    CHECK(described(into) == described(expected));
    CHECK(described(other) == described(zeros({3, 4})));  // another handle on the same memory sees nothing
    Tensor wider = zeros({3, 4}, float64);
    reader.read_into(matrix, wider);
    CHECK(wider.dtype() == float64);
    CHECK(described(wider) == described(expected));
    Tensor wrong = zeros({4, 3});
    CHECK_THROWS_WITH(
        reader.read_into(matrix, wrong),
        Catch::Matchers::Contains("dataset \"float32\" has shape (3, 4), and (4, 3) is needed"));
}

TEST_CASE("What cannot be read is refused when it is asked for, and the rest is there",
          "[io][hdf5][errors]") {
    const hdf5::Reader reader = open("unreadable.h5");
    const std::vector<std::pair<std::string, std::string>> reasons = {
        {"texts", "it holds texts"},
        {"compound", "it holds compounds"},
        {"rank 9", "it has rank 9; at most 8 is read"},
        {"half the range", "it holds a number that int64 cannot"},
        {"lzf", "filter 32000, lzf"},
        {"of a type with a name", "is stored apart from it"},
        {"chunks of that type", "is stored apart from it"}};
    for (const auto& [name, reason] : reasons)
        CHECK_THROWS_WITH(reader.read(*reader.root().find_dataset(name)),
                          Catch::Matchers::Contains("dataset \"" + name + "\" cannot be read: ") &&
                              Catch::Matchers::Contains(reason));
    CHECK(reader.read(*reader.root().find_dataset("fine")).size() == 2);
    CHECK(reader.root().find_dataset("type") == nullptr);
}

TEST_CASE("One reader serves many threads", "[io][hdf5][threads]") {
    const hdf5::Reader reader = open("latest_chunked.h5");
    const Json expected = described(reader.read(*reader.root().find_dataset("all")));
    std::vector<std::thread> threads;
    std::atomic<int> same{0};
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 20; ++n)
                same += described(reader.read(*reader.root().find_dataset("all"))) == expected;
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(same == 80);
}
