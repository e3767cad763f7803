#include "support/catch.hpp"

#include "support/files.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/core/random.hpp>
#include <keratin/io/safetensors.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;

namespace {

Sequential regression(int64_t units = 3) {
    Sequential model(layers::Dense(units, {.activation = "tanh", .kernel_initializer = "ones"}),
                     layers::Dense(1));
    model.build({4, 2});
    return model;
}

/// The same start each time.
Sequential compiled(const std::vector<Tensor>& weights) {
    Sequential model = regression();
    model.set_weights(weights);
    model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.05}), .loss = "mse"});
    return model;
}

struct Crash : std::exception {};

/// Throws at the start of an epoch, as a machine that stops.
callbacks::LambdaCallback crash_at(int64_t wanted) {
    return callbacks::LambdaCallback({.on_epoch_begin = [wanted](int64_t epoch, const Logs&) {
        if (epoch == wanted) throw Crash();
    }});
}

const Tensor x = random::normal({8, 2}, {.seed = 1});
const Tensor y = random::normal({8, 1}, {.seed = 2});

FitOptions options(std::vector<CallbackHandle> callbacks) {
    return {.batch_size = 4, .epochs = 6, .verbose = 0, .callbacks = std::move(callbacks), .shuffle = false};
}

}  // namespace

TEST_CASE("BackupAndRestore goes on where a fit stopped, with the same numbers", "[callbacks][backup]") {
    const std::vector<Tensor> start = regression().get_weights();
    Sequential whole = compiled(start);
    const History expected = whole.fit(x, y, options({}));

    const test::TemporaryDirectory directory;
    const std::string backup = directory.file("backup");
    Sequential stopped = compiled(start);
    CHECK_THROWS_AS(stopped.fit(x, y, options({callbacks::BackupAndRestore(backup), crash_at(4)})), Crash);
    CHECK(std::filesystem::exists(backup + "/backup.safetensors"));

    Sequential resumed = compiled(start);
    const History rest = resumed.fit(x, y, options({callbacks::BackupAndRestore(backup)}));
    CHECK(rest.epoch == std::vector<int64_t>{4, 5});
    CHECK(rest["loss"] == std::vector<double>(expected["loss"].begin() + 4, expected["loss"].end()));
    for (size_t i = 0; i < start.size(); ++i) {
        const auto a = resumed.get_weights()[i], b = whole.get_weights()[i];
        CHECK(std::ranges::equal(a.data<float>(), b.data<float>()));
    }
    CHECK(resumed.optimizer().iterations() == 12);
    CHECK_FALSE(std::filesystem::exists(backup));
    CHECK(resumed.fit(x, y, options({}))["loss"].size() == 6);
}

TEST_CASE("BackupAndRestore saves every so many batches and may keep its file", "[callbacks][backup]") {
    const test::TemporaryDirectory directory;
    const std::string backup = directory.file("backup");
    Sequential model = compiled(regression().get_weights());
    model.fit(x, y,
              options({callbacks::BackupAndRestore(backup, {.save_freq = 5, .delete_checkpoint = false})}));
    const io::NamedTensors saved = io::load_safetensors(backup + "/backup.safetensors");
    CHECK(saved.front().first == "epoch");
    CHECK(saved.front().second.item<int64_t>() == 4);  // batch 10 is the second of the fifth epoch
    CHECK(saved.size() == 1 + 4 + 2 + 8);
    CHECK(std::filesystem::exists(backup + "/backup.safetensors"));
}

TEST_CASE("BackupAndRestore leaves what else is in its directory", "[callbacks][backup]") {
    const test::TemporaryDirectory directory;
    test::write_file(directory.file("mine.txt"), "mine");
    compiled(regression().get_weights()).fit(x, y, options({callbacks::BackupAndRestore(directory.path())}));
    CHECK(directory.count() == 1);
}

TEST_CASE("BackupAndRestore says what is wrong", "[callbacks][backup][errors]") {
    CHECK_THROWS_MATCHES(callbacks::BackupAndRestore(""), ValueError,
                         Message("BackupAndRestore: backup_dir is empty; give it a directory of its own"));
    CHECK_THROWS_MATCHES(callbacks::BackupAndRestore("b", {.save_freq = 0}), ValueError,
                         Message("BackupAndRestore: save_freq is 0; it must be at least 1"));
    const test::TemporaryDirectory directory;
    Sequential unbuilt(layers::Dense(1));
    unbuilt.compile({.optimizer = "sgd", .loss = "mse"});
    CHECK_THROWS_AS(unbuilt.fit(x, y, options({callbacks::BackupAndRestore(directory.path())})), ValueError);

    Sequential model = compiled(regression().get_weights());
    model.fit(x, y, options({callbacks::BackupAndRestore(directory.path(), {.delete_checkpoint = false})}));
    Sequential other = regression(5);
    other.compile({.optimizer = "sgd", .loss = "mse"});
    const std::vector<Tensor> before = other.get_weights();
    CHECK_THROWS_AS(other.fit(x, y, options({callbacks::BackupAndRestore(directory.path())})), ValueError);
    for (size_t i = 0; i < before.size(); ++i)
        CHECK(std::ranges::equal(before[i].data<float>(), other.get_weights()[i].data<float>()));
    test::write_file(directory.file("backup.safetensors"), "damaged");
    CHECK_THROWS_AS(model.fit(x, y, options({callbacks::BackupAndRestore(directory.path())})), FormatError);
}
