#include "core/near_names.hpp"
#include "support/catch.hpp"

using namespace keratin;

TEST_CASE("Near a name are typing errors and longer or shorter names", "[core][near-names]") {
    const std::vector<std::string_view> known = {
        "Dense", "Conv2D", "Conv2DTranspose", "HeNormal", "he_normal", "he_uniform", "L1", "SGD"};
    CHECK(near_names("Danse", known) == "\"Dense\"");
    CHECK(near_names("Desne", known) == "\"Dense\"");  // two letters swapped are one error
    CHECK(near_names("conv2d", known) == "\"Conv2D\", \"Conv2DTranspose\"");
    CHECK(near_names("he", known) == "\"he_normal\", \"he_uniform\"");
    CHECK(near_names("He", known) == "\"HeNormal\", \"he_uniform\"");  // a name is said once
    CHECK(near_names("l2", known) == "\"L1\"");
    CHECK(near_names("MyDense", known) == "\"Dense\"");
    CHECK(near_names("Dense", known).empty());  // it is not what was meant
    CHECK(near_names("Evil", known).empty());
    CHECK(near_names("", known).empty());
    CHECK(near_names(std::string(100000, 'D'), known).empty());
}
