#include "support/catch.hpp"

#include "models/watched.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/losses.hpp>

using namespace keratin;
using watched::Batches;
using watched::numbered;

namespace {

template <class E = ValueError, class F>
void check_refused(F function, const std::string& text) {
    CHECK_THROWS_MATCHES(function(), E, Message(text));
}

struct Uncompiled {
    Uncompiled() : model(LayerOptions{.name = "m"}) { model.add(layers::Dense(1)); }
    Sequential model;
    Tensor x = zeros({4, 2}), y = zeros({4, 1});
};

struct Compiled : Uncompiled {
    Compiled() { model.compile({.optimizer = "sgd", .loss = "mse"}); }
};

}  // namespace

TEST_CASE("What needs compile() says so", "[models][fit][errors]") {
    Uncompiled u;
    const auto text = [](const std::string& call) {
        return "m: " + call +
               " was called before compile(); call compile({.optimizer = ..., .loss = ...}) first";
    };
    check_refused([&] { u.model.fit(u.x, u.y); }, text("fit"));
    check_refused([&] { u.model.fit(std::vector<Batch>{{u.x, u.y}}); }, text("fit"));
    check_refused([&] { u.model.evaluate(u.x, u.y); }, text("evaluate"));
    check_refused([&] { u.model.train_on_batch(u.x, u.y); }, text("train_on_batch"));
    check_refused([&] { u.model.test_on_batch(u.x, u.y); }, text("test_on_batch"));
    check_refused([&] { u.model.optimizer(); }, text("optimizer"));
    check_refused([&] { u.model.loss(); }, text("loss"));
    CHECK(u.model.predict(u.x).shape() == Shape{4, 1});
    CHECK(u.model.metrics().empty());
    CHECK_FALSE(u.model.compiled());
    check_refused([&] { u.model.compile({.optimizer = OptimizerHandle(), .loss = "mse"}); },
                  "m: compile got no optimizer; give one, for instance optimizers::Adam()");
}

TEST_CASE("fit checks its data", "[models][fit][errors]") {
    Compiled c;
    const auto fit = [&](const Tensor& x, const Tensor& y, FitOptions options = {}) {
        options.verbose = 0;
        c.model.fit(x, y, options);
    };
    check_refused([&] { fit({}, c.y); }, "m: fit needs x, a tensor of samples");
    check_refused([&] { fit(Tensor::scalar(1), c.y); }, "m: fit needs x, a tensor of samples");
    check_refused([&] { fit(c.x, {}); }, "m: fit needs y, the targets");
    check_refused<ShapeError>(
        [&] {
            fit(c.x, zeros({3, 1}));
        },
        "m: fit got x of shape (4, 2) and y of shape (3, 1); the first extents must agree");
    check_refused<ShapeError>([&] { fit(c.x, Tensor::scalar(1)); },
                              "m: fit got x of shape (4, 2) and y of shape (); the first extents must agree");
    check_refused<ShapeError>(
        [&] { fit(c.x, c.y, {.sample_weight = zeros({3})}); },
        "m: fit got sample_weight of shape (3,) for x of shape (4, 2); give one weight per "
        "sample");
    check_refused([&] { fit(zeros({0, 2}), zeros({0, 1})); }, "m: fit got no samples: x has shape (0, 2)");
    check_refused(
        [&] {
            fit(c.x, c.y, {.validation_data = {c.x, {}}});
        },
        "m: fit (validation_data) needs y, the targets");
    check_refused<ShapeError>(
        [&] {
            fit(c.x, c.y, {.validation_data = {c.x, zeros({2, 1})}});
        },
        "m: fit (validation_data) got x of shape (4, 2) and y of shape (2, 1); the first "
        "extents must agree");
    CHECK_FALSE(c.model.built());
}

