#include "support/catch.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/tensor.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

using namespace keratin;

namespace {

const auto nothing = [](void*) {};

template <Element T>
std::vector<T> values(const Tensor& x) {
    return {x.data<T>().begin(), x.data<T>().end()};
}

}  // namespace

TEST_CASE("A tensor is made of braces, vectors and spans, of every element type", "[core][tensor]") {
    const Tensor x = Tensor::from({1.f, 2.f, 3.f, 4.f, 5.f, 6.f}, {2, 3});
    CHECK(x.shape() == Shape{2, 3});
    CHECK(x.rank() == 2);
    CHECK(x.size() == 6);
    CHECK(x.dtype() == float32);
    CHECK(x.at<float>({1, 2}) == 6);
    CHECK(Tensor::from({1.5, 2.5}).dtype() == float64);
    CHECK(Tensor::from({1, 2, 3}).dtype() == int32);
    CHECK(Tensor::from({int64_t{1}}).dtype() == int64);
    CHECK(Tensor::from({uint8_t{1}}).dtype() == uint8);
    CHECK(values<bool>(Tensor::from({true, false, true})) == std::vector<bool>{true, false, true});
    CHECK(Tensor::from(std::vector<bool>{true, false}).dtype() == bool_);
    const std::vector<double> numbers = {1, 2, 3, 4};
    CHECK(values<double>(Tensor::from(numbers, {2, 2})) == numbers);
    CHECK(values<double>(Tensor::from(std::span<const double>(numbers).subspan(1, 2), {2})) ==
          std::vector<double>{2, 3});
    CHECK(Tensor::from(std::vector<float>()).shape() == Shape{0});
    CHECK(Tensor::from({7}, {}).item<int>() == 7);
}

TEST_CASE("The number of values must be the shape's", "[core][tensor][errors]") {
    CHECK_THROWS_MATCHES(Tensor::from({1.f, 2.f, 3.f}, {2, 2}), ShapeError,
                         Message("Tensor::from: 3 values do not fill shape (2, 2), which holds 4"));
    CHECK_THROWS_AS(Tensor::empty({2, Shape::unknown}), ShapeError);
}

TEST_CASE("A tensor's memory is aligned for vectors", "[core][tensor]") {
    for (int64_t n = 0; n < 70; ++n)
        CHECK(reinterpret_cast<uintptr_t>(Tensor::empty({n}, uint8).raw()) % 64 == 0);
}

TEST_CASE("item converts the only element", "[core][tensor]") {
    CHECK(Tensor::scalar(2.75).item<float>() == 2.75f);
    CHECK(Tensor::scalar(2.75).item<int>() == 2);
    CHECK(Tensor::scalar(2.75).item<bool>());
    CHECK(Tensor::from({7}, {1, 1, 1}).item<double>() == 7);
    const int64_t large = (int64_t{1} << 53) + 1;  // no double
    CHECK(Tensor::from({large}).item<int64_t>() == large);
    CHECK(Tensor::from({true}).item<int>() == 1);
    CHECK(Tensor::from({uint8_t{200}}).item<float>() == 200);
    CHECK_THROWS_MATCHES(zeros({2, 1}).item<float>(), ShapeError,
                         Message("Tensor::item: shape (2, 1) holds 2 elements; item() needs exactly one"));
    CHECK_THROWS_AS(zeros({0}).item<int>(), ShapeError);
}

TEST_CASE("Copies share memory, and nobody sees a write through another handle", "[core][tensor]") {
    Tensor a = Tensor::from({1, 2, 3});
    CHECK(a.unique());
    Tensor b = a;
    CHECK(a.same_buffer(b));
    CHECK_FALSE(a.unique());
    b.mutable_data<int32_t>()[0] = 10;
    CHECK(values<int32_t>(a) == std::vector<int32_t>{1, 2, 3});
    CHECK(values<int32_t>(b) == std::vector<int32_t>{10, 2, 3});
    CHECK_FALSE(a.same_buffer(b));
    const void* memory = a.raw();
    a.mutable_data<int32_t>()[1] = 20;  // alone with it: in place
    CHECK(a.raw() == memory);
    Tensor c = std::move(a);
    CHECK(c.raw() == memory);
    CHECK(c.unique());
}

