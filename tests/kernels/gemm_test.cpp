#include "support/catch.hpp"

#include <sstream>

#include "kernels/dense_cases.hpp"

namespace keratin::kernels {
namespace {

using namespace testing;

std::string text(const Gemm& g) {
    std::ostringstream s;
    s << "m " << g.m << " n " << g.n << " k " << g.k << (g.transpose_a ? " A^T" : "")
      << (g.transpose_b ? " B^T" : "") << " leading " << g.lda << ' ' << g.ldb << ' ' << g.ldc
      << (g.accumulate ? " accumulate" : "");
    return s.str();
}

Gemm random_product(Random& random) {
    Gemm g{};
    g.m = random.pick<int64_t>({1, 2, 3, random.integer(4, 20), random.integer(20, 60)});
    g.n = random.pick<int64_t>({1, random.integer(2, 35), random.integer(30, 300)});
    g.k = random.pick<int64_t>({0, 1, random.integer(2, 20), random.integer(20, 80)});
    g.transpose_a = random.coin();
    g.transpose_b = random.coin();
    g.accumulate = random.coin();
    const int64_t beyond = random.pick<int64_t>({0, 0, 3});
    g.lda = (g.transpose_a ? g.m : g.k) + beyond;
    g.ldb = (g.transpose_b ? g.k : g.n) + beyond;
    g.ldc = g.n + beyond;
    return g;
}

template <class T>
struct Case {
    Gemm g;
    std::vector<T> a, b, bias, c;
    bool with_bias;
    Activation activation;

    Case(const Gemm& shape, Random& random)
        : g(shape),
          a(random.numbers<T>((g.transpose_a ? g.k : g.m) * g.lda)),
          b(random.numbers<T>((g.transpose_b ? g.n : g.k) * g.ldb)),
          bias(random.numbers<T>(g.n)),
          c(random.numbers<T>(g.m * g.ldc)),
          with_bias(random.coin()),
          activation(
              random.pick({Activation::none, Activation::relu, Activation::tanh, Activation::sigmoid})) {}

    std::vector<T> run(const Table<T>& table, Activation act,
                       const Context& context = backward_context()) const {
        std::vector<T> result = c;  // what lies between the rows must stay
        table.gemm(context, g, a.data(), b.data(), with_bias ? bias.data() : nullptr, act, result.data());
        return result;
    }
};

template <class T>
void check_against_reference(const Case<T>& c) {
    const Activation exact = c.activation == Activation::relu ? Activation::relu : Activation::none;
    const std::vector<T> wanted = c.run(reference_kernels<T>(), c.activation);
    const std::vector<T> sums = c.run(reference_kernels<T>(), exact);
    for (const char* isa : present_isas()) {
        INFO(isa << ": " << text(c.g));
        const Table<T>& table = *kernels_for<T>(isa);
        CHECK(difference(c.run(table, c.activation), wanted, rounding<T>(c.g.k)) == "");
        if (fused(isa)) CHECK(same_bits(c.run(table, exact), sums));
    }
}

}  // namespace

TEST_CASE("Products agree with the naive loops on random shapes, to the last bit where there is FMA",
          "[kernels][gemm]") {
    Random random(11);
    for (int i = 0; i < 1200; ++i) {
        const Gemm g = random_product(random);
        check_against_reference(Case<float>(g, random));
        check_against_reference(Case<double>(g, random));
    }
}

TEST_CASE("A product over nothing is the activated bias", "[kernels][gemm]") {
    const Gemm g{2, 3, 0, false, false, 0, 3, 3};
    const float bias[] = {-1, 0, 2};
    for (const char* isa : present_isas()) {
        std::vector<float> c(6, 9.0f);
        kernels_for<float>(isa)->gemm(backward_context(), g, nullptr, nullptr, bias, Activation::relu,
                                      c.data());
        CHECK(c == std::vector<float>{0, 0, 2, 0, 0, 2});
    }
}

TEST_CASE("A product without rows or columns writes nothing", "[kernels][gemm]") {
    for (const char* isa : present_isas()) {
        float c = 9;
        const auto gemm = kernels_for<float>(isa)->gemm;
        gemm(backward_context(), {0, 3, 2, false, false, 2, 3, 3}, &c, &c, nullptr, Activation::none, &c);
        gemm(backward_context(), {3, 0, 2, false, false, 2, 0, 0}, &c, &c, nullptr, Activation::none, &c);
        CHECK(c == 9);
    }
}

TEST_CASE("The way tasks are shared does not change a bit of a product", "[kernels][gemm]") {
    Random random(12);
    for (int i = 0; i < 100; ++i) {
        const Case<float> c(random_product(random), random);
        for (const char* isa : present_isas()) {
            INFO(isa << ": " << text(c.g));
            const Table<float>& table = *kernels_for<float>(isa);
            CHECK(same_bits(c.run(table, c.activation), c.run(table, c.activation, serial_context())));
        }
    }
}

}  // namespace keratin::kernels