TEST_CASE("fit checks its options", "[models][fit][errors]") {
    Compiled c;
    const auto [options, text] = GENERATE(table<FitOptions, std::string>(
        {{{.batch_size = 0}, "m: batch_size is 0; it must be at least 1"},
         {{.validation_freq = 0}, "m: validation_freq is 0; it must be at least 1"},
         {{.steps_per_epoch = 0}, "m: steps_per_epoch is 0; it must be at least 1"},
         {{.validation_steps = 0}, "m: validation_steps is 0; it must be at least 1"},
         {{.validation_batch_size = -1}, "m: validation_batch_size is -1; it must be at least 1"},
         {{.epochs = -1}, "m: epochs is -1 and initial_epoch 0; they must not be negative"},
         {{.initial_epoch = -2}, "m: epochs is 1 and initial_epoch -2; they must not be negative"},
         {{.validation_split = 1.0}, "m: validation_split is 1; it must be in [0, 1)"},
         {{.validation_split = -0.1}, "m: validation_split is -0.1; it must be in [0, 1)"},
         {{.validation_split = NAN}, "m: validation_split is nan; it must be in [0, 1)"},
         {{.validation_split = 0.9},
          "m: validation_split 0.9 of 4 samples leaves 0 to train and 4 to validate"},
         {{.class_weight = {{0, 1.0}}, .sample_weight = ones({4})},
          "m: fit got class_weight and sample_weight; give one of them"}}));
    CHECK_THROWS_MATCHES(c.model.fit(c.x, c.y, options), ValueError, Message(text));
}

TEST_CASE("class_weight needs one class per sample", "[models][fit][errors]") {
    Compiled c;
    CHECK_THROWS_MATCHES(c.model.fit(c.x, zeros({4, 2, 3}), {.class_weight = {{0, 1.0}}}), ShapeError,
                         Message("class_weight: targets of shape (4, 2, 3) are not one class per sample; use "
                                 "sample_weight"));
    CHECK_THROWS_MATCHES(c.model.train_on_batch(c.x, c.y, ones({4}), {{0, 1.0}}), ValueError,
                         Message("m: train_on_batch got class_weight and sample_weight; give one of them"));
}

TEST_CASE("A loss must be there, and a scalar, to train on", "[models][fit][errors]") {
    Compiled c;
    c.model.compile({.optimizer = "sgd"});
    check_refused([&] { c.model.fit(c.x, c.y, {.verbose = 0}); },
                  "m: training needs a loss; compile({.loss = ...}) with one");
    check_refused([&] { c.model.loss(); }, "m: it was compiled without a loss");
    c.model.compile(
        {.optimizer = "sgd", .loss = losses::MeanSquaredError({.reduction = losses::Reduction::none})});
    check_refused<ShapeError>(
        [&] { c.model.fit(c.x, c.y, {.verbose = 0}); },
        "m: the loss has shape (4,), training needs a scalar; use a reduction other than "
        "\"none\"");
    check_refused<ShapeError>(
        [&] { c.model.evaluate(c.x, c.y, {.verbose = 0}); },
        "m: the loss has shape (4,), evaluation needs a scalar; use a reduction other than "
        "\"none\"");
}

TEST_CASE("fit inside of fit, and train_on_batch, are refused", "[models][fit][errors]") {
    Compiled c;
    std::string fit_error, batch_error;
    const callbacks::LambdaCallback nested({.on_train_batch_end = [&](int64_t, const Logs&) {
        try {
            c.model.fit(c.x, c.y, {.verbose = 0});
        } catch (const ValueError& error) {
            fit_error = error.what();
        }
        try {
            c.model.train_on_batch(c.x, c.y);
        } catch (const ValueError& error) {
            batch_error = error.what();
        }
        c.model.evaluate(c.x, c.y, {.verbose = 0});  // is not
    }});
    c.model.fit(c.x, c.y, {.verbose = 0, .callbacks = {nested}});
    CHECK(fit_error ==
          "m: fit was called while another fit of this model runs; wait for it or clone() the model");
    CHECK(batch_error == "m: train_on_batch was called while this model is being trained");
}

TEST_CASE("Names that are not in logs or history are answered with those that are",
          "[models][logs][errors]") {
    Compiled c;
    const History history = c.model.fit(c.x, c.y, {.verbose = 0, .validation_data = {c.x, c.y}});
    check_refused([&] { history["accuracy"]; },
                  "History: no value is called \"accuracy\"; there are: loss, val_loss");
    const Logs logs = c.model.evaluate(c.x, c.y, {.verbose = 0});
    check_refused([&] { logs["accuracy"]; }, "Logs: no value is called \"accuracy\"; there are: loss");
    check_refused([&] { Logs()["loss"]; }, "Logs: no value is called \"loss\"; there are: none");
    CHECK(Logs().empty());
    CHECK(logs.find("accuracy") == nullptr);
    CHECK(logs.size() == 1);
}
