#include "support/catch.hpp"

#include <keratin/layers/prelu.hpp>

using namespace keratin;
using layers::PReLU;

TEST_CASE("PReLU begins as relu", "[layers][prelu]") {
    CHECK(to_string(PReLU()(Tensor::from({-2.f, 0.f, 3.f}, {1, 3}))) == "[[0. 0. 3.]]");
}
