#include "support/catch.hpp"

#include <cmath>
#include <string>

#include "kernels/context.hpp"
#include "kernels/fenced.hpp"
#include "kernels/ulp.hpp"

using namespace keratin::kernels;
using namespace keratin::kernels::testing;

namespace {

/// Ordinary numbers with zeros of both signs, infinities, NaN and halves among them.
template <class T>
std::vector<T> awkward_numbers(Random& random, int64_t count) {
    std::vector<T> x = random.numbers<T>(count);
    const T infinity = std::numeric_limits<T>::infinity();
    for (T& value : x) {
        value *= T(5);
        if (random.integer(0, 3) == 0)
            value = random.pick<T>({T(0), T(-0.0), infinity, -infinity, std::numeric_limits<T>::quiet_NaN(),
                                    T(2.5), T(-1.5), T(0.5), T(1), T(3e9)});
    }
    return x;
}

/// As same_bits, but any NaN is as good as another.
template <class T>
bool same_values(const std::vector<T>& a, const std::vector<T>& b) {
    for (size_t i = 0; i < a.size(); ++i)
        if (!(a[i] == b[i] || (a[i] != a[i] && b[i] != b[i]))) return false;
    return a.size() == b.size();
}

constexpr int unary_count = static_cast<int>(Unary::count);
constexpr int binary_count = static_cast<int>(Binary::count);
constexpr int compare_count = static_cast<int>(Compare::count);

template <class T>
std::vector<T> run_unary(const Table<T>& table, const Context& context, Unary op, const std::vector<T>& x) {
    const auto n = static_cast<int64_t>(x.size());
    Fenced<T> from(x), to(n);
    table.unary(context, op, from.data(), to.data(), n);
    return to.values();
}

/// One way to see an operand as rows by cols.
struct Form {
    const char* name;
    bool by_row, by_col;

    int64_t size(int64_t rows, int64_t cols) const { return (by_row ? rows : 1) * (by_col ? cols : 1); }
    template <class T>
    Operand<T> of(const T* data, int64_t cols) const {
        return {data, by_row ? (by_col ? cols : 1) : 0, by_col ? 1 : 0};
    }
};
const Form forms[] = {{"full", true, true},
                      {"one row for all", false, true},
                      {"one value a row", true, false},
                      {"scalar", false, false}};

}  // namespace

TEMPLATE_TEST_CASE("unary kernels agree with the standard library at every length", "[kernels][elementwise]",
                   float, double) {
    using T = TestType;
    const int op = GENERATE(range(0, unary_count));
    Random random(7);
    for (const char* isa : present_isas()) {
        for (int64_t n = 0; n <= 70; ++n) {
            const std::vector<T> x = awkward_numbers<T>(random, n);
            const std::vector<T> got = run_unary(*kernels_for<T>(isa), serial_context(), Unary(op), x);
            const std::vector<T> wanted = run_unary(reference_kernels<T>(), serial_context(), Unary(op), x);
            for (size_t i = 0; i < x.size(); ++i) {
                INFO(isa << " op " << op << " length " << n << ": f(" << x[i] << ") = " << got[i]);
                REQUIRE(ulps(got[i], static_cast<long double>(wanted[i])) <= 4);
            }
        }
    }
}

TEMPLATE_TEST_CASE("a unary kernel may write over its input, and any split gives the same bits",
                   "[kernels][elementwise]", float, double) {
    using T = TestType;
    Random random(8);
    const int64_t n = 4 * 4096 + 17;
    const std::vector<T> x = random.numbers<T>(n);
    for (const char* isa : present_isas()) {
        for (int op = 0; op < unary_count; ++op) {
            INFO(isa << " op " << op);
            const std::vector<T> once = run_unary(*kernels_for<T>(isa), serial_context(), Unary(op), x);
            std::vector<T> in_place = x;
            kernels_for<T>(isa)->unary(backward_context(), Unary(op), in_place.data(), in_place.data(), n);
            CHECK(same_values(once, in_place));
        }
    }
}

