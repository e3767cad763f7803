// The convolutions of keratin-bench in oneDNN, in whatever memory formats it likes best; what it would cost
// to bring data into those formats is not counted. Speaks the protocol of worker.py. Usage: onednn THREADS
//
//     OMP_NUM_THREADS=2 is set here; build with: g++ -O2 -std=c++20 onednn.cpp -ldnnl -fopenmp -o onednn

#include <omp.h>

#include <oneapi/dnnl/dnnl.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace dnnl;

struct Shape {
    memory::dim batch, side, in, out, kernel, stride;
    bool same;
    memory::dim groups;
};

const std::map<std::string, Shape> shapes = {
    {"1-6-5x5-28", {128, 28, 1, 6, 5, 1, true, 1}},
    {"6-16-5x5-14", {128, 14, 6, 16, 5, 1, false, 1}},
    {"3-32-3x3-32", {32, 32, 3, 32, 3, 1, true, 1}},
    {"64-64-3x3-32", {8, 32, 64, 64, 3, 1, true, 1}},
    {"128-128-3x3-16", {8, 16, 128, 128, 3, 1, true, 1}},
    {"256-256-3x3-8", {8, 8, 256, 256, 3, 1, true, 1}},
    {"256-64-1x1-14", {16, 14, 256, 64, 1, 1, true, 1}},
    {"3-64-7x7s2-224", {2, 224, 3, 64, 7, 2, true, 1}},
    {"128-128-3x3s2-28", {8, 28, 128, 128, 3, 2, true, 1}},
    {"depthwise-256-3x3-16", {16, 16, 256, 256, 3, 1, true, 256}},
    {"depthwise-32-3x3-32", {32, 32, 32, 32, 3, 1, true, 32}},
    {"depthwise-128-3x3s2-16", {32, 16, 128, 128, 3, 2, true, 128}},
    {"depthwise-512-3x3-4", {32, 4, 512, 512, 3, 1, true, 512}},
};

memory filled(const memory::desc& desc, const engine& cpu) {
    memory result(desc, cpu);
    auto* data = static_cast<float*>(result.get_data_handle());
    for (size_t i = 0; i < desc.get_size() / sizeof(float); ++i)
        data[i] = static_cast<float>(i % 1000) / 1000 - 0.5f;
    return result;
}

/// A convolution and its two gradients; `pass` is "forward", "dx" or "dw".
std::function<void()> make_step(const Shape& s, const std::string& pass) {
    static const engine cpu(engine::kind::cpu, 0);
    static stream queue(cpu);
    const memory::dim out = s.same ? (s.side + s.stride - 1) / s.stride : (s.side - s.kernel) / s.stride + 1;
    const memory::dim zeros = s.same ? std::max<memory::dim>((out - 1) * s.stride + s.kernel - s.side, 0) : 0;
    const memory::dims before = {zeros / 2, zeros / 2}, after = {zeros - zeros / 2, zeros - zeros / 2};
    const memory::dims strides = {s.stride, s.stride};
    const auto any = [](const memory::dims& dims) {
        return memory::desc(dims, memory::data_type::f32, memory::format_tag::any);
    };
    const memory::dims kernel =
        s.groups == 1 ? memory::dims{s.out, s.in, s.kernel, s.kernel}
                      : memory::dims{s.groups, s.out / s.groups, s.in / s.groups, s.kernel, s.kernel};
    const auto x = any({s.batch, s.in, s.side, s.side}), w = any(kernel), y = any({s.batch, s.out, out, out});
    const auto b = memory::desc({s.out}, memory::data_type::f32, memory::format_tag::a);
    primitive_attr relu;
    post_ops after_sum;
    after_sum.append_eltwise(1.f, algorithm::eltwise_relu, 0.f, 0.f);
    relu.set_post_ops(after_sum);
    const convolution_forward::primitive_desc forward(
        {prop_kind::forward_training, algorithm::convolution_direct, x, w, b, y, strides, before, after},
        relu, cpu);
    const auto bound = [&](auto primitive,
                           std::unordered_map<int, memory> arguments) -> std::function<void()> {
        return [primitive, arguments] {
            auto p = primitive;
            p.execute(queue, arguments);
            queue.wait();
        };
    };
    if (pass == "forward")
        return bound(convolution_forward(forward), {{DNNL_ARG_SRC, filled(forward.src_desc(), cpu)},
                                                    {DNNL_ARG_WEIGHTS, filled(forward.weights_desc(), cpu)},
                                                    {DNNL_ARG_BIAS, filled(forward.bias_desc(), cpu)},
                                                    {DNNL_ARG_DST, filled(forward.dst_desc(), cpu)}});
    if (pass == "dx") {
        const convolution_backward_data::primitive_desc desc(
            {algorithm::convolution_direct, x, w, y, strides, before, after}, cpu, forward);
        return bound(convolution_backward_data(desc),
                     {{DNNL_ARG_DIFF_DST, filled(desc.diff_dst_desc(), cpu)},
                      {DNNL_ARG_WEIGHTS, filled(desc.weights_desc(), cpu)},
                      {DNNL_ARG_DIFF_SRC, filled(desc.diff_src_desc(), cpu)}});
    }
    const convolution_backward_weights::primitive_desc desc(
        {algorithm::convolution_direct, x, w, b, y, strides, before, after}, cpu, forward);
    return bound(convolution_backward_weights(desc),
                 {{DNNL_ARG_SRC, filled(desc.src_desc(), cpu)},
                  {DNNL_ARG_DIFF_DST, filled(desc.diff_dst_desc(), cpu)},
                  {DNNL_ARG_DIFF_WEIGHTS, filled(desc.diff_weights_desc(), cpu)},
                  {DNNL_ARG_DIFF_BIAS, filled(desc.diff_bias_desc(), cpu)}});
}

double seconds_of(const std::function<void()>& step, double least) {
    using Clock = std::chrono::steady_clock;
    const auto since = [](Clock::time_point t) {
        return std::chrono::duration<double>(Clock::now() - t).count();
    };
    std::vector<double> times;
    for (const auto begin = Clock::now(); times.size() < 3 || since(begin) < least;) {
        const auto start = Clock::now();
        step();
        times.push_back(since(start));
    }
    std::sort(times.begin(), times.end());
    const size_t fastest = std::max<size_t>(1, times.size() / 10);
    double sum = 0;
    for (size_t i = 0; i < fastest; ++i) sum += times[i];
    return sum / static_cast<double>(fastest);
}

}  // namespace

int main(int argc, char** argv) {
    omp_set_num_threads(argc > 1 ? std::atoi(argv[1]) : 1);
    std::cout << "ready" << std::endl;
    std::function<void()> step;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string command, argument;
        words >> command >> argument;
        if (command == "quit") break;
        if (command == "time") std::cout << seconds_of(step, std::stod(argument)) << std::endl;
        if (command != "prepare") continue;
        try {
            const std::string prefix = "kernels/conv/";
            const size_t slash = argument.rfind('/');
            step = make_step(shapes.at(argument.substr(prefix.size(), slash - prefix.size())),
                             argument.substr(slash + 1));
            for (int i = 0; i < 5; ++i) step();
            std::cout << "ready" << std::endl;
        } catch (const std::exception& error) {
            std::cout << "failed " << error.what() << std::endl;
        }
    }
}
