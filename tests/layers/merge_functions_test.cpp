#include "support/catch.hpp"

#include <keratin/keratin.hpp>

using namespace keratin;

TEST_CASE("the merging functions are their layers", "[layers][merging]") {
    const Tensor a = Tensor::from({1.F, 2.F}, {1, 2}), b = Tensor::from({3.F, 5.F}, {1, 2});
    CHECK(to_string(layers::add({a, b})) == "[[4. 7.]]");
    CHECK(to_string(layers::subtract({a, b})) == "[[-2. -3.]]");
    CHECK(to_string(layers::multiply({a, b})) == "[[ 3. 10.]]");
    CHECK(to_string(layers::average({a, b})) == "[[2.  3.5]]");
    CHECK(to_string(layers::maximum({a, b})) == "[[3. 5.]]");
    CHECK(to_string(layers::minimum({a, b})) == "[[1. 2.]]");
    CHECK(to_string(layers::concatenate({a, b})) == "[[1. 2. 3. 5.]]");
    CHECK(to_string(layers::dot({a, b}, -1)) == "[[13.]]");
}

TEST_CASE("functional models are written with operators and merging functions",
          "[layers][merging][functional]") {
    const KerasTensor a = Input({2}), b = Input({2});
    const std::vector<KerasTensor> outputs = {
        a + b,
        a - b,
        a * b,
        2 * a + 1,
        3 - a,
        -a,
        a / 4 - 1,
        layers::average({a, b}),
        layers::maximum({a, b}),
        layers::minimum({a, b}),
        layers::concatenate({a, b}),
        layers::dot({a, b}, 1),
        layers::add({a, b}, {.name = "sum"}),
        layers::subtract({a, b}),
        layers::multiply({a, b}),
    };
    CHECK(outputs.at(12).name() == "sum");
    const Model model({a, b}, outputs);
    const Tensor x = Tensor::from({1.F, 2.F}, {1, 2}), y = Tensor::from({3.F, 5.F}, {1, 2});
    std::vector<std::string> texts;
    for (const Tensor& value : model.apply({x, y})) texts.push_back(to_string(value));
    CHECK(texts == std::vector<std::string>{"[[4. 7.]]", "[[-2. -3.]]", "[[ 3. 10.]]", "[[3. 5.]]",
                                            "[[2. 1.]]", "[[-1. -2.]]", "[[-0.75 -0.5 ]]", "[[2.  3.5]]",
                                            "[[3. 5.]]", "[[1. 2.]]", "[[1. 2. 3. 5.]]", "[[13.]]",
                                            "[[4. 7.]]", "[[-2. -3.]]", "[[ 3. 10.]]"});
}
