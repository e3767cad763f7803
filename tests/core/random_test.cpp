#include "support/catch.hpp"

#include <keratin/core/random.hpp>
#include <keratin/core/threads.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

using namespace keratin;

namespace {

std::vector<double> values_of(const Tensor& x) {
    const Tensor wide = convert(x, float64);
    return {wide.data<double>().begin(), wide.data<double>().end()};
}

double mean_of(const std::vector<double>& x) {
    return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

double stddev_of(const std::vector<double>& x) {
    const double mean = mean_of(x);
    double sum = 0;
    for (const double value : x) sum += (value - mean) * (value - mean);
    return std::sqrt(sum / static_cast<double>(x.size()));
}

/// The largest distance between what was drawn and the distribution (Kolmogorov and Smirnov), times sqrt(n):
/// above 1.95 in one draw of a thousand.
double distance(std::vector<double> x, const std::function<double(double)>& probability) {
    std::sort(x.begin(), x.end());
    const auto n = static_cast<double>(x.size());
    double largest = 0;
    for (size_t i = 0; i < x.size(); ++i) {
        const double p = probability(x[i]);
        largest = std::max({largest, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
    }
    return largest * std::sqrt(n);
}

double normal_probability(double x) {
    return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

/// Correlation of neighbours, times sqrt(n): about standard normal when they are independent.
double correlation(const std::vector<double>& x) {
    const double mean = mean_of(x);
    double sum = 0;
    for (size_t i = 1; i < x.size(); ++i) sum += (x[i] - mean) * (x[i - 1] - mean);
    return sum / std::pow(stddev_of(x), 2) / std::sqrt(static_cast<double>(x.size()));
}

struct Threads {
    explicit Threads(int threads) { set_num_threads(threads); }
    ~Threads() { set_num_threads(0); }
};

bool same_bits(const Tensor& a, const Tensor& b) {
    const size_t bytes = static_cast<size_t>(a.size()) * size_of(a.dtype());
    return a.shape() == b.shape() && a.dtype() == b.dtype() && std::memcmp(a.raw(), b.raw(), bytes) == 0;
}

}  // namespace

TEST_CASE("Normal numbers are normally distributed", "[core][random]") {
    const auto type = GENERATE(float32, float64);
    const auto seed = GENERATE(uint64_t{1}, uint64_t{2}, uint64_t{3});
    const auto x = values_of(random::normal({200'000}, {.dtype = type, .seed = seed}));
    CHECK(mean_of(x) == Approx(0).margin(0.01));
    CHECK(stddev_of(x) == Approx(1).margin(0.01));
    CHECK(distance(x, normal_probability) < 1.95);
    CHECK(std::fabs(correlation(x)) < 4);
    CHECK(*std::max_element(x.begin(), x.end()) > 3.5);
    CHECK(*std::min_element(x.begin(), x.end()) < -3.5);
}

TEST_CASE("Normal numbers take their mean and deviation", "[core][random]") {
    const auto x = values_of(random::normal({100'000}, {.mean = 5, .stddev = 0.5, .seed = 4}));
    CHECK(distance(x, [](double v) { return normal_probability((v - 5) / 0.5); }) < 1.95);
    CHECK(values_of(random::normal({3}, {.mean = 2, .stddev = 0})) == std::vector<double>{2, 2, 2});
}

TEST_CASE("Truncated normal numbers stay within two deviations", "[core][random]") {
    const auto type = GENERATE(float32, float64);
    const auto x =
        values_of(random::truncated_normal({200'000}, {.mean = 1, .stddev = 3, .dtype = type, .seed = 7}));
    CHECK(*std::max_element(x.begin(), x.end()) <= 7);
    CHECK(*std::min_element(x.begin(), x.end()) >= -5);
    const double below = normal_probability(-2);
    CHECK(distance(x, [&](double v) { return (normal_probability((v - 1) / 3) - below) / (1 - 2 * below); }) <
          1.95);
    CHECK(stddev_of(x) == Approx(3 * 0.87962566103423978).epsilon(0.01));  // the factor that Keras divides by
}

TEST_CASE("Uniform numbers are uniformly distributed and below maxval", "[core][random]") {
    const auto type = GENERATE(float32, float64);
    const auto x =
        values_of(random::uniform({200'000}, {.minval = -1, .maxval = 3, .dtype = type, .seed = 5}));
    CHECK(distance(x, [](double v) { return (v + 1) / 4; }) < 1.95);
    CHECK(std::fabs(correlation(x)) < 4);
    CHECK(*std::min_element(x.begin(), x.end()) >= -1);
    CHECK(*std::max_element(x.begin(), x.end()) < 3);
    size_t repeats = 0;
    for (size_t i = 1; i < x.size(); ++i) repeats += x[i] == x[i - 1];
    CHECK(repeats <= 2);
}

TEST_CASE("Uniform numbers never reach maxval by rounding", "[core][random]") {
    const float low = 1.f;
    const float high = std::nextafter(std::nextafter(low, 2.f), 2.f);
    const auto x = values_of(random::uniform({1000}, {.minval = low, .maxval = high, .seed = 1}));
    CHECK(*std::max_element(x.begin(), x.end()) < high);
    CHECK(*std::min_element(x.begin(), x.end()) == low);
    CHECK(values_of(random::uniform({2}, {.minval = 4, .maxval = 4})) == std::vector<double>{4, 4});
}

TEST_CASE("Uniform integers are equally likely", "[core][random]") {
    const auto type = GENERATE(int32, int64, uint8);
    std::vector<double> counts(7);
    for (const double v :
         values_of(random::uniform({70'000}, {.minval = 3, .maxval = 10, .dtype = type, .seed = 6})))
        counts.at(static_cast<size_t>(v) - 3) += 1;
    double chi_squared = 0;
    for (const double count : counts) chi_squared += std::pow(count - 10'000, 2) / 10'000;
    CHECK(chi_squared < 22.5);  // six degrees of freedom: above it once in a thousand
}

TEST_CASE("Uniform integers are unbiased in a range that does not divide 2^64", "[core][random]") {
    // A plain remainder would give 3/8 in the lower third.
    const double high = 3 * 0x1p61;
    const auto x = values_of(
        random::uniform({30'000}, {.minval = -0x1p62, .maxval = -0x1p62 + high, .dtype = int64, .seed = 8}));
    const auto lower = std::count_if(x.begin(), x.end(), [](double v) { return v < -0x1p61; });
    CHECK(static_cast<double>(lower) / 30'000 == Approx(1.0 / 3).margin(0.01));
}

TEST_CASE("Uniform integers cover the whole range of their type", "[core][random]") {
    const auto bytes =
        values_of(random::uniform({10'000}, {.minval = 0, .maxval = 256, .dtype = uint8, .seed = 1}));
    CHECK(*std::min_element(bytes.begin(), bytes.end()) == 0);
    CHECK(*std::max_element(bytes.begin(), bytes.end()) == 255);
    const auto longs =
        values_of(random::uniform({1000}, {.minval = -0x1p63, .maxval = 0x1p63, .dtype = int64, .seed = 1}));
    CHECK(*std::min_element(longs.begin(), longs.end()) < -0x1p62);
    CHECK(*std::max_element(longs.begin(), longs.end()) > 0x1p62);
    const auto one = values_of(random::uniform({100}, {.minval = 1.5, .maxval = 2.5, .dtype = int32}));
    CHECK(one == std::vector<double>(100, 2.0));
}

TEST_CASE("A permutation holds every number once, each place equally likely", "[core][random]") {
    const Tensor x = random::permutation(1000, 3);
    CHECK(x.dtype() == int64);
    std::vector<int64_t> sorted(x.data<int64_t>().begin(), x.data<int64_t>().end());
    CHECK_FALSE(std::is_sorted(sorted.begin(), sorted.end()));
    std::sort(sorted.begin(), sorted.end());
    for (size_t i = 0; i < sorted.size(); ++i) REQUIRE(sorted[i] == static_cast<int64_t>(i));
    CHECK(random::permutation(0).shape() == Shape{0});

    std::vector<double> counts(6);  // of the six orders of three
    for (uint64_t seed = 0; seed < 6000; ++seed) {
        const Tensor p = random::permutation(3, seed);
        const auto order = p.data<int64_t>();
        counts.at(static_cast<size_t>(order[0] * 2 + (order[1] > order[2]))) += 1;
    }
    double chi_squared = 0;
    for (const double count : counts) chi_squared += std::pow(count - 1000, 2) / 1000;
    CHECK(chi_squared < 20.5);
}

TEST_CASE("The same seed gives the same bits on any number of threads", "[core][random][threads]") {
    const int count = GENERATE(1, 2, 3, 4);
    const auto type = GENERATE(float32, float64);
    const auto draw = [&](int threads) {
        const Threads scope(threads);
        return std::vector<Tensor>{
            random::normal({100, 333}, {.dtype = type, .seed = 11}),
            random::truncated_normal({100, 333}, {.dtype = type, .seed = 11}),
            random::uniform({100, 333}, {.dtype = type, .seed = 11}),
            random::uniform({100, 333}, {.maxval = 1000, .dtype = int32, .seed = 11}),
        };
    };
    const auto alone = draw(1);
    const auto together = draw(count);
    for (size_t i = 0; i < alone.size(); ++i) CHECK(same_bits(alone[i], together[i]));
}

TEST_CASE("An element depends on the seed and its place alone, not on the shape", "[core][random]") {
    const auto type = GENERATE(float32, float64, int32);
    const Tensor many = random::uniform({7, 11}, {.maxval = 99, .dtype = type, .seed = 5});
    const Tensor few = random::uniform({13}, {.maxval = 99, .dtype = type, .seed = 5});
    CHECK(same_bits(many.view({13}), few));
}

TEST_CASE("Different seeds and positions give different numbers", "[core][random]") {
    const auto draw = [](uint64_t seed, uint64_t counter) {
        return random::normal({1000}, {}, {seed, counter});
    };
    const std::vector<Tensor> draws = {draw(1, 0), draw(1, 1), draw(2, 0), draw(uint64_t{1} << 32, 0),
                                       draw(1, uint64_t{1} << 32)};
    for (size_t i = 0; i < draws.size(); ++i)
        for (size_t j = 0; j < i; ++j) {
            const auto a = values_of(draws[i]);
            const auto b = values_of(draws[j]);
            double product = 0;
            for (size_t k = 0; k < a.size(); ++k) product += a[k] * b[k];
            CHECK(std::fabs(product) / std::sqrt(1000.0) < 4);
        }
}

TEST_CASE("A seed generator steps on, and its copies with it", "[core][random]") {
    const SeedGenerator generator(42);
    const SeedGenerator copy = generator;
    CHECK(generator.seed() == 42);
    CHECK(generator.next().counter == 0);
    CHECK(copy.next().counter == 1);
    CHECK(generator.state().counter == 2);
    const SeedGenerator::Draw place = generator.state();
    const Tensor first = random::normal({5}, {}, generator.next());
    CHECK_FALSE(same_bits(first, random::normal({5}, {}, generator.next())));
    copy.set_state(place);
    CHECK(same_bits(first, random::normal({5}, {}, generator.next())));
}

TEST_CASE("set_random_seed repeats all that follows", "[core][random]") {
    const auto follow = [] {
        set_random_seed(123);
        return std::vector<Tensor>{random::normal({9}), random::uniform({9}), random::truncated_normal({9}),
                                   random::permutation(9), random::normal({9}, {}, SeedGenerator().next())};
    };
    const auto first = follow();
    const auto second = follow();
    for (size_t i = 0; i < first.size(); ++i) CHECK(same_bits(first[i], second[i]));
    CHECK_FALSE(same_bits(random::normal({9}), random::normal({9})));
    CHECK(SeedGenerator().seed() != SeedGenerator().seed());
    CHECK(same_bits(random::normal({9}, {.seed = 1}), random::normal({9}, {.seed = 1})));
}

TEST_CASE("Random numbers refuse what makes no sense", "[core][random]") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_MATCHES(
        random::normal({2}, {.stddev = -1}), ValueError,
        Message("random::normal: mean is 0 and stddev -1; both must be finite and stddev not negative"));
    CHECK_THROWS_AS(random::truncated_normal({2}, {.mean = nan}), ValueError);
    CHECK_THROWS_MATCHES(random::truncated_normal({2}, {.dtype = int32}), DTypeError,
                         Message("random::truncated_normal: dtype is int32; use float32 or float64"));
    CHECK_THROWS_MATCHES(random::uniform({2}, {.dtype = bool_}), DTypeError,
                         Message("random::uniform: dtype is bool; use a floating or an integer dtype"));
    CHECK_THROWS_MATCHES(
        random::uniform({2}, {.minval = 2, .maxval = 1}), ValueError,
        Message(
            "random::uniform: minval is 2 and maxval 1; both must be finite and minval not above maxval"));
    CHECK_THROWS_AS(random::uniform({2}, {.maxval = nan}), ValueError);
    CHECK_THROWS_MATCHES(
        random::uniform({2}, {.minval = 1, .maxval = 1, .dtype = int64}), ValueError,
        Message("random::uniform: there is no integer from minval 1 up to, but without, maxval 1"));
    CHECK_THROWS_AS(random::uniform({2}, {.minval = nan, .dtype = int64}), ValueError);
    CHECK_THROWS_MATCHES(
        random::uniform({2}, {.minval = -1, .maxval = 5, .dtype = uint8}), ValueError,
        Message("random::uniform: minval is -1 and maxval 5, beyond what uint8 holds; use a wider dtype"));
    CHECK_THROWS_AS(random::uniform({2}, {.minval = 0, .maxval = 1e30, .dtype = int64}), ValueError);
    CHECK_THROWS_MATCHES(random::permutation(-1), ValueError,
                         Message("random::permutation: -1 numbers were asked for; use 0 or more"));
}
