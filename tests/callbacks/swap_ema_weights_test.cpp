#include "support/catch.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;

namespace {

const Tensor x = random::normal({8, 2}, {.seed = 1});
const Tensor y = random::normal({8, 1}, {.seed = 2});

Sequential averaged() {
    Sequential model(layers::Dense(1, {.kernel_initializer = "ones"}));
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.1, .use_ema = true, .ema_momentum = 0.5}),
                   .loss = "mse"});
    return model;
}

std::vector<float> kernel(const Model& model) {
    const Tensor value = model.get_weights().front();
    return {value.data<float>().begin(), value.data<float>().end()};
}

std::vector<float> average(const Model& model) {
    const Tensor value = model.optimizer().averages().front().second.value();
    return {value.data<float>().begin(), value.data<float>().end()};
}

FitOptions options(std::vector<CallbackHandle> callbacks) {
    return {.batch_size = 4,
            .epochs = 2,
            .verbose = 0,
            .callbacks = std::move(callbacks),
            .validation_data = {x, y},
            .shuffle = false};
}

}  // namespace

TEST_CASE("SwapEMAWeights shows the averages to evaluation alone", "[callbacks][swap_ema]") {
    Sequential model = averaged();
    std::vector<std::vector<float>> during, after, averages;
    struct Look : callbacks::Callback {
        std::function<void()> on_test, on_end;
        void on_test_batch_begin(int64_t, const Logs&) override { on_test(); }
        void on_epoch_end(int64_t, Logs&) override { on_end(); }
    } look;
    look.on_test = [&] { during.push_back(kernel(model)); };
    look.on_end = [&] {
        after.push_back(kernel(model));
        averages.push_back(average(model));
    };
    model.fit(x, y, options({callbacks::SwapEMAWeights(), std::ref(look)}));
    REQUIRE(during.size() == 4);
    CHECK(during[0] == averages[0]);
    CHECK(during[2] == averages[1]);
    CHECK(after[0] != averages[0]);
    CHECK(kernel(model) == averages[1]);  // fit() ends with the averages
}

TEST_CASE("SwapEMAWeights with swap_on_epoch shows the averages after epochs as well",
          "[callbacks][swap_ema]") {
    Sequential model = averaged(), plain = averaged();
    std::vector<std::vector<float>> seen;
    callbacks::LambdaCallback look({.on_epoch_end = [&](int64_t, Logs&) { seen.push_back(kernel(model)); }});
    model.fit(x, y, options({callbacks::SwapEMAWeights(true), look}));
    std::vector<std::vector<float>> averages;
    callbacks::LambdaCallback keep(
        {.on_epoch_end = [&](int64_t, Logs&) { averages.push_back(average(plain)); }});
    plain.fit(x, y, options({keep}));
    CHECK(seen == averages);
    CHECK(kernel(model) == kernel(plain));
}

TEST_CASE("SwapEMAWeights needs an optimizer that averages", "[callbacks][swap_ema][errors]") {
    Sequential model(layers::Dense(1));
    model.compile({.optimizer = "sgd", .loss = "mse"});
    CHECK_THROWS_MATCHES(
        model.fit(x, y, options({callbacks::SwapEMAWeights()})), ValueError,
        Message("SwapEMAWeights: sgd keeps no averages; make it with .use_ema = true, and train before"));
}
