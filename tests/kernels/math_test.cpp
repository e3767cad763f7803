#include "support/catch.hpp"

#include <cmath>
#include <string>

#include "kernels/context.hpp"
#include "kernels/ulp.hpp"

using namespace keratin::kernels;
using namespace keratin::kernels::testing;

namespace {

struct Case {
    std::string name;
    Unary op;
    double (*exact)(double);
};

const std::vector<Case>& cases() {
    static const std::vector<Case> list = {
        {"exp", Unary::exp, [](double x) { return std::exp(x); }},
        {"expm1", Unary::expm1, [](double x) { return std::expm1(x); }},
        {"log", Unary::log, [](double x) { return std::log(x); }},
        {"log1p", Unary::log1p, [](double x) { return std::log1p(x); }},
        {"tanh", Unary::tanh, [](double x) { return std::tanh(x); }},
        {"sigmoid", Unary::sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }},
    };
    return list;
}

std::vector<float> run(const Table<float>& table, Unary op, const std::vector<float>& x) {
    std::vector<float> y(x.size());
    table.unary(serial_context(), op, x.data(), y.data(), static_cast<int64_t>(x.size()));
    return y;
}

/// The largest error in ulp, and where it is.
std::pair<double, float> worst(const std::vector<float>& x, const std::vector<float>& y,
                               double (*exact)(double)) {
    std::pair<double, float> result{0, 0};
    for (size_t i = 0; i < x.size(); ++i) {
        const double error = ulps(y[i], exact(static_cast<double>(x[i])));
        if (error > result.first) result = {error, x[i]};
    }
    return result;
}

}  // namespace

TEST_CASE("the functions are within 3 ulp at floats of every size", "[kernels][math]") {
    const std::vector<float> x = floats_of_every_size(6007);
    for (const Case& c : cases()) {
        for (const char* isa : present_isas()) {
            const auto [error, at] = worst(x, run(*kernels_for<float>(isa), c.op, x), c.exact);
            INFO(isa << " " << c.name << "(" << at << ") is " << error << " ulp off");
            CHECK(error <= 3);
        }
    }
}

TEST_CASE("the functions are within 3 ulp where networks use them", "[kernels][math]") {
    std::vector<float> x;
    for (int i = -200000; i <= 200000; ++i) x.push_back(static_cast<float>(i) * 1e-4f);
    for (const Case& c : cases()) {
        for (const char* isa : present_isas()) {
            const auto [error, at] = worst(x, run(*kernels_for<float>(isa), c.op, x), c.exact);
            INFO(isa << " " << c.name << "(" << at << ") is " << error << " ulp off");
            CHECK(error <= 3);
        }
    }
}

TEST_CASE("AVX2 and AVX-512 compute the same bits", "[kernels][math]") {
    const Table<float>* narrow = kernels_for<float>("avx2");
    const Table<float>* wide = kernels_for<float>("avx512");
    if (!narrow || !wide) return;
    const std::vector<float> x = floats_of_every_size(60013);
    for (const Case& c : cases()) {
        INFO(c.name);
        const std::vector<float> a = run(*narrow, c.op, x), b = run(*wide, c.op, x);
        size_t different = 0;
        for (size_t i = 0; i < x.size(); ++i)
            if (!(std::isnan(a[i]) && std::isnan(b[i])) && std::memcmp(&a[i], &b[i], sizeof(float)) != 0)
                ++different;
        CHECK(different == 0);
    }
}

TEST_CASE("zeros keep their sign and NaN stays NaN", "[kernels][math]") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const char* isa : present_isas()) {
        for (Unary op : {Unary::expm1, Unary::log1p, Unary::tanh, Unary::floor, Unary::ceil, Unary::round}) {
            const std::vector<float> y = run(*kernels_for<float>(isa), op, {0.0f, -0.0f, nan});
            INFO(isa << " op " << static_cast<int>(op));
            CHECK((y[0] == 0 && !std::signbit(y[0])));
            CHECK((y[1] == 0 && std::signbit(y[1])));
            CHECK(std::isnan(y[2]));
        }
    }
}
