#include "support/catch.hpp"

#include <cmath>
#include <string>

#include "kernels/context.hpp"
#include "kernels/fenced.hpp"

using namespace keratin::kernels;
using namespace keratin::kernels::testing;

namespace {

/// The arrays an optimizer may own, after three steps from the same start.
template <class T>
struct State {
    Fenced<T> g, w, a, b, c;

    State(Random random, int64_t n)
        : g(random.numbers<T>(n)),
          w(random.numbers<T>(n)),
          a(random.numbers<T>(n)),
          b(random.numbers<T>(n)),
          c(random.numbers<T>(n)) {
        for (int64_t i = 0; i < n; ++i) {
            b.data()[i] = std::abs(b.data()[i]);  // second moments, never negative
            c.data()[i] = std::abs(c.data()[i]);
        }
    }
    template <class Step>
    std::vector<T> after(const Step& step) {
        for (int i = 0; i < 3; ++i) step(*this);
        std::vector<T> all;
        for (Fenced<T>* array : {&w, &a, &b, &c})
            for (T value : array->values()) all.push_back(value);
        return all;
    }
};

std::vector<int64_t> lengths() {
    std::vector<int64_t> list = {4096, 9001};
    for (int64_t n = 0; n <= 70; ++n) list.push_back(n);
    return list;
}

/// Each step of the table against the naive loops, bit by bit: there is no sum whose order could differ.
template <class T, class Step>
void check_same_bits(const Step& step) {
    for (int64_t n : lengths()) {
        const std::vector<T> wanted = State<T>(Random(51), n).after([&](State<T>& s) {
            step(reference_kernels<T>(), serial_context(), s, n);
        });
        for (const char* isa : present_isas()) {
            INFO(isa << " length " << n);
            const std::vector<T> got = State<T>(Random(51), n).after([&](State<T>& s) {
                step(*kernels_for<T>(isa), backward_context(), s, n);
            });
            CHECK(difference(got, wanted, 0) == "");
            CHECK(same_bits(got, wanted));
        }
    }
}

}  // namespace

TEMPLATE_TEST_CASE("Adam does Keras's operations in Keras's order", "[kernels][optimizer]", float, double) {
    using T = TestType;
    const bool amsgrad = GENERATE(false, true);
    const AdamStep step{
        .alpha = 0.01, .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-7, .decay = GENERATE(0.0, 0.004)};
    check_same_bits<T>([&](const Table<T>& table, const Context& context, State<T>& s, int64_t n) {
        table.adam(context, step, s.g.data(), s.w.data(), s.a.data(), s.b.data(),
                   amsgrad ? s.c.data() : nullptr, n);
    });
}

TEMPLATE_TEST_CASE("SGD has its learning rate inside the velocity", "[kernels][optimizer]", float, double) {
    using T = TestType;
    const bool with_momentum = GENERATE(false, true), nesterov = GENERATE(false, true);
    const SgdStep step{
        .learning_rate = 0.1, .momentum = 0.9, .nesterov = nesterov, .decay = GENERATE(0.0, 0.01)};
    check_same_bits<T>([&](const Table<T>& table, const Context& context, State<T>& s, int64_t n) {
        table.sgd(context, step, s.g.data(), s.w.data(), with_momentum ? s.a.data() : nullptr, n);
    });
}

TEMPLATE_TEST_CASE("RMSprop has its epsilon inside the root", "[kernels][optimizer]", float, double) {
    using T = TestType;
    const bool with_momentum = GENERATE(false, true), centered = GENERATE(false, true);
    const RmspropStep step{.learning_rate = 0.01,
                           .rho = 0.9,
                           .momentum = 0.5,
                           .epsilon = 1.5,
                           .centered = centered,
                           .decay = GENERATE(0.0, 0.01)};
    check_same_bits<T>([&](const Table<T>& table, const Context& context, State<T>& s, int64_t n) {
        table.rmsprop(context, step, s.g.data(), s.w.data(), s.b.data(), with_momentum ? s.a.data() : nullptr,
                      centered ? s.c.data() : nullptr, n);
    });
}

TEST_CASE("the first step of each optimizer is the one worked out by hand", "[kernels][optimizer]") {
    const double g = -0.5;
    for (const char* isa : present_isas()) {
        INFO(isa);
        const Table<double>& table = *kernels_for<double>(isa);
        double w = 1, m = 0, v = 0;
        // From zero moments the bias corrections leave lr * g / (|g| + epsilon / sqrt(1 - beta_2)).
        const AdamStep adam{.alpha = 0.01 * std::sqrt(1 - 0.999) / (1 - 0.9),
                            .beta_1 = 0.9,
                            .beta_2 = 0.999,
                            .epsilon = 1e-7,
                            .decay = 0};
        table.adam(serial_context(), adam, &g, &w, &m, &v, nullptr, 1);
        CHECK(w == Approx(1 + 0.01 * 0.5 / (0.5 + 1e-7 / std::sqrt(0.001))).epsilon(1e-12));

        w = 1, m = 0;
        const SgdStep sgd{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true, .decay = 0.02};
        table.sgd(serial_context(), sgd, &g, &w, &m, 1);
        CHECK(m == Approx(0.05));
        CHECK(w == Approx(0.98 + 0.9 * 0.05 + 0.05));

        w = 1, v = 0;
        const RmspropStep rmsprop{
            .learning_rate = 0.1, .rho = 0.75, .momentum = 0, .epsilon = 0.1, .centered = false, .decay = 0};
        table.rmsprop(serial_context(), rmsprop, &g, &w, &v, nullptr, nullptr, 1);
        CHECK(w == Approx(1 + 0.05 / std::sqrt(0.25 * 0.25 + 0.1)));
    }
}
