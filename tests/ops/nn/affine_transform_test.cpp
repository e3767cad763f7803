#include "support/catch.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/affine_transform.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;

namespace {

const Tensor slanted =
    Tensor::from({0.9f, -0.3f, 0.4f, 0.2f, 1.1f, -0.7f, 1.2f, 0.1f, -0.6f, 0.f, 0.8f, 0.3f}, {2, 6});

}  // namespace

TEST_CASE("affine_transform by the identity changes nothing", "[ops][affine_transform]") {
    const Tensor x = numbers::distinct({3, 4, 5, 2}, 1, 1.0, float32);
    const Tensor same = Tensor::from({1.f, 0.f, 0.f, 0.f, 1.f, 0.f}, {1, 6});
    for (const auto mode :
         {nn::FillMode("constant"), nn::FillMode("reflect"), nn::FillMode("wrap"), nn::FillMode("nearest")})
        for (const auto sampling : {nn::Sampling("bilinear"), nn::Sampling("nearest")})
            CHECK(numbers::difference(nn::affine_transform(x, same, {sampling, mode}), x) == 0);
}

TEST_CASE("affine_transform fills in what lies outside", "[ops][affine_transform]") {
    const Tensor x = Tensor::from({1.f, 2.f, 3.f}, {1, 1, 3, 1});
    const Tensor by_two = Tensor::from({1.f, 0.f, -2.f, 0.f, 1.f, 0.f}, {1, 6});
    const auto moved = [&](nn::FillMode mode) {
        return to_string(reshape(
            nn::affine_transform(x, by_two, {.interpolation = "nearest", .fill_mode = mode, .fill_value = 9}),
            {3}));
    };
    CHECK(moved("constant") == "[9. 9. 1.]");
    CHECK(moved("reflect") == "[2. 1. 1.]");
    CHECK(moved("wrap") == "[3. 3. 1.]");
    CHECK(moved("nearest") == "[1. 1. 1.]");
}

TEST_CASE("affine_transform interpolates between four pixels", "[ops][affine_transform]") {
    const Tensor x = Tensor::from({0.f, 1.f, 2.f, 3.f}, {1, 2, 2, 1});
    const Tensor between = Tensor::from({1.f, 0.f, 0.5f, 0.f, 1.f, 0.25f}, {1, 6});
    CHECK(nn::affine_transform(x, between).at<float>({0, 0, 0, 0}) == 1.f);
    CHECK(nn::affine_transform(x, between, {.fill_value = 8}).at<float>({0, 1, 1, 0}) ==
          Approx(3 * 0.5 * 0.75 + 8 * (1 - 0.5 * 0.75)));
}

TEST_CASE("affine_transform's gradients are central differences", "[ops][affine_transform][gradients]") {
    GradientCases cases;
    const Tensor x = numbers::distinct({2, 3, 4, 2}, 1);
    for (const auto mode :
         {nn::FillMode("constant"), nn::FillMode("reflect"), nn::FillMode("wrap"), nn::FillMode("nearest")})
        for (const auto sampling : {nn::Sampling("bilinear"), nn::Sampling("nearest")}) {
            const nn::AffineTransformOptions options{sampling, mode, 0.5};
            cases.both("affine_transform",
                       [&](const std::vector<Tensor>& in) {
                           return square(nn::affine_transform(in[0], slanted, options));
                       },
                       {x});
        }
    CHECK(cases.second_order() == 8);
}

TEST_CASE("affine_transform says what it does not take", "[ops][affine_transform][errors]") {
    CHECK_THROWS_MATCHES(
        nn::affine_transform(zeros({3, 4, 1}), slanted), ShapeError,
        Message("affine_transform: images have shape (3, 4, 1); (batch, height, width, channels) is needed"));
    CHECK_THROWS_MATCHES(nn::affine_transform(zeros({3, 3, 4, 1}), slanted), ShapeError,
                         Message("affine_transform: transforms are float32 of shape (2, 6); float32 of shape "
                                 "(3, 6) or (1, 6) is needed"));
    CHECK_THROWS_AS(nn::affine_transform(zeros({2, 3, 4, 1}, uint8), slanted), DTypeError);
    CHECK_THROWS_AS(nn::FillMode::named("mirror"), ValueError);
}
