#include "support/catch.hpp"

#include "io/file.hpp"
#include "io/safetensors_stream.hpp"
#include "models/training_checkpoint.hpp"
#include "support/capture.hpp"
#include "support/files.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/core/random.hpp>
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

TEST_CASE("BackupAndRestore goes on where a fit stopped, with the same numbers",
          "[callbacks][backup][checkpoint]") {
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
    CHECK(rest.epoch == expected.epoch);
    CHECK(rest.history == expected.history);
    for (size_t i = 0; i < start.size(); ++i) {
        const auto a = resumed.get_weights()[i], b = whole.get_weights()[i];
        CHECK(std::ranges::equal(a.data<float>(), b.data<float>()));
    }
    CHECK(resumed.optimizer().iterations() == 12);
    CHECK_FALSE(std::filesystem::exists(backup));
    CHECK(resumed.fit(x, y, options({}))["loss"].size() == 6);
}

TEST_CASE("BackupAndRestore saves every so many batches and may keep its file",
          "[callbacks][backup][checkpoint]") {
    const test::TemporaryDirectory directory;
    const std::string backup = directory.file("backup");
    const callbacks::BackupAndRestore keeping(backup, {.save_freq = 5, .delete_checkpoint = false});
    Sequential model = compiled(regression().get_weights());
    model.fit(x, y, options({keeping}));
    const Config run = read_checkpoint(backup + "/backup.safetensors").state["run"];
    CHECK(run["epoch"].as_integer() == 4);  // batch 10 is the second of the fifth epoch
    CHECK(run["step"].as_integer() == 2);
    CHECK(read_checkpoint(backup + "/backup.previous.safetensors").state["run"]["epoch"].as_integer() == 2);
}

TEST_CASE("A training that is asked to end is saved at that moment, and its backup stays",
          "[callbacks][backup][checkpoint]") {
    const std::vector<Tensor> start = regression().get_weights();
    Sequential whole = compiled(start);
    const History expected = whole.fit(x, y, options({}));
    const auto [epoch, batch] = GENERATE(std::pair<int64_t, int64_t>(2, 0), std::pair<int64_t, int64_t>(3, 1),
                                         std::pair<int64_t, int64_t>(4, -1));
    const test::TemporaryDirectory directory;
    const std::string backup = directory.file("backup"), last = directory.file("last.safetensors");
    const auto fit = [&](Sequential model, std::optional<std::pair<int64_t, int64_t>> stop_at) {
        std::stop_source stop;
        int64_t now = 0;
        callbacks::LambdaCallback stopper({.on_epoch_begin = [&](int64_t e, const Logs&) { now = e; },
                                           .on_epoch_end =
                                               [&](int64_t e, Logs&) {
                                                   if (stop_at == std::pair(e, int64_t{-1}))
                                                       stop.request_stop();
                                               },
                                           .on_train_batch_end =
                                               [&](int64_t b, const Logs&) {
                                                   if (stop_at == std::pair(now, b)) stop.request_stop();
                                               }});
        FitOptions given = options({callbacks::BackupAndRestore(backup), stopper,
                                    callbacks::ModelCheckpoint(last, {.monitor = "loss"})});
        given.stop = stop.get_token();
        return model.fit(x, y, given);
    };
    fit(compiled(start), std::pair(epoch, batch));
    REQUIRE(std::filesystem::exists(backup + "/backup.safetensors"));
    // What is saved after the request shows that moment as well, not the epoch that was cut short.
    CHECK(test::read_file(last) == test::read_file(backup + "/backup.safetensors"));
    const Sequential resumed = compiled(start);
    CHECK(fit(resumed, {}).history == expected.history);
    for (size_t i = 0; i < start.size(); ++i) {
        const auto a = resumed.get_weights()[i], b = whole.get_weights()[i];
        CHECK(std::ranges::equal(a.data<float>(), b.data<float>()));
    }
    CHECK_FALSE(std::filesystem::exists(backup));
}

TEST_CASE("A damaged backup gives way to the one before", "[callbacks][backup][checkpoint]") {
    const test::TemporaryDirectory directory;
    const auto file = [&](const char* name) { return directory.file(name); };
    const callbacks::BackupAndRestore keeping(directory.path(), {.delete_checkpoint = false});
    Sequential model = compiled(regression().get_weights());
    const History expected = model.fit(x, y, options({keeping}));
    test::write_file(file("backup.safetensors.1-2.tmp"), "left by a process that was killed");
    for (const bool missing : {false, true}) {
        if (missing)
            std::filesystem::remove(file("backup.safetensors"));
        else
            test::write_file(file("backup.safetensors"), "damaged");
        History history;
        const std::string said = test::captured(
            [&] { history = compiled(regression().get_weights()).fit(x, y, options({keeping})); }, stderr);
        CHECK(history.history == expected.history);
        CHECK(said.find("going on from the one before, " + file("backup.previous.safetensors")) !=
              std::string::npos);
        CHECK(test::read_file(file("backup.safetensors.damaged")) == "damaged");
        CHECK(directory.count() == 3);
    }
    test::write_file(file("backup.safetensors"), "damaged");
    test::write_file(file("backup.previous.safetensors"), "damaged too");
    CHECK_THROWS_AS(model.fit(x, y, options({keeping})), FormatError);
}

TEST_CASE("A backup of a later version of keratin is left alone", "[callbacks][backup][checkpoint][errors]") {
    const test::TemporaryDirectory directory;
    const std::string newest = directory.file("backup.safetensors");
    const callbacks::BackupAndRestore keeping(directory.path(), {.delete_checkpoint = false});
    Sequential model = compiled(regression().get_weights());
    model.fit(x, y, options({keeping}));
    {
        io::AtomicFile file(newest);
        const std::string state = "{\"version\": 2}";
        const std::vector<uint8_t> bytes(state.begin(), state.end());
        io::write_safetensors([&](const void* data, size_t count) { file.write(data, count); },
                              {{"training_state", Tensor::from(bytes)}}, {}, true);
        file.commit();
    }
    const std::string later = test::read_file(newest);
    const std::string before = test::read_file(directory.file("backup.previous.safetensors"));
    CHECK_THROWS_MATCHES(
        model.fit(x, y, options({keeping})), FormatError,
        Message(newest + ": it is a checkpoint of format 2; this version of keratin reads up to 1"));
    CHECK(test::read_file(newest) == later);
    CHECK(test::read_file(directory.file("backup.previous.safetensors")) == before);
    CHECK(directory.count() == 2);
}

TEST_CASE("BackupAndRestore leaves what else is in its directory", "[callbacks][backup][checkpoint]") {
    const test::TemporaryDirectory directory;
    test::write_file(directory.file("mine.txt"), "mine");
    compiled(regression().get_weights()).fit(x, y, options({callbacks::BackupAndRestore(directory.path())}));
    CHECK(directory.count() == 1);
}

TEST_CASE("BackupAndRestore says what is wrong", "[callbacks][backup][checkpoint][errors]") {
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
}