TEST_CASE("A view shares memory and is written to apart", "[core][tensor]") {
    const Tensor x = Tensor::from({0, 1, 2, 3, 4, 5}, {2, 3});
    Tensor row = x.view({3}, 3);
    CHECK(values<int32_t>(row) == std::vector<int32_t>{3, 4, 5});
    CHECK(row.raw() == x.data<int32_t>().data() + 3);
    CHECK(x.view({3, 2}).at<int32_t>({2, 1}) == 5);
    CHECK(x.view({0}, 6).size() == 0);
    CHECK(x.view({}, 2).item<int>() == 2);
    row.mutable_data<int32_t>()[0] = 30;
    CHECK(x.at<int32_t>({1, 0}) == 3);
    CHECK(values<int32_t>(row) == std::vector<int32_t>{30, 4, 5});
    CHECK(row.view({2}, 1).at<int32_t>({0}) == 4);
}

TEST_CASE("A view stays within its tensor", "[core][tensor][errors]") {
    const Tensor x = zeros({2, 3});
    const auto check = [&](const Shape& shape, int64_t first, const char* text) {
        CHECK_THROWS_MATCHES(x.view(shape, first), ShapeError, Message(text));
    };
    check({7}, 0,
          "Tensor::view: shape (7,) from element 0 on needs elements that a tensor of shape (2, 3) has not; "
          "it holds 6");
    check({3}, 4,
          "Tensor::view: shape (3,) from element 4 on needs elements that a tensor of shape (2, 3) has not; "
          "it holds 6");
    check({1}, -1,
          "Tensor::view: shape (1,) from element -1 on needs elements that a tensor of shape (2, 3) has "
          "not; it holds 6");
    CHECK_THROWS_AS(x.view({int64_t{1} << 40, int64_t{1} << 20}), ShapeError);
}

TEST_CASE("at answers one element and says when there is none", "[core][tensor]") {
    const Tensor x = Tensor::from({0, 1, 2, 3, 4, 5}, {1, 2, 3});
    for (int32_t i = 0; i < 6; ++i) CHECK(x.at<int32_t>({0, i / 3, i % 3}) == i);
    CHECK(Tensor::scalar(3).at<float>({}) == 3);
    CHECK_THROWS_MATCHES(
        x.at<int32_t>({0, 2, 0}), ShapeError,
        Message("Tensor::at: index (0, 2, 0) is outside shape (1, 2, 3); axes count from 0"));
    CHECK_THROWS_AS(x.at<int32_t>({0, 0, -1}), ShapeError);
    CHECK_THROWS_MATCHES(
        x.at<int32_t>({0, 1}), ShapeError,
        Message("Tensor::at: index (0, 1) has 2 numbers and shape (1, 2, 3) has 3 axes; give one for each "
                "axis"));
    CHECK_THROWS_AS(x.at<float>({0, 0, 0}), DTypeError);
}

TEST_CASE("The elements' type must be the one asked for", "[core][tensor][errors]") {
    Tensor x = zeros({2}, int64);
    CHECK_THROWS_MATCHES(x.data<float>(), DTypeError,
                         Message("Tensor::data: the tensor's elements are int64, not float32; ask for that "
                                 "type or cast() the tensor"));
    CHECK_THROWS_MATCHES(x.mutable_data<int32_t>(), DTypeError,
                         Message("Tensor::mutable_data: the tensor's elements are int64, not int32; ask for "
                                 "that type or cast() the tensor"));
}

TEST_CASE("An undefined tensor says so wherever a value is needed", "[core][tensor][errors]") {
    Tensor x;
    CHECK_FALSE(x.defined());
    CHECK(x.size() == 0);
    const char* remedy = ": tensor is undefined; give it a value first, for instance by zeros(shape)";
    const auto message = [&](const char* call) { return Message(std::string(call) + remedy); };
    CHECK_THROWS_MATCHES(x.data<float>(), ValueError, message("Tensor::data"));
    CHECK_THROWS_MATCHES(x.mutable_data<float>(), ValueError, message("Tensor::mutable_data"));
    CHECK_THROWS_MATCHES(x.mutable_raw(), ValueError, message("Tensor::mutable_data"));
    CHECK_THROWS_MATCHES(x.item<float>(), ValueError, message("Tensor::item"));
    CHECK_THROWS_MATCHES(x.item<int>(), ValueError, message("Tensor::item"));
    CHECK_THROWS_MATCHES(x.view({}), ValueError, message("Tensor::view"));
    CHECK_THROWS_MATCHES(convert(x, int32), ValueError, message("convert"));
}

