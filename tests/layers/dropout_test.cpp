#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers/dropout.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>

#include <algorithm>

using namespace keratin;
using layers::Dropout;

namespace {

const CallOptions training = {.training = true};

int64_t zeros_in(const Tensor& x) {
    const std::vector<double> values = numbers::of(x);
    return std::count(values.begin(), values.end(), 0.0);
}

}  // namespace

TEST_CASE("Dropout zeroes the share that its rate says and scales the others up", "[layers][dropout]") {
    const double rate = GENERATE(0.1, 0.25, 0.5, 0.9);
    const int64_t n = 20000;
    const Tensor y = Dropout(rate, {.seed = 1})(ones({n}), training);
    const double dropped = static_cast<double>(zeros_in(y)), expected = rate * static_cast<double>(n);
    CHECK(std::abs(dropped - expected) < 4 * std::sqrt(expected * (1 - rate)));
    for (const double value : numbers::of(y))
        if (value != 0) REQUIRE(value == Approx(1 / (1 - rate)));
}

TEST_CASE("Dropout of rate 0 keeps all, of rate 1 nothing", "[layers][dropout]") {
    const Tensor x = numbers::distinct({4, 5}, 1, 1.0, float32);
    CHECK(Dropout(0)(x, training).same_buffer(x));
    const Tensor nothing = Dropout(1)(x, training);
    CHECK(zeros_in(nothing) == 20);
}

TEST_CASE("Dropout hands its input on outside of training, of any dtype", "[layers][dropout]") {
    const Tensor x = ones({2, 3}, int32);
    CHECK(Dropout(0.5)(x).same_buffer(x));
    CHECK_THROWS_MATCHES(Dropout(0.5, {.name = "d"})(x, training), DTypeError,
                         Message("d: input is int32; cast() it to float32, or put a layers::Rescaling(1. / "
                                 "255) before the layer"));
}

TEST_CASE("Dropout decides once along the axes of extent 1 of its noise shape", "[layers][dropout]") {
    const Dropout layer(0.5, {.noise_shape = Shape{Shape::unknown, 1, 3}, .seed = 4});
    const Tensor y = layer(ones({40, 6, 3}), training);
    for (int64_t n = 0; n < 40; ++n)
        for (int64_t row = 1; row < 6; ++row)
            for (int64_t c = 0; c < 3; ++c) REQUIRE(y.at<float>({n, row, c}) == y.at<float>({n, 0, c}));
    CHECK(zeros_in(y) > 0);
    CHECK(zeros_in(y) < y.size());
}

TEST_CASE("Dropout's gradient passes where its output does", "[layers][dropout]") {
    const Tensor x = ones({100});
    GradientTape tape;
    tape.watch(x);
    const Tensor y = Dropout(0.3, {.seed = 5})(x, training);
    CHECK(numbers::of(tape.gradient(y, x)) == numbers::of(y));
}

TEST_CASE("Dropout draws anew at each call, and repeats with its seed", "[layers][dropout]") {
    const Tensor x = ones({50});
    const auto draw = [&](const Layer& layer) { return numbers::of(layer(x, training)); };
    const Dropout layer(0.5, {.seed = 6});
    const auto first = draw(layer), second = draw(layer);
    CHECK(first != second);
    const Dropout again(0.5, {.seed = 6});
    CHECK(draw(again) == first);
    CHECK(draw(again) == second);
    CHECK(draw(Dropout(0.5, {.seed = 7})) != first);
    CHECK(draw(*layer.clone()) == first);  // a stream of its own
    const Dropout copy = again;            // the same stream
    const auto third = draw(copy);
    CHECK(third == draw(layer));
    CHECK(draw(again) != third);
}

TEST_CASE("Dropout without a seed follows the default generator", "[layers][dropout]") {
    const auto draw = [] {
        set_random_seed(8);
        return numbers::of(Dropout(0.5)(ones({50}), training));
    };
    CHECK(draw() == draw());
    const Dropout first(0.5), second(0.5);
    CHECK(numbers::of(first(ones({50}), training)) != numbers::of(second(ones({50}), training)));
}

TEST_CASE("Dropout that is not trainable drops all the same, as in Keras", "[layers][dropout]") {
    const Dropout layer(0.5, {.seed = 1, .trainable = false});
    CHECK(zeros_in(layer(ones({50}), training)) > 0);
}

TEST_CASE("Dropout trains with the model that it is in", "[layers][dropout]") {
    const Sequential model(Dropout(0.5, {.seed = 1}), Sequential(Dropout(0.5, {.seed = 2})));
    CHECK(zeros_in(model(ones({2, 50}))) == 0);
    CHECK(zeros_in(model(ones({2, 50}), training)) > 50);
    CHECK(zeros_in(model.predict(ones({2, 50}))) == 0);
}
