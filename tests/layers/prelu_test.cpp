#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/prelu.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::PReLU;

TEST_CASE("PReLU passes the conformance routine of every layer", "[layers][prelu]") {
    conformance::Facts facts{.default_name = "p_re_lu", .input = {2, 3, 2, 4}, .output = {2, 3, 2, 4}};
    SECTION("by default") {
        facts.weights = {{"alpha", {3, 2, 4}}};
        check_layer<PReLU>([] { return PReLU(); }, facts);
    }
    SECTION("one alpha per channel") {
        facts.weights = {{"alpha", {1, 1, 4}}};
        check_layer<PReLU>([] { return PReLU({.alpha_initializer = "ones", .shared_axes = {1, 2}}); }, facts);
    }
}

TEST_CASE("PReLU begins as relu", "[layers][prelu]") {
    CHECK(to_string(PReLU()(Tensor::from({-2.f, 0.f, 3.f}, {1, 3}))) == "[[0. 0. 3.]]");
}

TEST_CASE("PReLU says what it does not take", "[layers][prelu][errors]") {
    CHECK_THROWS_MATCHES(PReLU({.shared_axes = {0}, .name = "p"})(zeros({2, 3})), ShapeError,
                         Message("p: shared axis 0 of input (2, 3) is the batch, along which alpha is "
                                 "shared anyway; name others"));
    CHECK_THROWS_AS(PReLU({.shared_axes = {2}})(zeros({2, 3})), ShapeError);
    CHECK_THROWS_MATCHES(PReLU({.name = "p"})(zeros({})), ShapeError,
                         Message("p: input is a scalar; (batch, ..) is needed"));
    const PReLU layer({.name = "p"});
    layer(zeros({2, 3}));
    CHECK_THROWS_MATCHES(layer(zeros({2, 4})), ShapeError,
                         Message("p: input of shape (2, 4) needs an alpha of (4,), the layer was built with "
                                 "(3,); give an input of the shape it was built for"));
    CHECK_THROWS_AS(PReLU().build({2, Shape::unknown, 3}), ShapeError);
}
