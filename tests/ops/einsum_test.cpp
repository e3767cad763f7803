#include "ops/support.hpp"
#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/ops/einsum.hpp>
#include <keratin/ops/matmul.hpp>

#include <map>

using namespace keratin;

namespace {

/// The sum over every index of every letter; the letters of ellipses are written out.
std::vector<double> loops(const std::string& a, const std::string& b, const std::string& result,
                          const Tensor& x, const Tensor& y) {
    std::map<char, int64_t> extents, at;
    for (size_t i = 0; i < a.size(); ++i) extents[a[i]] = x.shape()[static_cast<int>(i)];
    for (size_t i = 0; i < b.size(); ++i) extents[b[i]] = y.shape()[static_cast<int>(i)];
    int64_t all = 1, size = 1;
    for (const auto& [letter, extent] : extents) all *= extent;
    for (const char letter : result) size *= extents[letter];
    const auto number = [&](const std::string& term) {
        int64_t n = 0;
        for (const char letter : term) n = n * extents[letter] + at[letter];
        return static_cast<size_t>(n);
    };
    const std::vector<double> xs = numbers::of(x), ys = numbers::of(y);
    std::vector<double> sums(static_cast<size_t>(size));
    for (int64_t i = 0; i < all; ++i) {
        int64_t rest = i;
        for (const auto& [letter, extent] : extents) {
            at[letter] = rest % extent;
            rest /= extent;
        }
        sums[number(result)] += xs[number(a)] * ys[number(b)];
    }
    return sums;
}

struct Case {
    const char* equation;
    Shape a, b;
    const char *letters_a, *letters_b, *letters_result;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        {"ab,bc->ac", {2, 3}, {3, 4}, "ab", "bc", "ac"},
        {"ab,bc->ca", {2, 3}, {3, 4}, "ab", "bc", "ca"},
        {"ab,cb->ac", {2, 3}, {4, 3}, "ab", "cb", "ac"},
        {"abc,cd->abd", {2, 3, 4}, {4, 2}, "abc", "cd", "abd"},
        {"abc,cde->adbe", {2, 3, 4}, {4, 2, 3}, "abc", "cde", "adbe"},
        {"abcd,cde->abe", {2, 3, 2, 4}, {2, 4, 3}, "abcd", "cde", "abe"},
        {"abc,abd->acd", {2, 3, 4}, {2, 3, 2}, "abc", "abd", "acd"},
        {"aecd,abcd->acbe", {2, 2, 3, 2}, {2, 4, 3, 2}, "aecd", "abcd", "acbe"},
        {"a,b->ab", {2}, {3}, "a", "b", "ab"},
        {"a,a->", {3}, {3}, "a", "a", ""},
        {"ab,ab->ab", {2, 3}, {2, 3}, "ab", "ab", "ab"},
        {"ab,b->a", {2, 3}, {3}, "ab", "b", "a"},
        {"abc,b->ac", {2, 3, 4}, {3}, "abc", "b", "ac"},
        {"abc,d->ad", {2, 3, 4}, {5}, "abc", "d", "ad"},
        {"ab,bcd->ac", {2, 3}, {3, 2, 4}, "ab", "bcd", "ac"},
        {"ab , bc -> ac", {2, 3}, {3, 4}, "ab", "bc", "ac"},
        {"...x,xy->...y", {2, 3, 4}, {4, 5}, "abx", "xy", "aby"},
        {"...x,xy->...y", {4}, {4, 5}, "x", "xy", "y"},
        {"ab...,bc->ac...", {2, 3, 2, 4}, {3, 5}, "abde", "bc", "acde"},
        {"...qd,...kd->...qk", {2, 3, 4}, {2, 2, 4}, "aqd", "akd", "aqk"},
        {"...qd,...kd->...qk", {2, 2, 3, 4}, {2, 5, 4}, "baqd", "akd", "baqk"},
    };
    return all;
}

}  // namespace

