#include "support/catch.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "kernels/context.hpp"
#include "kernels/fenced.hpp"

using namespace keratin::kernels;
using namespace keratin::kernels::testing;

namespace {

struct Extent {
    int64_t outer, n, inner;

    int64_t inputs() const { return outer * n * inner; }
    int64_t outputs() const { return outer * inner; }
    std::string name() const { return fmt::format("({}, {}, {})", outer, n, inner); }
};

/// Every length up to 70, and shapes that reach each way of sharing the work out.
std::vector<Extent> extents() {
    std::vector<Extent> list = {{1, 4096, 1},  {3, 4097, 1},  {2, 50000, 1},  {70, 9000, 1},  {1, 1200, 6},
                                {2, 40000, 3}, {1, 3000, 64}, {3, 700, 1100}, {1, 140000, 1}, {200, 5, 2},
                                {1, 1025, 70}, {5, 0, 3},     {5, 0, 1},      {0, 4, 4},      {4, 4, 0}};
    for (int64_t n = 1; n <= 70; ++n) {
        list.push_back({3, n, 1});
        list.push_back({2, 5, n});
        list.push_back({2, n, 7});
    }
    return list;
}

template <class T>
std::vector<T> run(const Table<T>& table, const Context& context, Reduce op, const std::vector<T>& x,
                   const Extent& e) {
    Fenced<T> from(x), to(e.outputs());
    table.reduce(context, op, from.data(), to.data(), e.outer, e.n, e.inner);
    return to.values();
}

template <class T>
std::vector<int64_t> run_argmax(const Table<T>& table, const std::vector<T>& x, const Extent& e) {
    Fenced<T> from(x);
    Fenced<int64_t> to(e.outputs());
    table.argmax(backward_context(), from.data(), to.data(), e.outer, e.n, e.inner);
    return to.values();
}

}  // namespace

TEMPLATE_TEST_CASE("sums are close to the sum in higher precision", "[kernels][reduce]", float, double) {
    using T = TestType;
    Random random(21);
    for (const Extent& e : extents()) {
        const std::vector<T> x = random.numbers<T>(e.inputs());
        std::vector<long double> exact(static_cast<size_t>(e.outputs()), 0);
        for (int64_t i = 0; i < e.inputs(); ++i)
            exact[static_cast<size_t>(i / (e.n * e.inner) * e.inner + i % e.inner)] +=
                x[static_cast<size_t>(i)];
        // No chain of additions is longer than 600, whatever the length.
        const double terms = std::min(static_cast<double>(e.n), 600.0 + static_cast<double>(e.n) / 512);
        const double bound =
            terms * std::numeric_limits<T>::epsilon() * std::max(1.0, static_cast<double>(e.n) / terms);
        for (const char* isa : present_isas()) {
            const std::vector<T> sum = run(*kernels_for<T>(isa), serial_context(), Reduce::sum, x, e);
            for (size_t i = 0; i < sum.size(); ++i) {
                INFO(isa << " " << e.name() << " element " << i);
                REQUIRE(std::abs(static_cast<double>(sum[i] - exact[i])) <= bound);
            }
        }
    }
}

TEMPLATE_TEST_CASE("sums have the same bits for any split and any instruction set", "[kernels][reduce]",
                   float, double) {
    using T = TestType;
    Random random(22);
    for (const Extent& e : extents()) {
        const std::vector<T> x = random.numbers<T>(e.inputs());
        const std::vector<T> first = run(*kernels_for<T>("sse2"), serial_context(), Reduce::sum, x, e);
        for (const char* isa : present_isas()) {
            INFO(isa << " " << e.name());
            CHECK(same_bits(first, run(*kernels_for<T>(isa), serial_context(), Reduce::sum, x, e)));
            CHECK(same_bits(first, run(*kernels_for<T>(isa), backward_context(), Reduce::sum, x, e)));
        }
    }
}

TEMPLATE_TEST_CASE("maxima and minima are exact, and NaN wins", "[kernels][reduce]", float, double) {
    using T = TestType;
    const bool with_nan = GENERATE(false, true);
    Random random(23);
    for (const Extent& e : extents()) {
        if (e.n == 0) continue;
        std::vector<T> x = random.numbers<T>(e.inputs());
        for (T& value : x) {
            value -= T(3);  // all negative, so that a zero beyond the end would show
            if (with_nan && random.integer(0, 30) == 0) value = std::numeric_limits<T>::quiet_NaN();
        }
        for (const char* isa : present_isas()) {
            for (Reduce op : {Reduce::max, Reduce::min}) {
                const std::vector<T> wanted = run(reference_kernels<T>(), serial_context(), op, x, e);
                INFO(isa << " " << e.name() << " op " << static_cast<int>(op));
                CHECK(difference(run(*kernels_for<T>(isa), backward_context(), op, x, e), wanted, 0) == "");
            }
        }
    }
}

TEMPLATE_TEST_CASE("an empty sum is zero", "[kernels][reduce]", float, double) {
    for (const char* isa : present_isas()) {
        for (int64_t inner : {1, 5, 100}) {
            const Extent e{2, 0, inner};
            const auto sum = run<TestType>(*kernels_for<TestType>(isa), serial_context(), Reduce::sum, {}, e);
            CHECK(sum == std::vector<TestType>(static_cast<size_t>(e.outputs()), TestType(0)));
        }
    }
}

TEMPLATE_TEST_CASE("argmax takes the first of equals and the first NaN before all", "[kernels][reduce]",
                   float, double) {
    using T = TestType;
    const T nan = std::numeric_limits<T>::quiet_NaN();
    for (const char* isa : present_isas()) {
        INFO(isa);
        const Table<T>& table = *kernels_for<T>(isa);
        CHECK(run_argmax<T>(table, {1, 3, 3, 2}, {1, 4, 1}) == std::vector<int64_t>{1});
        CHECK(run_argmax<T>(table, {1, nan, 3, nan}, {1, 4, 1}) == std::vector<int64_t>{1});
        CHECK(run_argmax<T>(table, {nan, 5}, {1, 2, 1}) == std::vector<int64_t>{0});
        CHECK(run_argmax<T>(table, {1, 9, 4, 9}, {1, 2, 2}) == std::vector<int64_t>{1, 0});
        Random random(24);
        for (const Extent& e : extents()) {
            if (e.n == 0) continue;
            std::vector<T> x = random.numbers<T>(e.inputs());
            for (T& value : x) value = random.integer(0, 40) ? std::floor(value * 4) : nan;
            INFO(e.name());
            CHECK(run_argmax(table, x, e) == run_argmax(reference_kernels<T>(), x, e));
        }
    }
}
