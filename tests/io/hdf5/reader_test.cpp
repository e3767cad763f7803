#include "support/catch.hpp"

#include "support/files.hpp"
#include "support/golden.hpp"

#include "io/file.hpp"
#include "io/hdf5/reader.hpp"

#include <algorithm>
#include <filesystem>

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

/// A file as make_hdf5.py describes it.
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
