#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/merging.hpp>
#include <keratin/ops/elementwise.hpp>

#include <functional>
#include <memory>

using namespace keratin;
using namespace keratin::layers;

namespace {

struct Case {
    std::shared_ptr<Merge> layer;
    const char* class_name;
    std::function<double(const std::vector<double>&)> merged;  ///< of one element of each input
    size_t inputs = 3;
};

std::vector<Case> cases() {
    const auto total = [](const std::vector<double>& v) { return v[0] + v[1] + v[2]; };
    return {
        {std::make_shared<Add>(), "Add", total},
        {std::make_shared<Average>(), "Average", [=](const auto& v) { return total(v) / 3; }},
        {std::make_shared<Multiply>(), "Multiply", [](const auto& v) { return v[0] * v[1] * v[2]; }},
        {std::make_shared<Maximum>(), "Maximum",
         [](const auto& v) { return *std::max_element(v.begin(), v.end()); }},
        {std::make_shared<Minimum>(), "Minimum",
         [](const auto& v) { return *std::min_element(v.begin(), v.end()); }},
        {std::make_shared<Subtract>(), "Subtract", [](const auto& v) { return v[0] - v[1]; }, 2},
    };
}

std::vector<Tensor> inputs(size_t count) {
    std::vector<Tensor> list;
    for (size_t i = 0; i < count; ++i)
        list.push_back(numbers::distinct({2, 3}, static_cast<unsigned>(i) + 1, 1.0, float32) +
                       0.013 * static_cast<double>(i));  // no two elements are equal
    return list;
}

}  // namespace

TEST_CASE("Merging layers merge element by element", "[layers][merging]") {
    for (const Case& c : cases()) {
        INFO(c.class_name);
        const std::vector<Tensor> x = inputs(c.inputs);
        const std::vector<double> y = numbers::of((*c.layer)(x));
        for (size_t i = 0; i < y.size(); ++i) {
            std::vector<double> elements;
            for (const Tensor& one : x) elements.push_back(numbers::of(one)[i]);
            CHECK(y[i] == Approx(c.merged(elements)).epsilon(1e-6));
        }
    }
}

TEST_CASE("Shapes of merged tensors broadcast, shorter ones behind the batch", "[layers][merging]") {
    const Shape open = {Shape::unknown, 4, 1, 3};
    CHECK(Add().compute_output_shapes({open, {Shape::unknown, 1, 5, 3}})[0] ==
          Shape{Shape::unknown, 4, 5, 3});
    CHECK(Add().compute_output_shapes({{2, 4, 3}, {2, 3}})[0] == Shape{2, 4, 3});
    CHECK(Add().compute_output_shapes({{2, Shape::unknown}, {2, 1}})[0] == Shape{2, Shape::unknown});
    const Tensor x = numbers::distinct({2, 4, 3}, 1, 1.0, float32),
                 row = numbers::distinct({2, 3}, 2, 1.0, float32);
    const Tensor y = Multiply()({x, row});
    for (int64_t n = 0; n < 2; ++n)
        for (int64_t i = 0; i < 4; ++i)
            for (int64_t j = 0; j < 3; ++j)
                CHECK(y.at<float>({n, i, j}) == x.at<float>({n, i, j}) * row.at<float>({n, j}));
    CHECK(numbers::of(Add()(x)) == numbers::of(x));
}