TEMPLATE_TEST_CASE("binary kernels broadcast every form of operand", "[kernels][elementwise]", float,
                   double) {
    using T = TestType;
    const auto [rows, cols] = GENERATE(table<int64_t, int64_t>({{0, 5},
                                                                {3, 0},
                                                                {1, 1},
                                                                {1, 37},
                                                                {41, 1},
                                                                {3, 7},
                                                                {100, 6},
                                                                {67, 16},
                                                                {5, 127},
                                                                {5, 130},
                                                                {2, 8199}}));
    Random random(9);
    for (const Form& form_a : forms) {
        for (const Form& form_b : forms) {
            Fenced<T> a(awkward_numbers<T>(random, form_a.size(rows, cols)));
            Fenced<T> b(awkward_numbers<T>(random, form_b.size(rows, cols)));
            const Operand<T> left = form_a.of(a.data(), cols), right = form_b.of(b.data(), cols);
            for (int op = 0; op < binary_count; ++op) {
                std::vector<T> wanted(static_cast<size_t>(rows * cols));
                reference_kernels<T>().binary(serial_context(), Binary(op), left, right, wanted.data(), rows,
                                              cols);
                for (const char* isa : present_isas()) {
                    INFO(isa << " op " << op << ": " << form_a.name << " with " << form_b.name << " as "
                             << rows << " x " << cols);
                    Fenced<T> y(rows * cols);
                    kernels_for<T>(isa)->binary(backward_context(), Binary(op), left, right, y.data(), rows,
                                                cols);
                    CHECK(same_values(y.values(), wanted));
                }
            }
        }
    }
}

TEMPLATE_TEST_CASE("comparisons broadcast likewise, and NaN is unequal to everything",
                   "[kernels][elementwise]", float, double) {
    using T = TestType;
    const auto [rows, cols] =
        GENERATE(table<int64_t, int64_t>({{0, 5}, {1, 1}, {1, 37}, {41, 1}, {100, 6}, {5, 130}, {2, 8199}}));
    Random random(10);
    for (const Form& form_a : forms) {
        for (const Form& form_b : forms) {
            Fenced<T> a(awkward_numbers<T>(random, form_a.size(rows, cols)));
            Fenced<T> b(awkward_numbers<T>(random, form_b.size(rows, cols)));
            const Operand<T> left = form_a.of(a.data(), cols), right = form_b.of(b.data(), cols);
            for (int op = 0; op < compare_count; ++op) {
                std::vector<uint8_t> wanted(static_cast<size_t>(rows * cols));
                reference_kernels<T>().compare(serial_context(), Compare(op), left, right, wanted.data(),
                                               rows, cols);
                for (const char* isa : present_isas()) {
                    INFO(isa << " op " << op << ": " << form_a.name << " with " << form_b.name << " as "
                             << rows << " x " << cols);
                    Fenced<uint8_t> y(rows * cols);
                    kernels_for<T>(isa)->compare(backward_context(), Compare(op), left, right, y.data(), rows,
                                                 cols);
                    CHECK(y.values() == wanted);
                }
            }
        }
    }
}

TEMPLATE_TEST_CASE("select, fill and affine do what they say", "[kernels][elementwise]", float, double) {
    using T = TestType;
    const int64_t n = GENERATE(0, 1, 31, 70, 9001);
    Random random(11);
    const std::vector<T> a = awkward_numbers<T>(random, n), b = awkward_numbers<T>(random, n);
    std::vector<uint8_t> condition(static_cast<size_t>(n));
    for (uint8_t& c : condition) c = random.coin() ? 2 : 0;
    for (const char* isa : present_isas()) {
        INFO(isa << " " << n);
        const Table<T>& table = *kernels_for<T>(isa);
        Fenced<T> left(a), right(b), chosen(n), filled(n), scaled(n), doubled(n);
        table.select(backward_context(), condition.data(), left.data(), right.data(), chosen.data(), n);
        table.fill(backward_context(), T(1.25), filled.data(), n);
        table.affine(backward_context(), T(0.1), T(-1), left.data(), scaled.data(), n);
        table.affine(backward_context(), T(-2), T(0), left.data(), doubled.data(), n);
        std::vector<T> choice(a.size()), line(a.size()), twice(a.size());
        for (size_t i = 0; i < a.size(); ++i) {
            choice[i] = condition[i] ? a[i] : b[i];
            line[i] = T(0.1) * a[i] + T(-1);
            twice[i] = T(-2) * a[i];
        }
        CHECK(same_values(chosen.values(), choice));
        CHECK(same_values(filled.values(), std::vector<T>(a.size(), T(1.25))));
        CHECK(same_values(scaled.values(), line));
        CHECK(same_values(doubled.values(), twice));
    }
}
