#include "ops/support.hpp"

#include <keratin/ops/division.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/scan.hpp>
#include <keratin/ops/trigonometry.hpp>

using namespace keratin;

TEST_CASE("cumsum, cumprod and reduce_prod are loops", "[ops][scan][operations]") {
    const Tensor x = test::sample({2, 7, 3});
    const Tensor sums = cumsum(x, 1), products = cumprod(x, -2), all = reduce_prod(x, 1);
    for (int64_t outer = 0; outer < 2; ++outer)
        for (int64_t inner = 0; inner < 3; ++inner) {
            double sum = 0, product = 1;
            for (int64_t i = 0; i < 7; ++i) {
                sum += x.at<double>({outer, i, inner});
                product *= x.at<double>({outer, i, inner});
                CHECK(sums.at<double>({outer, i, inner}) == Approx(sum));
                CHECK(products.at<double>({outer, i, inner}) == Approx(product));
            }
            CHECK(all.at<double>({outer, inner}) == Approx(product));
        }
    CHECK(reduce_prod(zeros({1, 0}), 1).item<float>() == 1);
}

TEST_CASE("A product has its gradient where a factor is 0", "[ops][scan][operations]") {
    const Tensor x = Tensor::from({2.0, 0.0, 3.0});
    test::check_derivatives([](const std::vector<Tensor>& in) { return reduce_prod(in[0]); }, {x});
    test::check_derivatives([](const std::vector<Tensor>& in) { return cumprod(in[0], 0); }, {x});
}

TEST_CASE("reduce_logsumexp does not overflow", "[ops][scan][operations]") {
    CHECK(reduce_logsumexp(Tensor::from({1000.0, 1000.0})).item<double>() == Approx(1000 + std::log(2.0)));
    CHECK(reduce_logsumexp(Tensor::from({-1000.F, -1000.F})).item<float>() == Approx(-1000 + std::log(2.0)));
    CHECK(reduce_logsumexp(full({3}, -INFINITY)).item<float>() == -INFINITY);
}

TEST_CASE("floor_divide and mod are Python's, for every pair of signs", "[ops][division][operations]") {
    for (const int a : {7, -7, 6, 0})
        for (const int b : {3, -3, 2, -2}) {
            INFO(a << " and " << b);
            const double quotient = std::floor(static_cast<double>(a) / b);
            CHECK(floor_divide(Tensor::from({a}), Tensor::from({b})).item<double>() == quotient);
            CHECK(mod(Tensor::from({a}), Tensor::from({b})).item<double>() == a - b * quotient);
            const Tensor x = Tensor::from({a * 0.5}), y = Tensor::from({b * 0.5});
            CHECK(floor_divide(x, y).item<double>() == quotient);
            CHECK(mod(x, y).item<double>() == (a - b * quotient) * 0.5);
        }
    CHECK(floor_divide(Tensor::from({INT32_MIN, 5}), Tensor::from({-1, 0})).at<int>({1}) == 0);
    CHECK(mod(Tensor::from({INT64_MIN}), Tensor::from({int64_t{-1}})).item<int64_t>() == 0);
}

TEST_CASE("Functions of angles are those of <cmath>", "[ops][trigonometry][operations]") {
    const Tensor x = test::sample({50}, 1, -0.9, 0.9);
    struct Case {
        Tensor (*ours)(const Tensor&);
        double (*theirs)(double);
    };
    for (const auto& [ours, theirs] : {Case{tan, std::tan},
                                       {arcsin, std::asin},
                                       {arccos, std::acos},
                                       {arctan, std::atan},
                                       {sinh, std::sinh},
                                       {cosh, std::cosh},
                                       {arcsinh, std::asinh},
                                       {arctanh, std::atanh}}) {
        const Tensor y = ours(x);
        for (int64_t i = 0; i < x.size(); ++i) CHECK(test::value(y, i) == theirs(test::value(x, i)));
    }
    CHECK(arccosh(Tensor::from({2.0})).item<double>() == Approx(std::acosh(2.0)));
    CHECK(arctan2(Tensor::from({1.0}), Tensor::from({-1.0})).item<double>() == std::atan2(1.0, -1.0));
    CHECK(sinh(cast(x, float16)).dtype() == float16);
    CHECK_THROWS_AS(tan(Tensor::from({1})), DTypeError);
}
