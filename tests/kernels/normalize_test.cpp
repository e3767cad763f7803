#include "support/catch.hpp"

#include "kernels/dense_cases.hpp"

namespace keratin::kernels {
namespace {

using namespace testing;

template <class T>
struct Case {
    int64_t rows, channels;
    std::vector<T> x, center, scale, shift, slope, y, dy;
    bool gate;

    explicit Case(Random& random)
        : rows(random.integer(1, 700)),
          channels(random.integer(1, 150)),
          x(random.numbers<T>(rows * channels)),
          center(random.numbers<T>(channels)),
          scale(random.numbers<T>(channels)),
          shift(random.numbers<T>(channels)),
          slope(random.numbers<T>(channels)),
          y(random.numbers<T>(rows * channels)),
          dy(random.numbers<T>(rows * channels)),
          gate(random.coin()) {}

    /// Everything the family gives, one after the other.
    std::vector<T> all(const Table<T>& table, const Context& context = backward_context()) const {
        const auto n = static_cast<size_t>(rows * channels), c = static_cast<size_t>(channels);
        std::vector<T> mean(c), variance(c), sum(c), product(c), value(n), dx(n);
        table.moments(context, x.data(), mean.data(), variance.data(), rows, channels);
        table.normalize(context, x.data(), {center.data(), scale.data(), gate ? shift.data() : nullptr}, gate,
                        value.data(), rows, channels);
        table.normalize_sums(context, x.data(), center.data(), gate ? y.data() : nullptr, dy.data(),
                             sum.data(), product.data(), rows, channels);
        table.normalize_gradient(context, x.data(), center.data(), gate ? y.data() : nullptr, dy.data(),
                                 {scale.data(), slope.data(), shift.data()}, dx.data(), rows, channels);
        std::vector<T> result;
        for (const std::vector<T>* part : {&mean, &variance, &sum, &product, &value, &dx})
            result.insert(result.end(), part->begin(), part->end());
        return result;
    }
};

template <class T>
void check(unsigned seed) {
    Random random(seed);
    for (int i = 0; i < 60; ++i) {
        const Case<T> c(random);
        const std::vector<T> expected = c.all(reference_kernels<T>());
        std::vector<std::vector<T>> results;
        for (const char* isa : present_isas()) {
            INFO(isa << ": " << c.rows << " x " << c.channels << (c.gate ? ", gated" : ""));
            results.push_back(c.all(*kernels_for<T>(isa)));
            CHECK(difference(results.back(), expected, rounding<T>(c.rows)) == "");
            CHECK(same_bits(results.back(), c.all(*kernels_for<T>(isa), serial_context())));
            CHECK(same_bits(results.back(), results.front()));
        }
    }
}

}  // namespace

TEST_CASE("Normalization agrees with the naive loops, with the same bits on every instruction set",
          "[kernels][normalization]") {
    check<float>(1);
    check<double>(2);
}

TEST_CASE("Moments keep their digits far from zero", "[kernels][normalization]") {
    const std::vector<float> x = {10000.f, 10001.f, 10002.f, 10003.f};
    for (const char* isa : present_isas()) {
        float mean = 0, variance = 0;
        kernels_for<float>(isa)->moments(serial_context(), x.data(), &mean, &variance, 4, 1);
        CHECK(mean == 10001.5f);
        CHECK(variance == 1.25f);
    }
}

}  // namespace keratin::kernels
