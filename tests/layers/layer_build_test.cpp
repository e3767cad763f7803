#include "support/catch.hpp"

#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>

#include <stdexcept>

using namespace keratin;

namespace {

/// Refuses to build its second weight as long as `refuses` holds.
struct Hesitant : Layer {
    Variable first, second;
    static inline bool refuses = false;

    Tensor call(const Tensor& x) override { return x * first + second; }

protected:
    void build_variables(const Shape& input) override {
        add_weight(first, {.name = "first", .shape = {input.back()}});
        if (refuses) throw std::runtime_error("not yet");
        add_weight(second, {.name = "second", .shape = {input.back()}});
    }
};

struct Pair : Layer {
    layers::Dense dense{3};
    Hesitant hesitant;
    Tensor call(const Tensor& x) override { return hesitant(dense(x)); }
};

}  // namespace

TEST_CASE("A build that fails leaves the layer as before and can be tried again", "[layers][build]") {
    Hesitant layer;
    const Hesitant copy = layer;
    Hesitant::refuses = true;
    CHECK_THROWS_AS(layer.build({1, 2}), std::runtime_error);
    CHECK_THROWS_AS(layer(zeros({1, 2})), std::runtime_error);
    CHECK_FALSE(layer.built());
    CHECK_FALSE(layer.first.built());
    CHECK(layer.variables().empty());
    CHECK(copy.variables().empty());
    Hesitant::refuses = false;
    layer.build({1, 5});  // another shape than the first time
    CHECK(layer.first.shape() == Shape{5});
    CHECK(copy.first.same_as(layer.first));
    CHECK(copy.built());
    CHECK(copy.variables().size() == 2);
}

TEST_CASE("A build that fails takes back the layers inside", "[layers][build]") {
    clear_session();
    Pair layer;
    Hesitant::refuses = true;
    CHECK_THROWS_AS(layer.build({1, 2}), std::runtime_error);
    CHECK_FALSE(layer.built());
    CHECK_FALSE(layer.dense.built());
    CHECK_FALSE(layer.dense.kernel.built());
    CHECK(layer.variables().empty());
    Hesitant::refuses = false;
    layer.build({1, 7});
    CHECK(layer.dense.kernel.shape() == Shape{7, 3});
    CHECK(layer.dense.kernel.path() == "pair/dense/kernel");
    CHECK(layer.variables().size() == 4);
}

TEST_CASE("A model whose second layer does not fit is as before", "[layers][build]") {
    layers::Dense first(4);
    layers::Conv2D second(2, {.kernel_size = 3, .name = "c"});
    Sequential model(first, second);
    CHECK_THROWS_MATCHES(model.build({1, 8}), ShapeError,
                         Message("c: input has shape (1, 4); (batch, height, width, channels) is needed"));
    CHECK_FALSE(model.built());
    CHECK_FALSE(first.built());
    CHECK(model.variables().empty());
    CHECK(model(zeros({1, 5, 5, 8})).shape() == Shape{1, 3, 3, 2});
    CHECK(first.kernel.shape() == Shape{8, 4});
}

TEST_CASE("What was built before stays when a model around it fails to build", "[layers][build]") {
    layers::Dense ready(4);
    ready.build({1, 3});
    const Tensor kernel = ready.kernel.value();
    Sequential model(ready, layers::Conv2D(2, {.kernel_size = 3}));
    CHECK_THROWS_AS(model.build({1, 3}), ShapeError);
    CHECK(ready.built());
    CHECK(ready.kernel.value().same_buffer(kernel));
}

TEST_CASE("An initializer that gives another shape is refused", "[layers][build][errors]") {
    struct Crooked : initializers::Initializer {
        Tensor operator()(const Shape&, DType dtype) const override { return zeros({7}, dtype); }
        std::string class_name() const override { return "Crooked"; }
    };
    clear_session();
    layers::Dense layer(2, {.bias_initializer = Crooked()});
    CHECK_THROWS_AS(layer.build({1, 3}), ShapeError);
    CHECK_FALSE(layer.kernel.built());
    CHECK(layer.variables().empty());
}
