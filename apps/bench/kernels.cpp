#include "kernel_cases.hpp"

#include "core/context.hpp"
#include "kernels/kernels.hpp"

#include <keratin/detail/aligned_allocator.hpp>
#include <keratin/ops/nn/conv.hpp>

#include <fmt/core.h>

#include <memory>
#include <vector>

namespace bench {
namespace {

using namespace keratin;
using kernels::Activation;

/// The shapes that docs/benchmarks.md compares with other libraries.
constexpr ConvShape shapes[] = {
    {"1-6-5x5-28", 128, 28, 1, 6, 5, 1},
    {"6-16-5x5-14", 128, 14, 6, 16, 5, 1, false},
    {"3-32-3x3-32", 32, 32, 3, 32, 3, 1},
    {"64-64-3x3-32", 8, 32, 64, 64, 3, 1},
    {"128-128-3x3-16", 8, 16, 128, 128, 3, 1},
    {"256-256-3x3-8", 8, 8, 256, 256, 3, 1},
    {"256-64-1x1-14", 16, 14, 256, 64, 1, 1},
    {"3-64-7x7s2-224", 2, 224, 3, 64, 7, 2},
    {"128-128-3x3s2-28", 8, 28, 128, 128, 3, 2},
    {"depthwise-256-3x3-16", 16, 16, 256, 256, 3, 1, true, 256},
    {"depthwise-32-3x3-32", 32, 32, 32, 32, 3, 1, true, 32},
    {"depthwise-128-3x3s2-16", 32, 16, 128, 128, 3, 2, true, 128},
    {"depthwise-512-3x3-4", 32, 4, 512, 512, 3, 1, true, 512},
};

kernels::Conv2D geometry(const ConvShape& s) {
    kernels::Conv2D conv{};
    conv.batch = s.batch;
    conv.in_h = conv.in_w = s.side;
    conv.in_c = s.in;
    conv.out_c = s.out;
    conv.kernel_h = conv.kernel_w = s.kernel;
    conv.stride_h = conv.stride_w = s.stride;
    conv.groups = s.groups;
    conv.winograd = nn::winograd_allowed();
    conv.out_h = conv.out_w =
        s.same ? (s.side + s.stride - 1) / s.stride : (s.side - s.kernel) / s.stride + 1;
    const int64_t zeros = (conv.out_h - 1) * s.stride + s.kernel - s.side;
    conv.pad_top = conv.pad_left = s.same && zeros > 0 ? zeros / 2 : 0;
    return conv;
}

/// Aligned as tensors are: vectors that lie across two cache lines would be timed twice.
using Numbers = std::vector<float, detail::AlignedAllocator<float>>;

/// Numbers that neither overflow nor become denormal, for anything that a kernel may do to them.
Numbers numbers(int64_t count) {
    Numbers result(static_cast<size_t>(count));
    uint32_t state = 1;
    for (float& value : result) {
        state = state * 1664525u + 1013904223u;
        value = static_cast<float>(state >> 8) * 0x1p-24f - 0.5f;
    }
    return result;
}

struct ConvData {
    kernels::Conv2D conv;
    Numbers x, kernel, bias, y;

