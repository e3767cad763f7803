#include "support/catch.hpp"
#include "support/conv_cases.hpp"
#include "support/numbers.hpp"
#include "support/pool_cases.hpp"
#include "support/window_cases.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/nn/pool.hpp>

#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "core/context.hpp"
#include "kernels/kernels.hpp"
#include "ops/nn/conv_geometry.hpp"

/// The ops that see images, on shapes that reach every variant of their kernels, against nested loops:
/// through the op and the tape on the instruction set in use, and through the kernels of every other that
/// runs here.
using namespace keratin;

namespace {

using Numbers = std::vector<double>;

double tolerance(DType dtype) {
    return dtype == float32 ? 2e-5 : 1e-13;
}

/// Numbers that float32 holds exactly, so that one run of the loops is right for both dtypes.
Tensor sample(const Shape& shape, window_cases::Sampler& random) {
    return numbers::distinct(shape, random.seed(), 1.0, float32);
}

std::vector<const char*> present_isas() {
    std::vector<const char*> result;
    for (const char* isa : {"sse2", "avx2", "avx512"})
        if (kernels::kernels_for<float>(isa)) result.push_back(isa);
    return result;
}

void check(const char* what, const Tensor& got, const Shape& shape, const Numbers& expected) {
    INFO(what << ", " << name(got.dtype()));
    REQUIRE(got.shape() == shape);
    CHECK(numbers::difference(got, expected) < tolerance(got.dtype()));
}

// -- convolutions
// --------------------------------------------------------------------------------------------

struct ConvNumbers {
    conv_cases::Case c;
    Tensor x, kernel, dy;
    conv_cases::Loops expected;

    ConvNumbers(const conv_cases::Case& shapes, window_cases::Sampler& random)
        : c(shapes),
          x(sample(c.x, random)),
          kernel(sample(c.kernel, random)),
          dy(sample(c.y, random)),
          expected(conv_cases::loops(c, numbers::of(x), numbers::of(kernel), numbers::of(dy))) {}
};

template <class T>
void check_conv_kernels(const ConvNumbers& n) {
    constexpr DType dtype = dtype_of<T>();
    const auto geometry = nn::conv_geometry(n.c.x, n.c.kernel, n.c.options, "test").extents;
    const Tensor x = convert(n.x, dtype);
    const Tensor kernel = convert(n.kernel, dtype);
    const Tensor dy = convert(n.dy, dtype);
    const auto data = [](const Tensor& t) { return t.data<T>().data(); };
    for (const char* isa : present_isas()) {
        INFO(isa);
        const kernels::Table<T>& table = *kernels::kernels_for<T>(isa);
        Tensor y = full(n.c.y, 7, dtype);
        Tensor dx = full(n.c.x, 7, dtype);
        Tensor dkernel = full(n.c.kernel, 7, dtype);
        table.conv2d(context(), geometry, data(x), data(kernel), nullptr, kernels::Activation::none,
                     y.mutable_data<T>().data());
        table.conv2d_input_gradient(context(), geometry, data(dy), data(kernel), dx.mutable_data<T>().data(),
                                    false);
        table.conv2d_kernel_gradient(context(), geometry, data(x), data(dy), dkernel.mutable_data<T>().data(),
                                     false);
        check("y", y, n.c.y, n.expected.y);
        check("dx", dx, n.c.x, n.expected.dx);
        check("dkernel", dkernel, n.c.kernel, n.expected.dkernel);
    }
}

void check_conv2d(const ConvNumbers& n, DType dtype) {
    const Tensor x = convert(n.x, dtype);
    const Tensor kernel = convert(n.kernel, dtype);
    GradientTape tape;
    tape.watch(x);
    tape.watch(kernel);
    const Tensor y = nn::conv2d(x, kernel, n.c.options);
    const auto gradients = tape.gradient(y, {x, kernel}, {.output_gradients = convert(n.dy, dtype)});
    check("conv2d", y, n.c.y, n.expected.y);
    check("conv2d: dx", gradients[0], n.c.x, n.expected.dx);
    check("conv2d: dkernel", gradients[1], n.c.kernel, n.expected.dkernel);
}

/// The transposed convolution is the input gradient, so the loops' dx is its result, their y its gradient.
void check_conv2d_transpose(const ConvNumbers& n, DType dtype) {
    const Tensor x = convert(n.dy, dtype);
    const Tensor kernel = convert(n.kernel, dtype);
    GradientTape tape;
    tape.watch(x);
    tape.watch(kernel);
    const Tensor y = nn::conv2d_transpose(x, kernel, n.c.x, n.c.options);
    const auto gradients = tape.gradient(y, {x, kernel}, {.output_gradients = convert(n.x, dtype)});
    check("conv2d_transpose", y, n.c.x, n.expected.dx);
    check("conv2d_transpose: dx", gradients[0], n.c.y, n.expected.y);
    check("conv2d_transpose: dkernel", gradients[1], n.c.kernel, n.expected.dkernel);
}

/// One group for each channel: the kernel (h, w, 1, channels * multiplier) is (h, w, channels, multiplier).
void check_depthwise_conv2d(const ConvNumbers& n, DType dtype) {
    const Shape shape{n.c.kernel[0], n.c.kernel[1], n.c.x[3], n.c.kernel[3] / n.c.x[3]};
    const Tensor x = convert(n.x, dtype);
    const Tensor kernel = convert(n.kernel, dtype).view(shape);
    GradientTape tape;
    tape.watch(x);
    tape.watch(kernel);
    const Tensor y = nn::depthwise_conv2d(x, kernel, n.c.options);
    const auto gradients = tape.gradient(y, {x, kernel}, {.output_gradients = convert(n.dy, dtype)});
    check("depthwise_conv2d", y, n.c.y, n.expected.y);
    check("depthwise_conv2d: dx", gradients[0], n.c.x, n.expected.dx);
    check("depthwise_conv2d: dkernel", gradients[1], shape, n.expected.dkernel);
}

using ConvCheck = void (*)(const ConvNumbers&, DType);

int check_convolutions(int shapes, unsigned seed, bool depthwise, ConvCheck check_op) {
    window_cases::Sampler random(seed);
    for (int i = 0; i < shapes; ++i) {
        const ConvNumbers n(conv_cases::sample_wide(random, depthwise), random);
        INFO(n.c.name());
        check_op(n, float32);
        check_op(n, float64);
        check_conv_kernels<float>(n);
        check_conv_kernels<double>(n);
    }
    return shapes;
}

// -- pools
// ---------------------------------------------------------------------------------------------------

struct PoolNumbers {
    pool_cases::Case c;
    Tensor x, dy;
    pool_cases::Loops expected;

