#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/elu.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::ELU;

TEST_CASE("ELU passes the conformance routine of every layer", "[layers][elu]") {
    const double alpha = GENERATE(1.0, 0.0, 2.5);
    check_layer<ELU>([&] { return ELU({.alpha = alpha}); },
                     {.default_name = "elu", .input = {2, 3, 4}, .output = {2, 3, 4}});
}

TEST_CASE("ELU goes towards -alpha", "[layers][elu]") {
    const Tensor x = Tensor::from({-1000.f, 0.f, 10.f});
    CHECK(to_string(ELU({.alpha = 0.5})(x)) == "[-0.5  0.  10. ]");
}

TEST_CASE("ELU says what it does not take", "[layers][elu][errors]") {
    CHECK_THROWS_MATCHES(ELU({.alpha = INFINITY, .name = "e"}), ValueError,
                         Message("e: alpha is inf; it must be a finite number"));
    CHECK_THROWS_MATCHES(ELU({.name = "e"})(zeros({2}, bool_)), DTypeError,
                         Message("e: input is bool; cast() it to float32, or put a layers::Rescaling(1. / "
                                 "255) before the layer"));
}
