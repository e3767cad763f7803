#include "support/catch.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/layers.hpp>
#include <keratin/losses.hpp>
#include <keratin/models/sequential.hpp>

#include <string>

using namespace keratin;

TEST_CASE("LambdaCallback calls the functions it has, at every hook", "[callbacks][lambda]") {
    std::string called;
    const auto note = [&](const char* what) { return [&called, what](const Logs&) { called += what; }; };
    const auto count = [&](const char* what) {
        return [&called, what](int64_t index, const Logs&) { called += what + std::to_string(index); };
    };
    const callbacks::LambdaCallback callback({.on_epoch_begin = count("<"),
                                              .on_epoch_end = count(">"),
                                              .on_train_begin = note("["),
                                              .on_train_end = note("]"),
                                              .on_train_batch_begin = count("b"),
                                              .on_train_batch_end = count("e"),
                                              .on_test_begin = note("("),
                                              .on_test_end = note(")"),
                                              .on_predict_begin = note("{"),
                                              .on_predict_end = note("}"),
                                              .on_test_batch_begin = count("t"),
                                              .on_test_batch_end = count("T"),
                                              .on_predict_batch_begin = count("p"),
                                              .on_predict_batch_end = count("P")});
    Sequential model(layers::Dense(1));
    model.compile({.optimizer = "sgd", .loss = "mse"});
    const Tensor x = ones({4, 2}), y = ones({4, 1});
    model.fit(x, y, {.batch_size = 2, .verbose = 0, .callbacks = {callback}, .validation_data = {x, y}});
    CHECK(called == "[<0b0e0b1e1(t0T0t1T1)>0]");
    called.clear();
    model.predict(x, {.batch_size = 4, .callbacks = {callback}});
    CHECK(called == "{p0P0}");
    model.fit(x, y, {.verbose = 0, .callbacks = {callbacks::LambdaCallback({})}});
}
