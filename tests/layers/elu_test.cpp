#include "support/catch.hpp"

#include <keratin/layers/elu.hpp>

using namespace keratin;
using layers::ELU;

TEST_CASE("ELU goes towards -alpha", "[layers][elu]") {
    const Tensor x = Tensor::from({-1000.f, 0.f, 10.f});
    CHECK(to_string(ELU({.alpha = 0.5})(x)) == "[-0.5  0.  10. ]");
}
