#include "io/hdf5/writer.hpp"
#include "io/keras/keras_cases.hpp"
#include "support/catch.hpp"
#include "support/failing_calls.hpp"
#include "support/files.hpp"
#include "support/golden_match.hpp"
#include "support/malformed.hpp"

#include <keratin/keratin.hpp>

#include <cerrno>
#include <filesystem>

/// Weights in several files; tests/golden/files/make_keras.py made those of Keras.
using namespace keratin;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

constexpr double gigabyte = 1 << 30;

Sequential small() {
    return Sequential(layers::InputLayer({4}), layers::Dense(8, {.activation = "relu"}), layers::Dense(2));
}

void write_shard(const std::string& path, const io::hdf5::NewGroup& root) {
    std::ofstream file(path, std::ios::binary);
    const io::hdf5::Image image = io::hdf5::write(root);
    for (const io::Piece piece : image.pieces())
        file.write(reinterpret_cast<const char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
}

/// The kernel and the bias of a Dense(2) on three numbers in shards of their own, and an index of any text.
class Made {
public:
    Made() {
        io::hdf5::NewGroup kernel, bias, both;
        kernel.group("layers/dense/vars").datasets["0"] = {ones({3, 2})};
        bias.group("layers/dense/vars").datasets["1"] = {ones({2})};
        both.group("layers/dense/vars").datasets = {{"0", {zeros({3, 2})}}, {"1", {zeros({2})}}};
        both.group("layers/more/vars").datasets["0"] = {zeros({1})};
        write_shard(dir_.file("w_00000.weights.h5"), kernel);
        write_shard(dir_.file("w_00001.weights.h5"), bias);
        write_shard(dir_.file("both.h5"), both);
        fs::create_symlink(dir_.file("w_00001.weights.h5"), dir_.file("link.h5"));
        fs::create_directory(dir_.file("inner"));
        fs::copy(dir_.file("w_00001.weights.h5"), dir_.file("inner/w.h5"));
        std::ofstream(dir_.file("text.h5")) << "no weights";
    }
    /// The Dense's output for ones; 4 is right.
    double load(const std::string& index, const LoadWeightsOptions& options = {}) {
        std::ofstream(dir_.file("w.weights.json"), std::ios::binary) << index;
        Sequential model(layers::InputLayer({3}), layers::Dense(2));
        const std::vector<Tensor> before = model.get_weights();
        try {
            model.load_weights(dir_.file("w.weights.json"), options);
        } catch (const Error&) {
            for (size_t i = 0; i < before.size(); ++i)
                if (!reduce_all(equal(model.get_weights()[i], before[i])).item<bool>())
                    FAIL_CHECK("a weight has changed");
            throw;
        }
        return model(ones({1, 3})).data<float>()[0];
    }
    std::string file(const std::string& name) const { return dir_.file(name); }

private:
    test::TemporaryDirectory dir_;
};

/// An index whose list of the Dense's shards is this.
std::string of_shards(const std::string& shards) {
    return R"({"metadata":{"total_size":32},"weight_map":{"/layers/dense/vars":)" + shards + "}}";
}

const std::string good = of_shards(R"(["w_00000.weights.h5","w_00001.weights.h5"])");

}  // namespace

TEST_CASE("Weights in shards come from Keras, with the optimizer's state", "[io][keras-file]") {
    for (const auto& entry : keras_cases()) {
        if (entry["name"] != "shards.weights.json") continue;
        LoadedModel model = load_model(keras_file("trained_adam.h5"));
        model.load_weights(keras_file("shards.weights.json"));
        CHECK(golden::mismatch(model.predict_all(keras_inputs(entry))[0], entry["outputs"][0], 1e-5, 1e-5) ==
              "");
        CHECK(model.optimizer().iterations() == 1);
        LoadedModel whole = load_model(keras_file("trained_adam.h5"));
        whole.load_weights(keras_file("small.weights.h5"));
        CHECK(training_step(model, 1) == training_step(whole, 1));
        CHECK(training_step(model, 2) == training_step(whole, 2));
        return;
    }
    FAIL("there is no such case");
}