TEST_CASE("convert is defined for every value", "[core][tensor]") {
    const float infinity = std::numeric_limits<float>::infinity();
    const Tensor x = Tensor::from({-1.9f, 1.9f, 300.f, 1e20f, -infinity, std::nanf("")});
    constexpr int32_t most = std::numeric_limits<int32_t>::max(), least = std::numeric_limits<int32_t>::min();
    CHECK(values<int32_t>(convert(x, int32)) == std::vector<int32_t>{-1, 1, 300, most, least, 0});
    CHECK(values<uint8_t>(convert(x, uint8)) == std::vector<uint8_t>{0, 1, 255, 255, 0, 0});
    CHECK(values<int64_t>(convert(x, int64))[3] == std::numeric_limits<int64_t>::max());
    CHECK(values<bool>(convert(x, bool_)) == std::vector<bool>(6, true));
    CHECK(values<bool>(convert(Tensor::from({0.f, -0.f, 0.1f}), bool_)) ==
          std::vector<bool>{false, false, true});
    CHECK(values<uint8_t>(convert(Tensor::from({256, -1, 7}), uint8)) == std::vector<uint8_t>{0, 255, 7});
    CHECK(values<float>(convert(Tensor::from({true, false}), float32)) == std::vector<float>{1, 0});
    CHECK(values<double>(convert(Tensor::from({0.1f}), float64))[0] == static_cast<double>(0.1f));
}

TEST_CASE("convert to the same dtype copies nothing", "[core][tensor]") {
    const Tensor x = zeros({2, 3});
    CHECK(convert(x, float32).same_buffer(x));
    CHECK(convert(zeros({0, 3}), int32).shape() == Shape{0, 3});
}

TEST_CASE("A tensor on adopted memory is copied before it is written to", "[core][tensor]") {
    float memory[4] = {1, 2, 3, 4};
    Tensor x = Tensor::adopt(Storage::adopt(memory, sizeof memory, nullptr, nothing), {2, 2}, float32);
    CHECK(x.raw() == memory);
    CHECK(x.at<float>({1, 1}) == 4);
    x.mutable_data<float>()[0] = 9;
    CHECK(memory[0] == 1);
    CHECK(x.at<float>({0, 0}) == 9);
}

TEST_CASE("Adopted memory must be there, large enough and aligned", "[core][tensor][errors]") {
    alignas(8) unsigned char memory[16] = {};
    const auto adopted = [&](size_t offset, size_t bytes) {
        return Storage::adopt(memory + offset, bytes, nullptr, nothing);
    };
    CHECK_THROWS_MATCHES(Tensor::adopt(Storage(), {2}, float32), ValueError,
                         Message("Tensor::adopt: the storage is empty; make one with Storage::adopt"));
    CHECK_THROWS_MATCHES(
        Tensor::adopt(adopted(0, 11), {3}, float32), ShapeError,
        Message("Tensor::adopt: shape (3,) of float32 needs 12 bytes and the storage has 11"));
    CHECK_THROWS_MATCHES(Tensor::adopt(adopted(4, 8), {1}, float64), ValueError,
                         Message("Tensor::adopt: the storage is not aligned for float64; its address must be "
                                 "a multiple of 8"));
    CHECK(Tensor::adopt(adopted(3, 2), {2}, uint8).size() == 2);
}

TEST_CASE("What is written into a tensor is not what a tape recorded", "[core][tensor]") {
    const Tensor x = ones({2});
    GradientTape tape;
    tape.watch(x);
    Tensor y = x.view({2});
    CHECK(y.node().recorder == 0);  // a view is no op
    y = convert(x, float32);
    y.mutable_data<float>()[0] = 5;
    CHECK_FALSE(tape.gradient(y, x).defined());
}

TEST_CASE("item() refuses a number that the integer cannot hold", "[core][tensor]") {
    CHECK(Tensor::scalar(-2.9).item<int>() == -2);
    CHECK(Tensor::scalar(255.5).item<uint8_t>() == 255);
    CHECK_THROWS_MATCHES(Tensor::scalar(256.0).item<uint8_t>(), ValueError,
                         Message("Tensor::item: 256 does not fit an integer of 8 bits; take it as double"));
    CHECK_THROWS_AS(Tensor::scalar(-1.0).item<uint8_t>(), ValueError);
    CHECK_THROWS_AS(Tensor::scalar(1e30, float64).item<int64_t>(), ValueError);
    CHECK_THROWS_AS(Tensor::scalar(std::nan("")).item<int>(), ValueError);
}
