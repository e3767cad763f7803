#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers.hpp>
#include <keratin/losses.hpp>
#include <keratin/models/model.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;

namespace {

/// Two samples of three steps, the last ones of which do not count.
Tensor words() {
    return Tensor::from({5, 2, 0, 7, 0, 0}, {2, 3});
}

std::string mask_of(const Tensor& x) {
    return x.mask().defined() ? to_string(x.mask()) : "none";
}

const std::string counted = "[[ True  True False]\n [ True False False]]";

}  // namespace

TEST_CASE("Embedding and Masking make masks, layers that keep the steps hand them on", "[layers][masks]") {
    const layers::Embedding embedding(10, 4, {.mask_zero = true});
    const Tensor x = embedding(words());
    CHECK(mask_of(x) == counted);
    CHECK(mask_of(layers::Embedding(10, 4)(words())) == "none");
    CHECK(mask_of(layers::Dense(3)(x)) == counted);
    CHECK(mask_of(layers::Dropout(0.5)(x, {.training = true})) == counted);
    CHECK(mask_of(layers::LayerNormalization()(x)) == counted);
    CHECK(mask_of(layers::LSTM(2, {.return_sequences = true})(x)) == counted);
    CHECK(mask_of(layers::LSTM(2)(x)) == "none");
    CHECK(mask_of(layers::Flatten()(x)) == "none");
    CHECK(mask_of(x + 1) == "none");
    CHECK(mask_of(layers::Add()({x, x})) == counted);
    CHECK(mask_of(layers::Add()({x, x + 1})) == "none");
    CHECK(mask_of(layers::Concatenate()({x, x + 1})) == "[[ True  True  True]\n [ True  True  True]]");

    const Tensor steps = Tensor::from({1.f, 2.f, 0.f, 0.f, 3.f, 0.f}, {1, 3, 2});
    const Tensor masked = layers::Masking()(steps);
    CHECK(mask_of(masked) == "[[ True False  True]]");
    CHECK(to_string(layers::Masking({.mask_value = 3})(Tensor::from({3.f, 3.f, 3.f, 1.f}, {1, 2, 2}))) ==
          "[[[0. 0.]\n  [3. 1.]]]");
}

TEST_CASE("A mask given to a call stands for the one that the input carries", "[layers][masks]") {
    const Tensor x = numbers::distinct({2, 3, 4}, 1, 1.0, float32);
    const Tensor mask = words() != 0;
    const layers::GlobalAveragePooling1D pool;
    const std::vector<double> y = numbers::of(pool(x, {.mask = mask}));
    for (int64_t c = 0; c < 4; ++c) {
        CHECK(y[static_cast<size_t>(c)] ==
              Approx((x.at<float>({0, 0, c}) + x.at<float>({0, 1, c})) / 2).epsilon(1e-6));
        CHECK(y[static_cast<size_t>(4 + c)] == Approx(x.at<float>({1, 0, c})).epsilon(1e-6));
    }
    const Tensor row = Tensor::from({1.f, 2.f, 3.f}, {1, 3});
    const Tensor two = layers::Softmax()(row, {.mask = Tensor::from({true, false, true}, {1, 3})});
    CHECK(two.at<float>({0, 1}) == 0);
    CHECK(two.at<float>({0, 0}) == Approx(1 / (1 + std::exp(2.0))));
    CHECK_THROWS_AS(x.with_mask(ones({2, 4}, bool_)), ShapeError);
    CHECK_THROWS_AS(x.with_mask(ones({2, 3})), ShapeError);
}

TEST_CASE("Losses leave out what the mask of the predictions leaves out", "[layers][masks]") {
    const Tensor y_pred = Tensor::from({1.f, 2.f, 100.f, 3.f, 100.f, 100.f}, {2, 3, 1});
    const Tensor y_true = zeros({2, 3, 1});
    const losses::MeanSquaredError mse;
    CHECK(mse(y_true, y_pred.with_mask(words() != 0)).item<double>() == Approx((1.0 + 4 + 9) / 3));
    const Tensor weight = Tensor::from({1.f, 1.f, 1.f, 2.f, 2.f, 2.f}, {2, 3});
    CHECK(mse(y_true, y_pred.with_mask(words() != 0), weight).item<double>() == Approx((1.0 + 4 + 18) / 3));
}

TEST_CASE("A classifier of sentences learns, whatever stands behind their ends", "[layers][masks]") {
    clear_session();
    const KerasTensor ids = Input({Shape::unknown}, {.dtype = int32});
    const KerasTensor h = layers::LSTM(8)(layers::Embedding(10, 6, {.mask_zero = true})(ids));
    Model model(ids, layers::Dense(2, {.activation = "softmax"})(h));
    const Tensor longer = Tensor::from({5, 2, 0, 0, 0, 7, 0, 0, 0, 0}, {2, 5});
    CHECK(numbers::of(model(words())) == numbers::of(model(longer)));
    model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
    const Tensor y = Tensor::from({0, 1}, {2});
    const double before = model.test_on_batch(words(), y)["loss"];
    for (int step = 0; step < 20; ++step) model.train_on_batch(words(), y);
    CHECK(model.test_on_batch(longer, y)["loss"] < before);
}