    PoolNumbers(const pool_cases::Case& shapes, bool ties, window_cases::Sampler& random)
        : c(shapes),
          x(ties ? pool_cases::with_ties(c.x, random.seed(), float32) : sample(c.x, random)),
          dy(sample(c.y, random)),
          expected(pool_cases::loops(c, numbers::of(x), numbers::of(dy))) {}
};

void check_pools(const PoolNumbers& n, DType dtype) {
    const Tensor x = convert(n.x, dtype);
    GradientTape tape({.persistent = true});
    tape.watch(x);
    const Tensor max = nn::max_pool2d(x, n.c.window, n.c.options);
    const Tensor mean = nn::avg_pool2d(x, n.c.window, n.c.options);
    const GradientOptions options{.output_gradients = convert(n.dy, dtype)};
    check("max_pool2d", max, n.c.y, n.expected.max);
    check("max_pool2d: dx", tape.gradient(max, x, options), n.c.x, n.expected.max_dx);
    check("avg_pool2d", mean, n.c.y, n.expected.mean);
    check("avg_pool2d: dx", tape.gradient(mean, x, options), n.c.x, n.expected.mean_dx);
}

kernels::Pool2D geometry_of(const pool_cases::Case& c) {
    return {.batch = c.x[0],
            .in_h = c.x[1],
            .in_w = c.x[2],
            .channels = c.x[3],
            .out_h = c.y[1],
            .out_w = c.y[2],
            .window_h = c.window.height,
            .window_w = c.window.width,
            .stride_h = c.rows.stride,
            .stride_w = c.cols.stride,
            .pad_top = c.rows.before,
            .pad_left = c.cols.before};
}

template <class T>
void check_pool_kernels(const PoolNumbers& n) {
    constexpr DType dtype = dtype_of<T>();
    const kernels::Pool2D geometry = geometry_of(n.c);
    const Tensor x = convert(n.x, dtype);
    const Tensor dy = convert(n.dy, dtype);
    for (const char* isa : present_isas()) {
        INFO(isa);
        const kernels::Table<T>& table = *kernels::kernels_for<T>(isa);
        Tensor where = Tensor::empty(n.c.y, int32);
        Tensor y = full(n.c.y, 7, dtype);
        Tensor dx = full(n.c.x, 7, dtype);
        int32_t* cells = where.mutable_data<int32_t>().data();
        T* out = y.mutable_data<T>().data();
        T* gradient = dx.mutable_data<T>().data();
        table.max_pool2d(context(), geometry, x.data<T>().data(), out, cells);
        check("max", y, n.c.y, n.expected.max);
        table.max_pool2d_gradient(context(), geometry, cells, dy.data<T>().data(), gradient);
        check("max: dx", dx, n.c.x, n.expected.max_dx);
        table.avg_pool2d(context(), geometry, x.data<T>().data(), out);
        check("mean", y, n.c.y, n.expected.mean);
        table.avg_pool2d_gradient(context(), geometry, dy.data<T>().data(), gradient);
        check("mean: dx", dx, n.c.x, n.expected.mean_dx);
    }
}

int check_poolings(int shapes, unsigned seed) {
    window_cases::Sampler random(seed);
    for (int i = 0; i < shapes; ++i) {
        const PoolNumbers n(pool_cases::sample_wide(random), i % 3 == 0, random);
        INFO(n.c.name());
        check_pools(n, float32);
        check_pools(n, float64);
        check_pool_kernels<float>(n);
        check_pool_kernels<double>(n);
    }
    return shapes;
}

}  // namespace

TEST_CASE("Convolutions and pools agree with nested loops on 2,200 sampled shapes, in both dtypes",
          "[conformance][conv2d][pool]") {
    const int conv = check_convolutions(800, 1, false, check_conv2d);
    const int transposed = check_convolutions(400, 2, false, check_conv2d_transpose);
    const int depthwise = check_convolutions(400, 3, true, check_depthwise_conv2d);
    const int pools = check_poolings(600, 4);
    const int all = conv + transposed + depthwise + pools;
    fmt::print(
        "conformance: {} shapes against nested loops, each in float32 and float64, forward and gradients: "
        "conv2d {}, conv2d_transpose {}, depthwise_conv2d {}, max_pool2d and avg_pool2d {}; op on {}, "
        "kernels on {}\n",
        all, conv, transposed, depthwise, pools, kernels::active_isa(), fmt::join(present_isas(), ", "));
    CHECK(all >= 2000);
}
