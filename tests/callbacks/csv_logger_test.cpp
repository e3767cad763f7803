#include "callbacks/scripted.hpp"
#include "support/files.hpp"

using namespace keratin;
using nlohmann::json;

namespace {

Logs logs_of(const json& row) {
    Logs logs;
    for (const auto& [name, value] : row.items()) logs.set(name, golden::value(value));
    return logs;
}

}  // namespace

TEST_CASE("CSVLogger writes Keras's file, byte for byte", "[callbacks][csv_logger][golden]") {
    int compared = 0;
    for (const json& c : scripted::text()["csv_logger"]) {
        INFO(c["name"].get<std::string>());
        const test::TemporaryDirectory directory;
        const std::string path = directory.file("log.csv");
        if (!c["before"].is_null()) test::write_file(path, c["before"].get<std::string>());
        const json& args = c["args"];
        callbacks::CSVLogger callback(path, args.value("separator", ","), args.value("append", false));
        callback.on_train_begin({});
        for (const json& row : c["rows"]) {
            Logs logs = logs_of(row["logs"]);
            callback.on_epoch_end(row["epoch"], logs);
        }
        callback.on_train_end({});
        CHECK(test::read_file(path) == c["content"].get<std::string>());
        ++compared;
    }
    CHECK(compared == 9);
}

TEST_CASE("CSVLogger writes numbers as Python does", "[callbacks][csv_logger]") {
    const auto [value, text] = GENERATE(table<double, std::string>({{1e16, "1e+16"},
                                                                    {123456789012345.0, "123456789012345.0"},
                                                                    {1e-5, "1e-05"},
                                                                    {0.0001, "0.0001"},
                                                                    {-0.0, "-0.0"},
                                                                    {1.5e300, "1.5e+300"},
                                                                    {-INFINITY, "-inf"},
                                                                    {std::copysign(NAN, -1.0), "nan"}}));
    const test::TemporaryDirectory directory;
    callbacks::CSVLogger callback(directory.file("log.csv"));
    callback.on_train_begin({});
    Logs logs;
    logs.set("loss", value);
    logs.set("val_loss", 1);
    callback.on_epoch_end(0, logs);
    CHECK(test::read_file(directory.file("log.csv")) == "epoch,loss,val_loss\r\n0," + text + ",1.0\r\n");
}

TEST_CASE("Each epoch is in the file when it has ended", "[callbacks][csv_logger]") {
    const test::TemporaryDirectory directory;
    callbacks::CSVLogger callback(directory.file("log.csv"));
    callback.on_train_begin({});
    Logs logs;
    logs.set("loss", 0.5);
    callback.on_epoch_end(0, logs);
    CHECK(test::read_file(directory.file("log.csv")) == "epoch,loss,val_loss\r\n0,0.5,NA\r\n");
}

TEST_CASE("A second fit starts the file anew, or goes on with it", "[callbacks][csv_logger]") {
    const bool append = GENERATE(false, true);
    const test::TemporaryDirectory directory;
    callbacks::CSVLogger callback(directory.file("log.csv"), ",", append);
    for (int run = 0; run < 2; ++run) {
        callback.on_train_begin({});
        Logs logs;
        logs.set("loss", run);
        callback.on_epoch_end(0, logs);
        callback.on_train_end({});
    }
    CHECK(
        test::read_file(directory.file("log.csv")) ==
        (append ? "epoch,loss,val_loss\r\n0,0.0,NA\r\n0,1.0,NA\r\n" : "epoch,loss,val_loss\r\n0,1.0,NA\r\n"));
}

TEST_CASE("CSVLogger says why it cannot write", "[callbacks][csv_logger][errors]") {
    const test::TemporaryDirectory directory;
    callbacks::CSVLogger callback(directory.file("none/log.csv"));
    CHECK_THROWS_MATCHES(
        callback.on_train_begin({}), IoError,
        Message(directory.file("none/log.csv") + ": cannot be written: No such file or directory"));
    callbacks::CSVLogger full("/dev/full");
    full.on_train_begin({});
    Logs logs;
    logs.set("loss", 1);
    CHECK_THROWS_MATCHES(full.on_epoch_end(0, logs), IoError,
                         Message("/dev/full: cannot be written: No space left on device"));
}
