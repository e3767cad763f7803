#include "support/catch.hpp"

#include "support/files.hpp"
#include "support/golden.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/optimizers.hpp>

#include "callbacks/event_file.hpp"

using namespace keratin;
using nlohmann::json;

namespace {

std::string from_hex(const std::string& hex) {
    std::string bytes;
    for (size_t i = 0; i < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

/// A protobuf message taken apart: the payloads of its fields by number, varints as decimal text.
std::multimap<uint64_t, std::string> fields(std::string_view message) {
    std::multimap<uint64_t, std::string> all;
    size_t at = 0;
    const auto varint = [&] {
        uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            const auto byte = static_cast<uint8_t>(message.at(at++));
            value |= static_cast<uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
    };
    while (at < message.size()) {
        const uint64_t key = varint();
        if ((key & 7) == 0) {
            all.emplace(key >> 3, std::to_string(varint()));
            continue;
        }
        const size_t size = (key & 7) == 1 ? 8 : static_cast<size_t>(varint());
        all.emplace(key >> 3, std::string(message.substr(at, size)));
        at += size;
    }
    return all;
}

/// [tag, step] of every scalar in the one event file of a directory, whose framing must be right.
json scalars(const std::string& directory) {
    json found = json::array();
    size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        CHECK(++files == 1);
        CHECK(entry.path().filename().string().find(".tfevents.") != std::string::npos);
        const std::string content = test::read_file(entry.path().string());
        for (size_t at = 0; at < content.size();) {
            const size_t size =
                static_cast<uint8_t>(content[at]) + 256u * static_cast<uint8_t>(content[at + 1]);
            const std::string data = content.substr(at + 12, size);
            CHECK(content.substr(at, size + 16) == events::record(data));
            at += size + 16;
            const auto event = fields(data);
            const auto summary = event.find(5);
            if (summary == event.end()) continue;
            const std::string tag = fields(fields(summary->second).find(1)->second).find(1)->second;
            const auto step = event.find(2);
            found.push_back({tag, step == event.end() ? 0 : std::stoll(step->second)});
        }
    }
    return found;
}

Sequential model() {
    Sequential made(layers::Dense(1));
    made.compile({.optimizer = optimizers::SGD({.learning_rate = 0.01}), .loss = "mse", .metrics = {"mae"}});
    return made;
}

void fit(callbacks::TensorBoard callback) {
    const Tensor x = ones({6, 2}), y = ones({6, 1});
    model().fit(x, y,
                {.batch_size = 2,
                 .epochs = 2,
                 .verbose = 0,
                 .callbacks = {std::move(callback)},
                 .validation_data = {ones({2, 2}), ones({2, 1})}});
}

}  // namespace

TEST_CASE("Events and records have TensorFlow's bytes", "[callbacks][tensorboard][golden]") {
    CHECK(events::crc32c("123456789") == 0xe3069283u);
    const json& golden = golden::load("tensorboard.json");
    const json& version = golden["version"];
    CHECK(events::version_event(version["wall_time"]) == from_hex(version["event"]));
    CHECK(events::record(from_hex(version["event"])) == from_hex(version["record"]));
    for (const json& c : golden["events"]) {
        INFO(c["name"].get<std::string>());
        const std::string event =
            events::scalar_event(golden::value(c["wall_time"]), c["step"], c["tag"].get<std::string>(),
                                 static_cast<float>(golden::value(c["value"])));
        CHECK(event == from_hex(c["event"]));
        CHECK(events::record(event) == from_hex(c["record"]));
    }
}

TEST_CASE("TensorBoard writes the tags and steps that Keras writes", "[callbacks][tensorboard][golden]") {
    for (const json& c : golden::load("tensorboard.json")["fits"]) {
        INFO(c["name"].get<std::string>());
        const test::TemporaryDirectory directory;
        callbacks::TensorBoardOptions options;
        if (c["args"].contains("update_freq")) options.update_freq = 1;
        fit(callbacks::TensorBoard(directory.path(), options));
        CHECK(directory.count() == c["runs"].size());
        for (const json& run : c["runs"]) {
            INFO(run["run"].get<std::string>());
            CHECK(scalars(directory.file(run["run"])) == run["scalars"]);
        }
    }
}

TEST_CASE("TensorBoard writes every so many batches, and how fast they were", "[callbacks][tensorboard]") {
    const test::TemporaryDirectory directory;
    fit(callbacks::TensorBoard(directory.path(), {.write_steps_per_second = true, .update_freq = 4}));
    CHECK(scalars(directory.file("train")) ==
          json(std::vector<std::pair<std::string, int64_t>>{{"epoch_loss", 0},
                                                            {"epoch_mae", 0},
                                                            {"epoch_learning_rate", 0},
                                                            {"epoch_steps_per_second", 0},
                                                            {"batch_steps_per_second", 4},
                                                            {"batch_loss", 4},
                                                            {"batch_mae", 4},
                                                            {"epoch_loss", 1},
                                                            {"epoch_mae", 1},
                                                            {"epoch_learning_rate", 1},
                                                            {"epoch_steps_per_second", 1}}));
}

TEST_CASE("TensorBoard says what is wrong", "[callbacks][tensorboard][errors]") {
    CHECK_THROWS_MATCHES(callbacks::TensorBoard("logs", {.update_freq = 0}), ValueError,
                         Message("TensorBoard: update_freq is 0; it must be at least 1"));
    const test::TemporaryDirectory directory;
    test::write_file(directory.file("file"), "in the way");
    CHECK_THROWS_AS(fit(callbacks::TensorBoard(directory.file("file"))), IoError);
}
