#include "support/catch.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "kernels/context.hpp"
#include "kernels/fenced.hpp"

using namespace keratin::kernels;
using namespace keratin::kernels::testing;

namespace {

int64_t inputs(const Pool2D& p) {
    return p.batch * p.in_h * p.in_w * p.channels;
}
int64_t outputs(const Pool2D& p) {
    return p.batch * p.out_h * p.out_w * p.channels;
}

std::string name(const Pool2D& p) {
    std::string result = "batch, in_h, in_w, channels, out_h, out_w, window, stride, pad:";
    for (int64_t v : {p.batch, p.in_h, p.in_w, p.channels, p.out_h, p.out_w, p.window_h, p.window_w,
                      p.stride_h, p.stride_w, p.pad_top, p.pad_left})
        result += fmt::format(" {}", v);
    return result;
}

/// A geometry in which every window meets the image, as the layers make them.
Pool2D random_pool(Random& random) {
    Pool2D p{};
    p.batch = random.integer(1, 3);
    p.in_h = random.integer(1, 12);
    p.in_w = random.integer(1, 12);
    p.channels = random.pick<int64_t>({1, 2, 3, 6, 8, 15, 16, 17, 33, 64, 70, 130});
    p.window_h = random.integer(1, 4);
    p.window_w = random.integer(1, 4);
    p.stride_h = random.integer(1, 4);
    p.stride_w = random.integer(1, 4);
    p.pad_top = random.integer(0, p.window_h - 1);
    p.pad_left = random.integer(0, p.window_w - 1);
    p.out_h = (p.in_h - 1 + p.pad_top) / p.stride_h + 1;
    p.out_w = (p.in_w - 1 + p.pad_left) / p.stride_w + 1;
    return p;
}

/// Few different values, so that windows have several maxima, and now and then NaN.
template <class T>
std::vector<T> with_ties(Random& random, int64_t count) {
    std::vector<T> x = random.numbers<T>(count);
    for (T& value : x)
        value = random.integer(0, 60) ? std::floor(value * 3) : std::numeric_limits<T>::quiet_NaN();
    return x;
}

template <class T>
struct Maxima {
    std::vector<T> y;
    std::vector<int32_t> where;
};

template <class T>
Maxima<T> run_max(const Table<T>& table, const Pool2D& p, const std::vector<T>& x) {
    Fenced<T> from(x), y(outputs(p));
    Fenced<int32_t> where(outputs(p));
    table.max_pool2d(backward_context(), p, from.data(), y.data(), where.data());
    return {y.values(), where.values()};
}

template <class T>
std::vector<T> run_avg(const Table<T>& table, const Pool2D& p, const std::vector<T>& x) {
    Fenced<T> from(x), y(outputs(p));
    table.avg_pool2d(backward_context(), p, from.data(), y.data());
    return y.values();
}

}  // namespace

TEMPLATE_TEST_CASE("max pooling agrees with naive loops on random shapes", "[kernels][pool]", float, double) {
    using T = TestType;
    Random random(31);
    for (int i = 0; i < 600; ++i) {
        const Pool2D p = random_pool(random);
        const std::vector<T> x = with_ties<T>(random, inputs(p));
        const std::vector<T> dy = random.numbers<T>(outputs(p));
        const Maxima<T> wanted = run_max(reference_kernels<T>(), p, x);
        std::vector<T> wanted_dx(x.size()), dx(x.size()), y(dy.size());
        reference_kernels<T>().max_pool2d_gradient(serial_context(), p, wanted.where.data(), dy.data(),
                                                   wanted_dx.data());
        for (const char* isa : present_isas()) {
            INFO(isa << " " << name(p));
            const Table<T>& table = *kernels_for<T>(isa);
            const Maxima<T> got = run_max(table, p, x);
            CHECK(difference(got.y, wanted.y, 0) == "");
            CHECK(got.where == wanted.where);

            table.max_pool2d(serial_context(), p, x.data(), y.data(), nullptr);
            CHECK(difference(y, wanted.y, 0) == "");
            table.max_pool2d_gather(backward_context(), p, wanted.where.data(), x.data(), y.data());
            CHECK(difference(y, wanted.y, 0) == "");
            table.max_pool2d_gradient(backward_context(), p, wanted.where.data(), dy.data(), dx.data());
            CHECK(same_bits(dx, wanted_dx));
        }
    }
}

TEMPLATE_TEST_CASE("average pooling agrees with naive loops on random shapes", "[kernels][pool]", float,
                   double) {
    using T = TestType;
    Random random(32);
    for (int i = 0; i < 600; ++i) {
        const Pool2D p = random_pool(random);
        const std::vector<T> x = random.numbers<T>(inputs(p)), dy = random.numbers<T>(outputs(p));
        const std::vector<T> wanted = run_avg(reference_kernels<T>(), p, x);
        std::vector<T> wanted_dx(x.size());
        reference_kernels<T>().avg_pool2d_gradient(serial_context(), p, dy.data(), wanted_dx.data());
        for (const char* isa : present_isas()) {
            INFO(isa << " " << name(p));
            CHECK(same_bits(run_avg(*kernels_for<T>(isa), p, x), wanted));
            Fenced<T> from(dy), dx(inputs(p));
            kernels_for<T>(isa)->avg_pool2d_gradient(backward_context(), p, from.data(), dx.data());
            CHECK(same_bits(dx.values(), wanted_dx));
        }
    }
}

TEMPLATE_TEST_CASE("the first of equal maxima gets the gradient", "[kernels][pool]", float, double) {
    using T = TestType;
    const Pool2D p{.batch = 1,
                   .in_h = 2,
                   .in_w = 4,
                   .channels = 1,
                   .out_h = 1,
                   .out_w = 2,
                   .window_h = 2,
                   .window_w = 2,
                   .stride_h = 2,
                   .stride_w = 2};
    for (const char* isa : present_isas()) {
        INFO(isa);
        const Maxima<T> got = run_max<T>(*kernels_for<T>(isa), p, {1, 7, -3, -3, 7, 7, -3, -4});
        CHECK(got.y == std::vector<T>{7, -3});
        CHECK(got.where == std::vector<int32_t>{1, 2});
        std::vector<T> dx(8);
        const T dy[] = {10, 20};
        kernels_for<T>(isa)->max_pool2d_gradient(serial_context(), p, got.where.data(), dy, dx.data());
        CHECK(dx == std::vector<T>{0, 10, 20, 0, 0, 0, 0, 0});
    }
}

TEMPLATE_TEST_CASE("padding neither wins a maximum nor counts in an average", "[kernels][pool]", float,
                   double) {
    using T = TestType;
    const Pool2D p{.batch = 1,
                   .in_h = 1,
                   .in_w = 3,
                   .channels = 1,
                   .out_h = 1,
                   .out_w = 3,
                   .window_h = 3,
                   .window_w = 3,
                   .stride_h = 1,
                   .stride_w = 1,
                   .pad_top = 1,
                   .pad_left = 1};
    for (const char* isa : present_isas()) {
        INFO(isa);
        CHECK(run_max<T>(*kernels_for<T>(isa), p, {-5, -2, -3}).y == std::vector<T>{-2, -2, -2});
        CHECK(run_avg<T>(*kernels_for<T>(isa), p, {-6, -2, -4}) == std::vector<T>{-4, -4, -3});
    }
}
