#include "support/catch.hpp"

#include "io/checkpoint.hpp"
#include "support/failing_calls.hpp"
#include "support/files.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/optimizers.hpp>

#include <cerrno>
#include <cmath>
#include <limits>
#include <random>

using namespace keratin;

namespace {

Sequential small_model() {
    Sequential model(layers::Dense(3, {.activation = "tanh"}), layers::Dropout(0.5), layers::Dense(1));
    model.build({4, 2});
    model.compile({.optimizer = optimizers::Adam(), .loss = "mse", .metrics = {"mae"}});
    return model;
}

const Tensor x = random::normal({8, 2}, {.seed = 1});
const Tensor y = random::normal({8, 1}, {.seed = 2});

/// The bytes of a checkpoint in the middle of an epoch, with callbacks that remember.
std::vector<uint8_t> checkpoint_bytes() {
    const test::TemporaryDirectory directory;
    const std::string file = directory.file("x.safetensors");
    small_model().fit(
        x, y,
        {.batch_size = 2,
         .verbose = 0,
         .callbacks = {callbacks::EarlyStopping({.monitor = "loss", .restore_best_weights = true}),
                       callbacks::ModelCheckpoint(file, {.monitor = "loss", .save_freq = 3})}});
    const std::string text = test::read_file(file);
    return {text.begin(), text.end()};
}

/// True when reading them is refused with a FormatError that names the file.
bool refused(std::vector<uint8_t> bytes) {
    try {
        io::read_checkpoint(*io::source_of("here", std::move(bytes)));
        return false;
    } catch (const FormatError& error) {
        return std::string(error.what()).starts_with("here: ");
    }
}

size_t header_bytes(const std::vector<uint8_t>& bytes) {
    size_t length = 0;
    for (size_t i = 8; i-- > 0;) length = length << 8 | bytes[i];
    return 8 + length;
}

}  // namespace

TEST_CASE("A checkpoint is read back as it was written", "[io][checkpoint]") {
    TrainingCheckpoint checkpoint;
    checkpoint.tensors = {{"model/a", Tensor::from({1.5f, -0.0f})},
                          {"callback/0/0", Tensor::scalar(7, int64)}};
    const double infinity = std::numeric_limits<double>::infinity();
    checkpoint.state = Config::object({{"number", 0.1},
                                       {"list", Config::List{infinity, -infinity, std::nan(""), -0.0, 1e300}},
                                       {"seed", uint64_t{0xffffffffffffffff}}});
    std::vector<uint8_t> bytes;
    io::write_checkpoint(
        [&](const void* data, size_t count) {
            const auto* from = static_cast<const uint8_t*>(data);
            bytes.insert(bytes.end(), from, from + count);
        },
        checkpoint);
    const TrainingCheckpoint read = io::read_checkpoint(*io::source_of("here", bytes));
    CHECK(read.tensors.size() == 2);
    CHECK(read.tensors[0].first == "model/a");
    CHECK(std::signbit(read.tensors[0].second.data<float>()[1]));
    CHECK(read.state["number"].as_number() == 0.1);
    const Config::List& list = read.state["list"].as_list();
    CHECK(list[0].as_number() == infinity);
    CHECK(list[1].as_number() == -infinity);
    CHECK(std::isnan(list[2].as_number()));
    CHECK(std::signbit(list[3].as_number()));
    CHECK(list[4].as_number() == 1e300);
    CHECK(static_cast<uint64_t>(read.state["seed"].as_integer()) == 0xffffffffffffffff);
}

TEST_CASE("Every damaged byte of a checkpoint is noticed", "[io][checkpoint][errors]") {
    const std::vector<uint8_t> good = checkpoint_bytes();
    CHECK_FALSE(refused(good));
    const auto damaged = [&](size_t at, uint8_t flip) {
        std::vector<uint8_t> bytes = good;
        bytes[at] = static_cast<uint8_t>(bytes[at] ^ flip);
        return bytes;
    };
    const size_t header = header_bytes(good);
    int missed = 0;
    for (size_t at = 0; at < header; ++at)
        for (const int flip : {0xff, 1 << (at % 8)})
            missed += !refused(damaged(at, static_cast<uint8_t>(flip)));
    std::mt19937 random(3);
    for (int i = 0; i < 2000; ++i)
        missed += !refused(
            damaged(header + random() % (good.size() - header), static_cast<uint8_t>(1 + random() % 255)));
    CHECK(missed == 0);
    for (size_t length = 0; length < good.size(); length += 31)
        missed += !refused({good.begin(), good.begin() + static_cast<int64_t>(length)});
    CHECK(missed == 0);
}