    explicit ConvData(const ConvShape& s)
        : conv(geometry(s)),
          x(numbers(conv.batch * conv.in_h * conv.in_w * conv.in_c)),
          kernel(numbers(conv.kernel_h * conv.kernel_w * conv.in_c / conv.groups * conv.out_c)),
          bias(numbers(conv.out_c)),
          y(numbers(conv.batch * conv.out_h * conv.out_w * conv.out_c)) {}
    double flops() const {
        return 2.0 * static_cast<double>(conv.batch * conv.out_h * conv.out_w) *
               static_cast<double>(kernel.size());
    }
};

template <class Step>
Case conv_case(const ConvShape& shape, const char* pass, Step step) {
    Case result;
    result.name = fmt::format("kernels/conv/{}/{}", shape.name, pass);
    result.flops = ConvData(shape).flops();
    result.images = static_cast<double>(shape.batch);
    result.prepare = [shape, step] {
        auto data = std::make_shared<ConvData>(shape);
        return [data, step] { step(*data); };
    };
    return result;
}

Case conv_input_case(const ConvShape& shape) {
    return conv_case(shape, "dx", [](ConvData& d) {
        kernels::kernels<float>().conv2d_input_gradient(context(), d.conv, d.y.data(), d.kernel.data(),
                                                        d.x.data(), false);
    });
}
Case conv_kernel_case(const ConvShape& shape) {
    return conv_case(shape, "dw", [](ConvData& d) {
        kernels::kernels<float>().conv2d_kernel_gradient(context(), d.conv, d.x.data(), d.y.data(),
                                                         d.kernel.data(), false);
    });
}

Case gemm_case(int64_t m, int64_t k, int64_t n) {
    struct Data {
        kernels::Gemm g;
        Numbers a, b, c;
    };
    Case result;
    result.name = fmt::format("kernels/dense/{}x{}x{}", m, k, n);
    result.flops = 2.0 * static_cast<double>(m * n * k);
    result.images = static_cast<double>(m);
    result.prepare = [m, k, n] {
        kernels::Gemm g{};
        g.m = m;
        g.n = g.ldb = g.ldc = n;
        g.k = g.lda = k;
        auto d = std::make_shared<Data>(Data{g, numbers(m * k), numbers(k * n), numbers(m * n)});
        return [d] {
            kernels::kernels<float>().gemm(context(), d->g, d->a.data(), d->b.data(), nullptr,
                                           Activation::none, d->c.data());
        };
    };
    return result;
}

/// A case that memory limits: `arrays` arrays of n floats, each read or written once or more.
template <class Step>
Case memory_case(const char* name, int64_t n, int arrays, double passes, Step step) {
    Case result;
    result.name = fmt::format("kernels/{}", name);
    result.bytes = passes * sizeof(float) * static_cast<double>(n);
    result.prepare = [n, arrays, step] {
        auto data = std::make_shared<std::vector<Numbers>>();
        for (int i = 0; i < arrays; ++i) data->push_back(numbers(n));
        for (float& v : data->back()) v = v * v;  // what must not be negative comes last
        return [data, step] { step(*data); };
    };
    return result;
}

void add_memory_cases(std::vector<Case>& cases) {
    using Arrays = std::vector<Numbers>;
    constexpr int64_t n = 8 << 20;
    cases.push_back(memory_case("relu", n, 2, 2, [](Arrays& a) {
        kernels::kernels<float>().unary(context(), kernels::Unary::relu, a[0].data(), a[1].data(), n);
    }));
    cases.push_back(memory_case("add", n, 3, 3, [](Arrays& a) {
        kernels::kernels<float>().binary(context(), kernels::Binary::add, {a[0].data(), n, 1},
                                         {a[1].data(), n, 1}, a[2].data(), 1, n);
    }));
    cases.push_back(memory_case("softmax", n, 2, 2, [](Arrays& a) {
        kernels::kernels<float>().softmax(context(), a[0].data(), a[1].data(), n / 1024, 1024);
    }));
    cases.push_back(memory_case("adam", n, 4, 7, [](Arrays& a) {
        kernels::kernels<float>().adam(context(), {1e-9, 0.9, 0.999, 1e-7, 0}, a[0].data(), a[1].data(),
                                       a[2].data(), a[3].data(), nullptr, n);
    }));
    cases.push_back(memory_case("max_pool", n, 2, 1.25, [](Arrays& a) {
        const kernels::Pool2D pool{32, 64, 64, 64, 32, 32, 2, 2, 2, 2};
        kernels::kernels<float>().max_pool2d(context(), pool, a[0].data(), a[1].data(), nullptr);
    }));
}

}  // namespace

Case conv_forward_case(const ConvShape& shape) {
    return conv_case(shape, "forward", [](ConvData& d) {
        kernels::kernels<float>().conv2d(context(), d.conv, d.x.data(), d.kernel.data(), d.bias.data(),
                                         Activation::relu, d.y.data());
    });
}

std::vector<Case> kernel_cases() {
    std::vector<Case> cases;
    for (const ConvShape& shape : shapes) {
        cases.push_back(conv_forward_case(shape));
        cases.push_back(conv_input_case(shape));
        cases.push_back(conv_kernel_case(shape));
    }
    cases.push_back(gemm_case(128, 400, 120));
    cases.push_back(gemm_case(256, 1024, 1024));
    add_memory_cases(cases);
    return cases;
}

}  // namespace bench
