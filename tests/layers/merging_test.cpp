#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/layers/merging.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

#include <functional>
#include <memory>

using namespace keratin;
using namespace keratin::layers;

namespace {

struct Case {
    std::shared_ptr<Merge> layer;
    const char* class_name;
    const char* name;
    std::function<double(const std::vector<double>&)> merged;  ///< of one element of each input
    size_t inputs = 3;
};

std::vector<Case> cases() {
    clear_session();
    const auto total = [](const std::vector<double>& v) { return v[0] + v[1] + v[2]; };
    return {
        {std::make_shared<Add>(), "Add", "add", total},
        {std::make_shared<Average>(), "Average", "average", [=](const auto& v) { return total(v) / 3; }},
        {std::make_shared<Multiply>(), "Multiply", "multiply",
         [](const auto& v) { return v[0] * v[1] * v[2]; }},
        {std::make_shared<Maximum>(), "Maximum", "maximum",
         [](const auto& v) { return *std::max_element(v.begin(), v.end()); }},
        {std::make_shared<Minimum>(), "Minimum", "minimum",
         [](const auto& v) { return *std::min_element(v.begin(), v.end()); }},
        {std::make_shared<Subtract>(), "Subtract", "subtract", [](const auto& v) { return v[0] - v[1]; }, 2},
    };
}

std::vector<Tensor> inputs(size_t count, DType dtype) {
    std::vector<Tensor> list;
    for (size_t i = 0; i < count; ++i)
        list.push_back(numbers::distinct({2, 3}, static_cast<unsigned>(i) + 1, 1.0, dtype) +
                       0.013 * static_cast<double>(i));  // no two elements are equal
    return list;
}

}  // namespace

TEST_CASE("Merging layers merge element by element", "[layers][merging]") {
    for (const Case& c : cases()) {
        INFO(c.class_name);
        CHECK(c.layer->class_name() == c.class_name);
        CHECK(c.layer->name() == c.name);
        const std::vector<Tensor> x = inputs(c.inputs, float32);
        const std::vector<double> y = numbers::of((*c.layer)(x));
        for (size_t i = 0; i < y.size(); ++i) {
            std::vector<double> elements;
            for (const Tensor& one : x) elements.push_back(numbers::of(one)[i]);
            CHECK(y[i] == Approx(c.merged(elements)).epsilon(1e-6));
        }
        const std::shared_ptr<Layer> again = layer_from_config(serialize(*c.layer));
        CHECK(again->get_config().to_json() == c.layer->get_config().to_json());
        CHECK(numbers::of((*again)(x)) == y);
    }
}

TEST_CASE("Merging layers have gradients for every input", "[layers][merging][gradient]") {
    for (const Case& c : cases()) {
        INFO(c.class_name);
        const std::shared_ptr<Layer> layer = layer_from_config(Config::object(
            {{"class_name", c.class_name}, {"config", Config::object({{"dtype", "float64"}})}}));
        CHECK(check_gradients([&](const std::vector<Tensor>& x) { return reduce_sum(square((*layer)(x))); },
                              inputs(c.inputs, float64)));
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

TEST_CASE("Merging layers say what they do not take", "[layers][merging][errors]") {
    CHECK_THROWS_MATCHES(
        Add({.name = "a"})({zeros({2, 3}), zeros({2, 4})}), ShapeError,
        Message("a: inputs of shapes (2, 3), (2, 4) do not go together; their extents must agree "
                "or be 1"));
    CHECK_THROWS_MATCHES(Add({.name = "a"})(std::vector<Tensor>()), ValueError,
                         Message("a: it got no inputs; give it a list of tensors"));
    CHECK_THROWS_MATCHES(Subtract({.name = "s"})({ones({2}), ones({2}), ones({2})}), ValueError,
                         Message("s: it takes two inputs and got 3"));
    CHECK_THROWS_AS(Add()({ones({2}), Tensor()}), ValueError);
}
