#include "support/catch.hpp"

#include <keratin/autograd/variable.hpp>
#include <keratin/ops/elementwise.hpp>

#include <fmt/format.h>

using namespace keratin;

TEST_CASE("Copies of a variable are the same variable", "[autograd][variable]") {
    const Variable a(zeros({2}), {.name = "a"});
    const Variable b = a;
    b.assign(ones({2}));
    CHECK(a.value().data<float>()[0] == 1);
    CHECK(a.same_as(b));
}

TEST_CASE("A slot is filled in all its copies", "[autograd][variable]") {
    const Variable slot;
    const Variable copy = slot;
    CHECK_FALSE(copy.built());
    CHECK_THROWS_MATCHES(
        copy.shape(), ValueError,
        Message("Variable: it has no value yet; build the layer that it belongs to, or call it once"));
    slot.initialize(zeros({3}), {.name = "bias", .path = "dense/bias"});
    CHECK(copy.shape() == Shape{3});
    CHECK(copy.path() == "dense/bias");
}

TEST_CASE("A value read before an assignment stays as it was", "[autograd][variable]") {
    const Variable v(Tensor::from({1.f, 2.f}), {.name = "v"});
    const Tensor before = v.value();
    v.assign_add(Tensor::from({1.f, 1.f}));
    v.assign_sub(Tensor::from({0.f, 1.f}));
    v.storage().mutable_data<float>()[0] = 100;
    CHECK(before.data<float>()[0] == 1);
    CHECK(v.value().data<float>()[0] == 100);
    CHECK(v.value().data<float>()[1] == 2);
}

TEST_CASE("A variable prints as Keras prints it", "[autograd][variable]") {
    const Variable bias(zeros({4}), {.name = "bias", .trainable = true, .path = "conv2d_2/bias"});
    CHECK(fmt::format("{}", bias) ==
          "<Variable path=conv2d_2/bias, shape=(4,), dtype=float32, value=[0. 0. 0. 0.]>");
    CHECK(fmt::format("{}", Variable()) == "<Variable not built>");
}

TEST_CASE("Assignments that do not fit are refused and change nothing", "[autograd][variable][errors]") {
    const Variable v(zeros({2}), {.name = "v"});
    CHECK_THROWS_MATCHES(v.assign(zeros({3})), ShapeError,
                         Message("v: assign got shape (3,), the variable has (2,); reshape() the value"));
    CHECK_THROWS_MATCHES(v.assign(zeros({2}, float64)), DTypeError,
                         Message("v: assign got float64, the variable is float32; cast() the value"));
    CHECK_THROWS_MATCHES(v.assign(Tensor()), ValueError,
                         Message("v: assign got an undefined tensor; give one of shape (2,) (float32)"));
    CHECK_THROWS_MATCHES(v.assign_add(ones({1})), ShapeError,
                         Message("v: assign_add got shape (1,), the variable has (2,); reshape() the value"));
    CHECK_THROWS_MATCHES(Variable(zeros({1}), {.name = "a/b"}), ValueError,
                         Message("Variable a/b: a name must not contain '/'; give it as path"));
    CHECK(v.value().data<float>()[0] == 0);
}