TEST_CASE("What is no checkpoint, or a later one, is refused by name", "[io][checkpoint][errors]") {
    const auto reason = [](const std::function<void(const io::Sink&)>& write) {
        std::vector<uint8_t> bytes;
        write([&](const void* data, size_t count) {
            const auto* from = static_cast<const uint8_t*>(data);
            bytes.insert(bytes.end(), from, from + count);
        });
        try {
            io::read_checkpoint(*io::source_of("here", bytes));
        } catch (const FormatError& error) {
            return error.reason();
        }
        return std::string("none");
    };
    const auto with_state = [&](const std::string& json) {
        Tensor text = Tensor::empty({static_cast<int64_t>(json.size())}, uint8);
        std::copy(json.begin(), json.end(), static_cast<char*>(text.mutable_raw()));
        return reason([&](const io::Sink& sink) {
            io::write_safetensors(sink, {{"training_state", text}}, {}, true);
        });
    };
    CHECK(reason([](const io::Sink& sink) {
              io::write_safetensors(sink, {{"a", x}});
          }) == "its last tensor is not a checksum, \"crc32\" of 8 digits");
    CHECK(reason([](const io::Sink& sink) {
              io::write_safetensors(sink, {{"a", x}}, {}, true);
          }) == "it is no checkpoint: its tensor before the last is not \"training_state\"");
    CHECK(with_state("{\"version\": 2}") ==
          "it is a checkpoint of format 2; this version of keratin reads up to 1");
    for (const char* json : {"{}", "[]", "7", "{\"version\": \"1\"}"})
        CHECK(with_state(json) == "training_state names no version");
    CHECK(with_state("{").find("JSON") != std::string::npos);
}

TEST_CASE("A checkpoint whose state lacks a member is refused by name, and nothing changes",
          "[io][checkpoint][fit][errors]") {
    const test::TemporaryDirectory directory;
    const std::string file = directory.file("x.safetensors");
    const std::vector<uint8_t> bytes = checkpoint_bytes();
    const TrainingCheckpoint good = io::read_checkpoint(*io::source_of("good", bytes));
    const auto refused_without = [&](const char* in, const std::string& left_out) {
        TrainingCheckpoint bad = good;
        Config members = Config::object();
        const Config& whole = in ? good.state[in] : good.state;
        for (const auto& [name, value] : whole.members())
            if (name != left_out) members.set(name, value);
        in ? bad.state.set(in, members) : bad.state = members;
        write_checkpoint(file, bad);
        Sequential model = small_model();
        const std::vector<Tensor> before = model.get_weights();
        CHECK_THROWS_MATCHES(
            model.fit(
                x, y,
                {.batch_size = 2,
                 .verbose = 0,
                 .callbacks = {callbacks::EarlyStopping({.monitor = "loss", .restore_best_weights = true}),
                               callbacks::ModelCheckpoint(file, {.monitor = "loss"})},
                 .resume_from = file}),
            FormatError, Catch::Matchers::Predicate<FormatError>([&](const FormatError& error) {
                return error.file() == file && error.reason().find(left_out) != std::string::npos;
            }));
        for (size_t i = 0; i < before.size(); ++i)
            CHECK(std::ranges::equal(before[i].data<float>(), model.get_weights()[i].data<float>()));
    };
    for (const char* member : {"optimizer", "random", "layers"}) refused_without(nullptr, member);
    for (const auto& [name, value] : good.state["run"].members())
        if (name != "validation") refused_without("run", name);  // which has no batches here
}

TEST_CASE("A checkpoint that cannot be written leaves the old one", "[io][checkpoint][errors]") {
    const test::TemporaryDirectory directory;
    Sequential model = small_model();
    const std::string path = directory.file("x.safetensors");
    size_t failures = test::check_failing_saves(path, [&] { model.save_checkpoint(path); });
    // The same when the one before is kept: path and previous are there throughout.
    const std::string previous = directory.file("previous.safetensors");
    test::write_file(previous, "older");
    failures += test::check_failing_saves(path, [&] { model.save_checkpoint(path, {.previous = previous}); });
    CHECK(failures >= 300);
    CHECK(directory.count() == 2);
}

TEST_CASE("A failing save comes out of fit, which can go on", "[io][checkpoint][fit][errors]") {
    const test::TemporaryDirectory directory;
    Sequential model = small_model();
    const auto fit = [&](int64_t epochs) {
        return model.fit(x, y,
                         {.batch_size = 4,
                          .epochs = epochs,
                          .verbose = 0,
                          .callbacks = {callbacks::BackupAndRestore(directory.path(), {.save_freq = 1})}});
    };
    std::string error;
    {
        const test::FailingCalls full({.call = "fsync", .at = 9, .error = ENOSPC, .lasting = true});
        try {
            fit(9);
        } catch (const IoError& caught) {
            error = caught.what();
        }
    }
    CHECK(error ==
          directory.file("backup.safetensors") + ": cannot be synced to disk: No space left on device");
    CHECK(directory.count() == 2);  // the newest and the one before, nothing unfinished
    CHECK(model.optimizer().iterations() == 5);
    const History rest = fit(9);
    CHECK(rest.epoch.size() == 9);
    CHECK(model.optimizer().iterations() == 18);
}