TEST_CASE("Weights go into shards of a size, and come back", "[io][keras-file]") {
    const test::TemporaryDirectory dir;
    const std::string index = dir.file("a.weights.b.weights.json");
    Sequential model = small();
    model.compile({.optimizer = "adam", .loss = "mse"});
    const Tensor x = golden::scrambled({4, 4}, 1), y = golden::scrambled({4, 2}, 2);
    model.train_on_batch(x, y);
    model.save_weights(index, {.max_shard_size = 130 / gigabyte});
    const std::vector<Tensor> saved = model.get_weights();
    const double next = model.train_on_batch(x, y)["loss"];
    // The largest tensor, of 4 * 8 floats, fits into one; Keras leaves ".weights" out of the shards' names.
    CHECK(fs::exists(dir.file("a.b_00000.weights.h5")));
    CHECK(dir.count() > 4);
    model.load_weights(index);
    for (size_t i = 0; i < saved.size(); ++i)
        CHECK(reduce_all(equal(model.get_weights()[i], saved[i])).item<bool>());
    CHECK(model.train_on_batch(x, y)["loss"] == next);

    SECTION("one shard is enough where all fits in") {
        model.save_weights(dir.file("one.weights.json"), {.max_shard_size = 1});
        CHECK_FALSE(fs::exists(dir.file("one_00001.weights.h5")));
        CHECK_NOTHROW(small().load_weights(dir.file("one.weights.json"), {.skip_mismatch = true}));
    }
    SECTION("what does not go says why, and leaves no file behind") {
        const size_t files = dir.count();
        const auto says = [&](const std::string& file, const SaveOptions& options, const std::string& why) {
            CHECK_THROWS_WITH(model.save_weights(dir.file(file), options), Contains(why));
        };
        says("m.weights.json", {}, "m.weights.json without max_shard_size; weights in shards need both");
        says("m.weights.h5", {.max_shard_size = 1}, "m.weights.h5 with max_shard_size");
        says("m.weights.json", {.max_shard_size = 0}, "max_shard_size is 0; it must be positive");
        says("m.weights.json", {.max_shard_size = std::nan("")}, "it must be positive");
        says("m.weights.json", {.max_shard_size = 100 / gigabyte},
             "layers/dense/vars/0 has 128 bytes, and max_shard_size lets 100 be in one file");
        says("a.weights.b.weights.json", {.overwrite = false, .max_shard_size = 1}, "is there already");
        fs::remove(index);
        says("a.weights.b.weights.json", {.overwrite = false, .max_shard_size = 1},
             "a.b_00000.weights.h5: is there already");
        CHECK_THROWS_WITH(model.save(dir.file("m.keras"), {.max_shard_size = 1}),
                          Contains("a \".keras\" file has no shards"));
        CHECK(dir.count() == files - 1);
        Sequential many(layers::InputLayer({1}));
        for (int i = 0; i < 300; ++i) many.add(layers::Dense(1));
        CHECK_THROWS_WITH(many.save_weights(dir.file("m.weights.json"), {.max_shard_size = 4 / gigabyte}),
                          Contains("makes more than 512 files"));
    }
}

TEST_CASE("Whatever fails while shards are replaced, none of two models stand under one index",
          "[io][keras-file]") {
    const auto all = [](Sequential& model, float value) {
        for (const Variable& variable : model.variables()) variable.assign(full(variable.shape(), value));
    };
    Sequential model = small();
    const SaveOptions options{.max_shard_size = 200 / gigabyte};
    size_t failures = 0, without = 0;
    for (const char* call : {"open", "write", "fsync", "rename", "close"})
        for (int at = 1;; ++at) {
            const test::TemporaryDirectory dir;
            const std::string index = dir.file("w.weights.json");
            all(model, 1);
            model.save_weights(index, options);
            const size_t files = dir.count();
            all(model, 2);
            {
                const test::FailingCalls guard({.call = call, .at = at, .error = EIO});
                try {
                    model.save_weights(index, options);
                } catch (const IoError&) {
                }
                if (!guard.happened()) break;
            }
            INFO(call << " " << at);
            ++failures;
            CHECK(dir.count() <= files);  // nothing temporary
            if (!fs::exists(index)) {
                ++without;
                continue;
            }
            all(model, 3);
            model.load_weights(index);
            const float first = model.get_weights()[0].data<float>()[0];
            for (const Tensor& weight : model.get_weights())
                CHECK(reduce_all(equal(weight, full(weight.shape(), first))).item<bool>());
            CHECK((first == 1 || first == 2));
        }
    CHECK(failures > 20);
    CHECK(without > 0);
    CHECK(without < failures / 2);
}

