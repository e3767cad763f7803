#include "support/catch.hpp"

#include "support/files.hpp"

#include "io/file.hpp"
#include "io/hdf5/reader.hpp"
#include "io/hdf5/writer.hpp"

#include <cstdlib>
#include <cstring>

using namespace keratin;
namespace hdf5 = keratin::io::hdf5;

namespace {

void write_file(const std::string& path, const hdf5::NewGroup& root) {
    const hdf5::Image image = hdf5::write(root);
    io::AtomicFile file(path);
    uint64_t written = 0;
    for (const auto piece : image.pieces()) {
        file.write(piece.data(), piece.size());
        written += piece.size();
    }
    file.commit();
    CHECK(image.size() == written);
}

hdf5::Reader read_file(const std::string& path) {
    return hdf5::Reader(std::make_shared<io::InputFile>(path));
}

constexpr DType every_dtype[] = {float32, float64, float16, bfloat16, int32, int64, uint8, bool_};

/// 0, 1, 2... below 100, which tests/golden/check_hdf5.py knows as well; of bool: false, true, true...
Tensor counted(const Shape& shape, DType dtype = float32) {
    std::vector<double> values(static_cast<size_t>(shape.size()));
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 100);
    return convert(Tensor::from(values, shape), dtype);
}

hdf5::NewGroup every_kind() {
    hdf5::NewGroup root;
    root.attributes = {{"text", "grüße"},
                       {"empty", ""},
                       {"long", std::string(10000, 'x')},
                       {"texts", std::vector<std::string>{"conv2d/kernel:0", "b", ""}},
                       {"no texts", std::vector<std::string>{}},
                       {"number", Tensor::scalar(2.5, float64)},
                       {"numbers", counted({2, 3}, int32)},
                       {"no numbers", zeros({0})}};
    for (const DType dtype : every_dtype) {
        hdf5::NewGroup& group = root.group(fmt::format("dtypes/{}", dtype));
        group.datasets["matrix"] = {counted({3, 4}, dtype)};
        group.datasets["scalar"] = {convert(Tensor::scalar(1), dtype)};
        group.datasets["empty"] = {zeros({0, 3}, dtype)};
    }
    root.datasets["x"] = {counted({17, 33}), {{"units", "none"}}};
    root.group("empty");
    return root;
}

/// As many datasets as take a B-tree of several levels.
hdf5::NewGroup many(int64_t count) {
    hdf5::NewGroup root;
    for (int64_t i = 0; i < count; ++i)
        root.datasets[fmt::format("layer_{}", i)] = {Tensor::scalar(i, int64)};
    return root;
}

hdf5::NewGroup deep() {
    hdf5::NewGroup root;
    std::string path = "g";
    for (int i = 1; i < 64; ++i) path += "/g";
    root.group(path).datasets["x"] = {counted({2})};
    return root;
}

const std::vector<std::pair<std::string, hdf5::NewGroup>>& files() {
    static const std::vector<std::pair<std::string, hdf5::NewGroup>> all = {
        {"empty", {}},      {"every_kind", every_kind()}, {"8", many(8)},       {"9", many(9)},
        {"256", many(256)}, {"257", many(257)},           {"9000", many(9000)}, {"deep", deep()}};
    return all;
}

bool same_bytes(const Tensor& a, const Tensor& b) {
    const size_t bytes = static_cast<size_t>(a.size()) * size_of(a.dtype());
    return a.shape() == b.shape() && a.dtype() == b.dtype() &&
           (bytes == 0 || std::memcmp(a.raw(), b.raw(), bytes) == 0);
}

bool same(const hdf5::Attributes& read, const hdf5::Attributes& written) {
    return std::equal(read.begin(), read.end(), written.begin(), written.end(),
                      [](const auto& a, const auto& b) {
                          if (a.first != b.first || a.second.index() != b.second.index()) return false;
                          if (const auto* tensor = std::get_if<Tensor>(&a.second))
                              return same_bytes(*tensor, std::get<Tensor>(b.second));
                          if (const auto* text = std::get_if<std::string>(&a.second))
                              return *text == std::get<std::string>(b.second);
                          return std::get<1>(a.second) == std::get<1>(b.second);
                      });
}

void check_same(const hdf5::Reader& reader, const hdf5::Group& read, const hdf5::NewGroup& written) {
    CHECK(same(read.attributes, written.attributes));
    CHECK(read.datasets.size() == written.datasets.size());
    CHECK(read.groups.size() == written.groups.size());
    for (const auto& [name, dataset] : written.datasets) {
        INFO(name);
        const hdf5::Dataset* found = read.find_dataset(name);
        REQUIRE(found);
        REQUIRE(same_bytes(reader.read(*found), dataset.tensor));
        hdf5::Attributes attributes = dataset.attributes;
        if (dataset.tensor.dtype() == bfloat16) attributes["dtype"] = "bfloat16";
        REQUIRE(same(found->attributes, attributes));
    }
    for (const auto& [name, group] : written.groups) {
        const hdf5::Group* found = read.find_group(name);
        REQUIRE(found);
        check_same(reader, *found, group);
    }
}

}  // namespace

TEST_CASE("What is written to HDF5 reads back the same", "[io][hdf5]") {
    const test::TemporaryDirectory directory;
    for (const auto& [name, root] : files()) {
        INFO(name);
        write_file(directory.file(name), root);
        const hdf5::Reader reader = read_file(directory.file(name));
        check_same(reader, reader.root(), root);
    }
}

TEST_CASE("Tensors are written from their own memory", "[io][hdf5]") {
    hdf5::NewGroup root;
    const Tensor x = counted({1000});
    root.group("a/b").datasets["x"] = {x};
    const hdf5::Image image = hdf5::write(root);
    const auto pieces = image.pieces();
    REQUIRE(pieces.size() == 3);
    CHECK(static_cast<const void*>(pieces[1].data()) == x.raw());
    CHECK(pieces[0].size() % 64 == 0);
}

TEST_CASE("What HDF5 cannot hold is refused before anything is written", "[io][hdf5][errors]") {
    const auto refused = [](const hdf5::NewGroup& root, const std::string& reason) {
        CHECK_THROWS_MATCHES(hdf5::write(root), ValueError,
                             Catch::Matchers::Predicate<ValueError>([&](const ValueError& error) {
                                 INFO(error.what());
                                 return std::string(error.what()).find(reason) != std::string::npos;
                             }));
    };
    for (const std::string& name :
         std::vector<std::string>{"", ".", "a/b", {"a\0b", 3}, std::string(1025, 'x')}) {
        hdf5::NewGroup root;
        root.datasets[name] = {zeros({1})};
        refused(root, "cannot be a name");
    }
    hdf5::NewGroup undefined;
    undefined.group("g").datasets["x"] = {};
    refused(undefined, "the tensor of \"/g/x\" is undefined");
    hdf5::NewGroup twice;
    twice.group("x");
    twice.datasets["x"] = {zeros({1})};
    refused(twice, "\"/x\" is to be a group and a dataset");
    hdf5::NewGroup large;
    large.attributes["a"] = zeros({16384});
    refused(large, "takes");
    hdf5::NewGroup deeper;
    deeper.groups["g"] = deep();
    refused(deeper, "lies more than 64 deep");
}

TEST_CASE("Writes files for tests/golden/check_hdf5.py into $KERATIN_HDF5_FOLDER", "[.write-hdf5]") {
    const char* folder = std::getenv("KERATIN_HDF5_FOLDER");
    REQUIRE(folder);
    for (const auto& [name, root] : files()) write_file(fmt::format("{}/{}.h5", folder, name), root);
}