TEST_CASE("einsum is the sum of products that the equation says", "[ops][einsum]") {
    for (const Case& c : cases())
        for (const DType dtype : {float32, float64}) {
            INFO(c.equation);
            const Tensor a = numbers::distinct(c.a, 1, 1.0, dtype), b = numbers::distinct(c.b, 2, 1.0, dtype);
            const Tensor y = einsum(c.equation, a, b);
            CHECK(y.shape() == einsum_shape(c.equation, c.a, c.b));
            CHECK(y.dtype() == dtype);
            CHECK(numbers::difference(y, loops(c.letters_a, c.letters_b, c.letters_result, a, b)) <
                  (dtype == float32 ? 1e-5 : 1e-13));
        }
}

TEST_CASE("einsum broadcasts under an ellipsis", "[ops][einsum]") {
    const Tensor a = numbers::distinct({2, 1, 3, 4}, 1), b = numbers::distinct({2, 4, 2}, 2);
    const Tensor y = einsum("...ab,...bc->...ac", a, b);
    CHECK(y.shape() == Shape{2, 2, 3, 2});
    CHECK(numbers::difference(y, matmul(a, b)) < 1e-14);
}

TEST_CASE("the gradients of einsum agree with central differences", "[ops][einsum]") {
    for (const Case& c : cases()) {
        INFO(c.equation);
        test::check_derivatives(
            [&](const std::vector<Tensor>& in) { return einsum(c.equation, in[0], in[1]); },
            {test::sample(c.a, 1), test::sample(c.b, 2)});
    }
}

TEST_CASE("einsum works out shapes with unknown extents", "[ops][einsum]") {
    CHECK(einsum_shape("abc,cd->abd", {Shape::unknown, Shape::unknown, 4}, {4, 5}) ==
          Shape{Shape::unknown, Shape::unknown, 5});
    CHECK(einsum("ab,bc->ac", zeros({0, 3}), zeros({3, 2})).shape() == Shape{0, 2});
    CHECK(numbers::of(einsum("ab,bc->ac", zeros({2, 0}), zeros({0, 2}))) == std::vector<double>(4));
}

TEST_CASE("einsum says what does not fit", "[ops][einsum][errors]") {
    const auto wrong = [](const char* equation, const char* text) {
        CHECK_THROWS_MATCHES(einsum(equation, zeros({2, 3}), zeros({3, 4})), ValueError, Message(text));
    };
    for (const char* equation : {"ab,bc", "ab->ab", "", "a->b,c", "ab,b1->a", "a..b,bc->c", "ab,bc->a->c"}) {
        INFO(equation);
        CHECK_THROWS_AS(einsum(equation, zeros({2, 3}), zeros({3, 4})), ValueError);
    }
    wrong("ab;bc->ac",
          "einsum: equation \"ab;bc->ac\" is not accepted; it is two operands' letters and the result's, "
          "such as "
          "\"abc,cd->abd\" or \"...a,ab->...b\"");
    wrong("aa,bc->ac", "einsum: equation \"aa,bc->ac\" names 'a' twice in \"aa\"; give axes other letters");
    wrong("ab,bc->ad", "einsum: the result of \"ab,bc->ad\" names 'd', which no operand has");
    CHECK_THROWS_MATCHES(
        einsum("abc,bc->ac", zeros({2, 3}), zeros({3, 4})), ShapeError,
        Message("einsum: operand of shape (2, 3) does not have the 3 axes of \"abc\" in \"abc,bc->ac\""));
    CHECK_THROWS_MATCHES(einsum("ab,bc->ac", zeros({2, 3}), zeros({2, 4})), ShapeError,
                         Message("einsum: operands of shapes (2, 3) and (2, 4) differ in an axis that "
                                 "\"ab,bc->ac\" names once for both: 3 and 2"));
    CHECK_THROWS_AS(einsum("ab,bc->ac", zeros({2, 3}, int32), zeros({3, 4}, int32)), DTypeError);
    CHECK_THROWS_AS(einsum("ab,bc->ac", zeros({2, 3}), zeros({3, 4}, float64)), DTypeError);
}
