#include "support/catch.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers.hpp>
#include <keratin/ops/nn/activation.hpp>

using namespace keratin;
using layers::Operation;

namespace {

Config arguments(const char* json) {
    return Config::from_json(json);
}

}  // namespace

TEST_CASE("Shapes are worked out with an open batch", "[layers][operations][functional]") {
    const KerasTensor x = Input({3, 4}), words = Input({Shape::unknown, 4});
    CHECK(layers::operation("numpy.Sum", x).shape() == Shape{});
    CHECK(layers::operation("numpy.Ravel", x).shape() == Shape{Shape::unknown});
    CHECK(reshape(x, {-1, 8}).shape() == Shape{Shape::unknown, 8});
    CHECK(transpose(words, {0, 2, 1}).shape() == Shape{Shape::unknown, 4, Shape::unknown});
    CHECK((words + words).shape() == Shape{Shape::unknown, Shape::unknown, 4});
    const std::vector<KerasTensor> best =
        Operation("math.TopK", arguments(R"({"k": 2})")).apply(std::vector<KerasTensor>{x});
    CHECK(best.at(0).dtype() == float32);
    CHECK(best.at(1).dtype() == int32);
    CHECK(best.at(1).shape() == Shape{Shape::unknown, 3, 2});
    // Beyond what stands for an open extent at first.
    const KerasTensor long_words = Input({Shape::unknown});
    const layers::OperationOptions part{
        .literals = {
            {1, Config::from_json(
                    R"([{"class_name": "__slice__", "config": {"start": null, "stop": null, "step": null}},)"
                    R"( {"class_name": "__slice__", "config": {"start": 20, "stop": 30, "step": null}}])")}}};
    CHECK(layers::operation("numpy.GetItem", long_words, {}, part).shape() ==
          Shape{Shape::unknown, Shape::unknown});
    CHECK(layers::operation("numpy.Take", long_words, arguments(R"({"axis": 1})"), {.literals = {{1, 100}}})
              .shape() == Shape{Shape::unknown});
}

TEST_CASE("Functions of single numbers take shapes of any size without trying them", "[layers][operations]") {
    // As of small shapes, which are tried.
    const auto added = [](const Shape& a, const Shape& b) {
        const auto outputs = layers::Operation("numpy.Add").compute_output_spec({a, b}, {float32, float32});
        return outputs.front().shape;
    };
    constexpr int64_t any = Shape::unknown, big = 100'000;
    CHECK(added({any, 4, 3}, {4, 1}) == Shape{any, 4, 3});
    CHECK(added({any, big, 300}, {big, 1}) == Shape{any, big, 300});
    CHECK(added({any, big, 300}, {any, any, 300}) == Shape{any, big, 300});
    CHECK(added({any, big, big}, {5, 1, 1}) == Shape{5, big, big});
    CHECK(added({any, big, big}, {1, 1, any}) == Shape{any, big, big});
    CHECK_THROWS_AS(added({any, big, big}, {any, big, 7}), ShapeError);

    const layers::Operation compare("numpy.Greater", {},
                                    {.constants = {{1, Tensor::from({1.F, 2.F}, {2, 1})}}});
    const auto outputs = compare.compute_output_spec({{big, 1, big}}, {float32});
    CHECK(outputs.front().shape == Shape{big, 2, big});
    CHECK(outputs.front().dtype == bool_);
    CHECK_THROWS_AS(layers::operation("nn.Softmax", Input({big, big})), ShapeError);
}

TEST_CASE("A value fills a large shape as it does a small one", "[layers][operations]") {
    const layers::Operation filled("numpy.FullLike", {}, {.literals = {{1, Config::List{1, 2, 3}}}});
    for (const int64_t rows : {2, 500'000})
        CHECK(filled.compute_output_spec({{rows, 3}}, {float32}).front().shape == Shape{rows, 3});
}
