#include "callbacks/scripted.hpp"

using namespace keratin;
using nlohmann::json;

namespace {

Logs with_loss(double loss) {
    Logs logs;
    logs.set("loss", loss);
    return logs;
}

}  // namespace

TEST_CASE("TerminateOnNaN stops and prints as Keras's", "[callbacks][terminate_on_nan][golden]") {
    const json& c = scripted::text()["other_callbacks"][1];
    callbacks::TerminateOnNaN callback;
    scripted::Model model = scripted::model();
    callback.model = &model;
    CHECK(test::captured([&] { callback.on_train_batch_end(3, with_loss(1.0)); }) == "");
    CHECK_FALSE(model.stopping());
    CHECK(test::captured([&] { callback.on_train_batch_end(4, with_loss(NAN)); }) ==
          c["output"].get<std::string>());
    CHECK(model.stopping());
}

TEST_CASE("TerminateOnNaN minds infinite losses, and none at all", "[callbacks][terminate_on_nan]") {
    callbacks::TerminateOnNaN callback;
    scripted::Model model = scripted::model();
    callback.model = &model;
    callback.on_train_batch_end(0, {});
    CHECK_FALSE(model.stopping());
    CHECK(test::captured([&] { callback.on_train_batch_end(2, with_loss(-INFINITY)); }) ==
          "Batch 2: Invalid loss, terminating training\n");
    CHECK(model.stopping());
}

TEST_CASE("A fit whose loss becomes NaN ends after that batch", "[callbacks][terminate_on_nan][fit]") {
    scripted::Model model = scripted::model();
    const json& setup = scripted::text()["setup"];
    Tensor x = golden::tensor(setup["x"]);
    x.mutable_data<float>()[2 * 4] = NAN;  // the third of six samples: the second batch of two
    int64_t batches = 0;
    callbacks::LambdaCallback counter({.on_train_batch_end = [&](int64_t, const Logs&) { ++batches; }});
    const FitOptions options = {.batch_size = 2,
                                .epochs = 3,
                                .verbose = 0,
                                .callbacks = {callbacks::TerminateOnNaN(), counter},
                                .shuffle = false};
    History history;
    CHECK(test::captured([&] { history = model.fit(x, golden::tensor(setup["y"]), options); }) ==
          "Batch 1: Invalid loss, terminating training\n");
    CHECK(batches == 2);
    CHECK(history.epoch == std::vector<int64_t>{0});
    CHECK(std::isnan(history["loss"][0]));
}

TEST_CASE("TerminateOnNaN throws when asked to", "[callbacks][terminate_on_nan][errors]") {
    callbacks::TerminateOnNaN callback(true);
    scripted::Model model = scripted::model();
    callback.model = &model;
    CHECK_THROWS_MATCHES(
        callback.on_train_batch_end(7, with_loss(INFINITY)), ValueError,
        Message("sequential: the loss of batch 7 is inf; a smaller learning rate or clipnorm "
                "may help"));
}
