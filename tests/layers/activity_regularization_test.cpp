#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/activity_regularization.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::ActivityRegularization;

TEST_CASE("ActivityRegularization passes the conformance routine of every layer",
          "[layers][activity_regularization]") {
    check_layer<ActivityRegularization>(
        [] { return ActivityRegularization({.l1 = 0.001, .l2 = 0.002}); },
        {.default_name = "activity_regularization", .input = {2, 3}, .output = {2, 3}});
}

TEST_CASE("ActivityRegularization adds its penalty to the model's loss, divided by the batch",
          "[layers][activity_regularization]") {
    Sequential model(ActivityRegularization({.l1 = 0.5, .l2 = 0.25}));
    model.compile({.optimizer = "sgd", .loss = "mse"});
    const Tensor x = Tensor::from({1.f, -2.f, 3.f, 0.f}, {2, 2});
    CHECK(conformance::same(model(x), x));
    CHECK(model.test_on_batch(x, x)["loss"] == Approx((0.5 * 6 + 0.25 * 14) / 2));
}

TEST_CASE("ActivityRegularization says what it does not take", "[layers][activity_regularization][errors]") {
    CHECK_THROWS_AS(ActivityRegularization({.l1 = -1}), ValueError);
    CHECK_THROWS_MATCHES(
        layer_from_config(Config::object(
            {{"class_name", "ActivityRegularization"}, {"config", Config::object({{"l3", 1}})}})),
        ValueError,
        Message("ActivityRegularization: its config has \"l3\": 1, which is none of its arguments; leave it "
                "out"));
}
