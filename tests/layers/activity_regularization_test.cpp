#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/activity_regularization.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::ActivityRegularization;

TEST_CASE("ActivityRegularization adds its penalty to the model's loss, divided by the batch",
          "[layers][activity_regularization]") {
    Sequential model(ActivityRegularization({.l1 = 0.5, .l2 = 0.25}));
    model.compile({.optimizer = "sgd", .loss = "mse"});
    const Tensor x = Tensor::from({1.f, -2.f, 3.f, 0.f}, {2, 2});
    CHECK(conformance::same(model(x), x));
    CHECK(model.test_on_batch(x, x)["loss"] == Approx((0.5 * 6 + 0.25 * 14) / 2));
}
