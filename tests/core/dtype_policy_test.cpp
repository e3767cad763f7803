#include "support/catch.hpp"

#include <keratin/core/dtype_policy.hpp>
#include <keratin/core/error.hpp>

using namespace keratin;

TEST_CASE("a policy is one dtype, or 16 bits over float32 variables", "[half]") {
    constexpr DTypePolicy mixed = "mixed_bfloat16";
    CHECK(mixed.compute_dtype() == bfloat16);
    CHECK(mixed.variable_dtype() == float32);
    CHECK(mixed.mixed());
    CHECK(mixed.name() == "mixed_bfloat16");
    CHECK_FALSE(DTypePolicy(float64).mixed());
    for (const char* name : {"float32", "float64", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16"})
        CHECK(DTypePolicy::named(name).name() == name);
    CHECK_THROWS_WITH(
        DTypePolicy::named("mixed_int8"),
        "dtype policy: \"mixed_int8\" is not accepted; use \"float32\", \"float64\", \"float16\", "
        "\"bfloat16\", \"mixed_float16\" or \"mixed_bfloat16\"");
}

TEST_CASE("a scope sets the policy of what is made inside", "[half]") {
    CHECK(DTypePolicy() == DTypePolicy(float32));
    {
        const DTypePolicyScope outer("mixed_float16");
        CHECK(DTypePolicy().name() == "mixed_float16");
        {
            const DTypePolicyScope inner(float64);
            CHECK(DTypePolicy() == DTypePolicy(float64));
        }
        CHECK(DTypePolicy().name() == "mixed_float16");
    }
    CHECK(DTypePolicy() == DTypePolicy(float32));
}
