#include "support/catch.hpp"

#include <tuple>

#include <cmath>
#include <string>

#include "kernels/context.hpp"
#include "kernels/fenced.hpp"

using namespace keratin::kernels;
using namespace keratin::kernels::testing;

namespace {

/// The results of the whole family for one set of logits.
template <class T>
struct Results {
    std::vector<T> softmax, softmax_gradient, log_softmax, log_softmax_gradient, loss, loss_gradient;
};

template <class T>
Results<T> run(const Table<T>& table, const Context& context, const std::vector<T>& logits,
               const std::vector<T>& gradient, const std::vector<int64_t>& label, int64_t cols) {
    const auto rows = static_cast<int64_t>(label.size()), n = rows * cols;
    Fenced<T> x(logits), dy(gradient), y(n), dx(n), log_y(n), log_dx(n), loss(rows), loss_dx(n);
    table.softmax(context, x.data(), y.data(), rows, cols);
    table.softmax_gradient(context, y.data(), dy.data(), dx.data(), rows, cols);
    table.log_softmax(context, x.data(), log_y.data(), rows, cols);
    table.log_softmax_gradient(context, log_y.data(), dy.data(), log_dx.data(), rows, cols);
    table.sparse_cross_entropy(context, x.data(), label.data(), loss.data(), rows, cols);
    table.sparse_cross_entropy_gradient(context, x.data(), label.data(), dy.data(), loss_dx.data(), rows,
                                        cols);
    return {y.values(), dx.values(), log_y.values(), log_dx.values(), loss.values(), loss_dx.values()};
}

template <class T>
void check_close(const Results<T>& got, const Results<T>& wanted, double logit_size) {
    const double one = 60 * std::numeric_limits<T>::epsilon(), sized = one * std::max(1.0, logit_size);
    CHECK(difference(got.softmax, wanted.softmax, one) == "");
    CHECK(difference(got.softmax_gradient, wanted.softmax_gradient, one) == "");
    CHECK(difference(got.log_softmax, wanted.log_softmax, sized) == "");
    CHECK(difference(got.loss, wanted.loss, sized) == "");
    CHECK(difference(got.loss_gradient, wanted.loss_gradient, one) == "");
}

template <class T>
bool same(const Results<T>& a, const Results<T>& b) {
    return same_bits(a.softmax, b.softmax) && same_bits(a.softmax_gradient, b.softmax_gradient) &&
           same_bits(a.log_softmax, b.log_softmax) &&
           same_bits(a.log_softmax_gradient, b.log_softmax_gradient) && same_bits(a.loss, b.loss) &&
           same_bits(a.loss_gradient, b.loss_gradient);
}

template <class T>
struct Problem {
    std::vector<T> logits, gradient;
    std::vector<int64_t> label;

    Problem(int64_t rows, int64_t cols, double size) {
        Random random(static_cast<unsigned>(40 + cols));
        logits = random.numbers<T>(rows * cols);
        for (T& x : logits) x *= static_cast<T>(size);
        gradient = random.numbers<T>(rows * cols);
        for (int64_t r = 0; r < rows; ++r) label.push_back(random.integer(0, cols - 1));
    }
};

}  // namespace

TEMPLATE_TEST_CASE("softmax and its relatives agree with plain loops in higher precision",
                   "[kernels][softmax]", float, double) {
    using T = TestType;
    const double size = GENERATE(1.0, 30.0, 1e4);
    for (int64_t cols = 1; cols <= 70; ++cols) {
        const Problem<T> p(3, cols, size);
        const Results<T> wanted =
            run(reference_kernels<T>(), serial_context(), p.logits, p.gradient, p.label, cols);
        for (const char* isa : present_isas()) {
            INFO(isa << " " << cols << " columns, logits up to " << size);
            check_close(run(*kernels_for<T>(isa), serial_context(), p.logits, p.gradient, p.label, cols),
                        wanted, size);
        }
    }
}

TEMPLATE_TEST_CASE("the gradient of log softmax sums to zero over a row", "[kernels][softmax]", float,
                   double) {
    using T = TestType;
    const int64_t cols = GENERATE(1, 10, 37, 1000);
    const Problem<T> p(5, cols, 4);
    const Results<T> wanted =
        run(reference_kernels<T>(), serial_context(), p.logits, p.gradient, p.label, cols);
    for (const char* isa : present_isas()) {
        INFO(isa << " " << cols);
        const Results<T> got =
            run(*kernels_for<T>(isa), serial_context(), p.logits, p.gradient, p.label, cols);
        const double bound = 60 * static_cast<double>(cols) * std::numeric_limits<T>::epsilon();
        CHECK(difference(got.log_softmax_gradient, wanted.log_softmax_gradient, bound) == "");
        for (int64_t r = 0; r < 5; ++r) {
            double sum = 0;
            for (int64_t c = 0; c < cols; ++c)
                sum += static_cast<double>(got.log_softmax_gradient[static_cast<size_t>(r * cols + c)]);
            CHECK(std::abs(sum) <= bound);
        }
    }
}

TEMPLATE_TEST_CASE("any split, and AVX2 or AVX-512, gives the same bits of softmax", "[kernels][softmax]",
                   float, double) {
    using T = TestType;
    const auto shape =
        GENERATE(table<int64_t, int64_t>({{1, 1}, {64, 10}, {700, 17}, {3, 5000}, {2, 9001}, {0, 4}}));
    const int64_t rows = std::get<0>(shape), cols = std::get<1>(shape);
    const Problem<T> p(rows, cols, 8);
    INFO(rows << " x " << cols);
    const auto with = [&](const char* isa, const Context& context) {
        return run(*kernels_for<T>(isa), context, p.logits, p.gradient, p.label, cols);
    };
    for (const char* isa : present_isas())
        CHECK(same(with(isa, serial_context()), with(isa, backward_context())));
    if (kernels_for<T>("avx512"))
        CHECK(same(with("avx2", serial_context()), with("avx512", serial_context())));
}

TEMPLATE_TEST_CASE("softmax of infinite logits is what TensorFlow gives", "[kernels][softmax]", float,
                   double) {
    using T = TestType;
    const T infinity = std::numeric_limits<T>::infinity();
    for (const char* isa : present_isas()) {
        INFO(isa);
        const T masked[] = {0, -infinity, 0};
        T y[3];
        kernels_for<T>(isa)->softmax(serial_context(), masked, y, 1, 3);
        CHECK((y[0] == T(0.5) && y[1] == T(0) && y[2] == T(0.5)));
        const T broken[] = {0, infinity, 0};
        kernels_for<T>(isa)->softmax(serial_context(), broken, y, 1, 3);
        CHECK(std::isnan(y[1]));
    }
}