TEST_CASE("An index of shards cannot lie, nor lead elsewhere", "[io][keras-file]") {
    Made made;
    CHECK(made.load(good) == 4);
    const std::vector<std::pair<std::string, std::string>> attacks = {
        {of_shards(R"(["w_00000.weights.h5","../w_00001.weights.h5"])"), "no plain name of a file beside it"},
        {of_shards(R"(["w_00000.weights.h5","inner/w.h5"])"), "no plain name of a file beside it"},
        {of_shards(R"(["w_00000.weights.h5",")" + made.file("w_00001.weights.h5") + R"("])"),
         "no plain name"},
        {of_shards(R"(["w_00000.weights.h5","w_00001.weights.h5\u0000"])"), "no plain name"},
        {of_shards(R"(["w_00000.weights.h5",".\\w_00001.weights.h5"])"), "no plain name"},
        {of_shards(R"(["w_00000.weights.h5",""])"), "no plain name"},
        {of_shards(R"(["w_00000.weights.h5",".."])"), "\"..\" is no plain file beside it"},
        {of_shards(R"(["w_00000.weights.h5","link.h5"])"), "\"link.h5\" is no plain file beside it"},
        {of_shards(R"(["w_00000.weights.h5","none.h5"])"), "\"none.h5\" is no plain file beside it"},
        {of_shards(R"(["w_00000.weights.h5","inner"])"), "\"inner\" is no plain file beside it"},
        {of_shards(R"(["w_00000.weights.h5","text.h5"])"), "text.h5"},
        {of_shards(R"(["w_00000.weights.h5","w_00000.weights.h5"])"), "\"w_00000.weights.h5\" twice"},
        {of_shards(R"(["w_00000.weights.h5","both.h5"])"), "\"layers/dense/vars/0\" is there twice"},
        {of_shards(R"("both.h5")"), "\"both.h5\" has 3 datasets, of which the index names 2"},
        {of_shards("[]"), "\"/layers/dense/vars\" is in no shard"},
        {of_shards("7"), "the shard of \"/layers/dense/vars\" is no name"},
        {of_shards("[[]]"), "is no name"},
        {R"({"weight_map":{"/layers/other/vars":"both.h5"}})", "there is none"},
        {R"({"weight_map":{"/layers/dense":"both.h5"}})", "\"/layers/dense\" is no place of variables"},
        {R"({"weight_map":{"layers/dense/vars":"both.h5"}})", "is no place of variables"},
        {R"({"weight_map":{"/layers/dense/vars":"both.h5","/layers/dense/vars":"both.h5"}})", "twice"},
        {R"({"weight_map":[]})", "there is no object \"weight_map\" in it"},
        {"{}", "there is no object \"weight_map\" in it"},
        {"[]", "there is no object \"weight_map\" in it"},
        {"{", "is not JSON"},
        {std::string((16 << 20) + 1, ' '), "an index of shards has at most 16777216"},
    };
    for (const auto& [index, says] : attacks) {
        INFO(index.substr(0, 200));
        CHECK_THROWS_AS(made.load(index), FormatError);
        CHECK_THROWS_WITH(made.load(index), Contains(made.file("")) && Contains(says));
    }
    CHECK_THROWS_WITH(made.load(R"({"weight_map":{}})"), Contains("has 2 variables, the file has 0"));
    CHECK_THROWS_WITH(made.load(of_shards(R"("w_00000.weights.h5")")), Contains("the file has 1"));
    std::string many;
    for (int i = 0; i <= 512; ++i) {
        io::hdf5::NewGroup root;
        root.group(fmt::format("layers/d{}/vars", i)).datasets["0"] = {ones({1})};
        write_shard(made.file(fmt::format("m{}.h5", i)), root);
        many += fmt::format(R"({}"/layers/d{}/vars":"m{}.h5")", i ? "," : "", i, i);
    }
    CHECK_THROWS_WITH(made.load(R"({"weight_map":{)" + many + "}}"), Contains("it has more than 512 shards"));
    CHECK_THROWS_WITH(made.load(good, {.by_name = true}), Contains("by_name goes with"));
}

TEST_CASE("An index changed at random is refused or read", "[io][keras-file]") {
    Made made;
    const auto load = [&](const std::string& index) { made.load(index); };
    CHECK(test::check_malformed(good, load, {.bits_of = 60, .random = 150}).files >= 600);
}
