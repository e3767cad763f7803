#include "support/catch.hpp"

#include <keratin/models/logs.hpp>

#include <keratin/core/error.hpp>

using namespace keratin;

namespace {

std::string text(const Logs& logs) {
    std::string all;
    for (const auto& [name, value] : logs) all += fmt::format("{}={} ", name, value);
    return all;
}

}  // namespace

TEST_CASE("Logs are sorted by name, however many there are", "[models][logs]") {
    Logs logs;
    CHECK(logs.empty());
    logs.set("loss", 1);
    logs.set("accuracy", 2);
    logs.set("val_loss", 3);
    CHECK(text(logs) == "accuracy=2 loss=1 val_loss=3 ");
    logs.set("loss", 4);
    logs.set("learning_rate", 5);
    CHECK(text(logs) == "accuracy=2 learning_rate=5 loss=4 val_loss=3 ");
    const Logs four = logs;
    logs.set("mean_absolute_error", 6);
    logs.set("a", 7);
    logs.set("z", 8);
    logs.set("a", 9);
    CHECK(logs.size() == 7);
    CHECK(text(logs) == "a=9 accuracy=2 learning_rate=5 loss=4 mean_absolute_error=6 val_loss=3 z=8 ");
    CHECK(logs["val_loss"] == 3);
    CHECK(four.size() == 4);
    CHECK(four.find("a") == nullptr);
    CHECK_FALSE(four.contains("mean_absolute_error"));
    CHECK_THROWS_MATCHES(
        four["val"], ValueError,
        Message("Logs: no value is called \"val\"; there are: accuracy, learning_rate, loss, val_loss"));
}

TEST_CASE("Logs that were moved from can be filled again", "[models][logs]") {
    for (const int count : {2, 6}) {
        Logs logs;
        for (int i = 0; i < count; ++i) logs.set(fmt::format("a name of some length {}", i), i);
        const Logs taken = std::move(logs);
        CHECK(taken.size() == static_cast<size_t>(count));
        CHECK(taken["a name of some length 1"] == 1);
        logs = Logs();
        logs.set("loss", 1);
        CHECK(text(logs) == "loss=1 ");
    }
}
