#include "support/catch.hpp"

#include <keratin/xtensor.hpp>

using namespace keratin;

TEST_CASE("as_xtensor reads the tensor's own memory", "[core][xtensor]") {
    const Tensor x = Tensor::from({1.f, 2.f, 3.f, 4.f, 5.f, 6.f}, {2, 3});
    const auto view = as_xtensor<float>(x);
    CHECK(view.data() == x.data<float>().data());
    CHECK(view.dimension() == 2);
    CHECK(view(1, 0) == 4.f);
    static_assert(std::is_const_v<std::remove_reference_t<decltype(view(0, 0))>>);
}

TEST_CASE("as_xtensor keeps the memory alive after the tensor has gone", "[core][xtensor]") {
    auto view = [] {
        const Tensor x = Tensor::from({1.5, 2.5});
        return as_xtensor<double>(x);
    }();
    CHECK(view(1) == 2.5);
}

TEST_CASE("as_xtensor sees what was, when the tensor is written to", "[core][xtensor]") {
    Tensor x = Tensor::from({1, 2});
    const auto view = as_xtensor<int32_t>(x);
    x.mutable_data<int32_t>()[0] = 7;
    CHECK(view(0) == 1);
    CHECK(x.at<int32_t>({0}) == 7);
}

TEST_CASE("as_xtensor refuses another type and an undefined tensor", "[core][xtensor]") {
    CHECK_THROWS_MATCHES(
        as_xtensor<double>(zeros({2})), DTypeError,
        Message("Tensor::data: the tensor's elements are float32, not float64; ask for that type or "
                "cast() the tensor"));
    CHECK_THROWS_AS(as_xtensor<float>(Tensor()), ValueError);
}

TEST_CASE("from_xtensor evaluates an expression, broadcasting and all", "[core][xtensor]") {
    const Tensor rows = Tensor::from({1.f, 2.f, 3.f}, {3, 1});
    const Tensor cols = Tensor::from({10.f, 20.f});
    const Tensor sum = from_xtensor(as_xtensor<float>(rows) + as_xtensor<float>(cols));
    CHECK(sum.shape() == Shape{3, 2});
    CHECK(to_string(sum) == "[[11. 21.]\n [12. 22.]\n [13. 23.]]");
}

TEST_CASE("from_xtensor keeps the order of elements, whatever the layout", "[core][xtensor]") {
    const xt::xarray<double, xt::layout_type::column_major> a = {{1., 2., 3.}, {4., 5., 6.}};
    CHECK(to_string(from_xtensor(a)) == "[[1. 2. 3.]\n [4. 5. 6.]]");
    const xt::xarray<int> copied = {1, 2};
    CHECK(from_xtensor(copied).dtype() == int32);
}

TEST_CASE("from_xtensor takes every element type, ranks 0 to 8 and empty arrays", "[core][xtensor]") {
    CHECK(from_xtensor(xt::xarray<bool>{true, false}).dtype() == bool_);
    CHECK(from_xtensor(xt::xarray<uint8_t>{1}).dtype() == uint8);
    CHECK(from_xtensor(xt::xarray<long long>{1}).dtype() == int64);
    CHECK(from_xtensor(xt::xarray<size_t>{5}).at<int64_t>({0}) == 5);
    CHECK(from_xtensor(xt::xarray<float>(3.5f)).shape() == Shape{});
    CHECK(from_xtensor(xt::xarray<float>::from_shape({2, 0, 3})).shape() == Shape{2, 0, 3});
    CHECK(from_xtensor(xt::xarray<float>::from_shape({1, 1, 1, 1, 1, 1, 1, 2})).rank() == 8);
    CHECK_THROWS_AS(from_xtensor(xt::xarray<float>::from_shape({1, 1, 1, 1, 1, 1, 1, 1, 1})), ShapeError);
}

TEST_CASE("from_xtensor takes over the memory of a keratin::xarray", "[core][xtensor]") {
    keratin::xarray<float> a = {{1.f, 2.f}, {3.f, 4.f}};
    const float* memory = a.data();
    CHECK(reinterpret_cast<uintptr_t>(memory) % 64 == 0);
    Tensor x = from_xtensor(std::move(a));
    CHECK(x.data<float>().data() == memory);
    CHECK(to_string(x) == "[[1. 2.]\n [3. 4.]]");
    x.mutable_data<float>()[0] = 9;
    CHECK(x.at<float>({0, 0}) == 9.f);
    CHECK(x.at<float>({1, 1}) == 4.f);

    const keratin::xarray<float> kept = {5.f, 6.f};
    CHECK(from_xtensor(kept).data<float>().data() != kept.data());
}
