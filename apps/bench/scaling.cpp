#include "kernel_cases.hpp"
#include "nets.hpp"

#include <fmt/core.h>

namespace bench {

std::vector<Case> scaling_cases() {
    std::vector<Case> cases;
    const auto with_threads = [&](Case one, const std::string& name, int threads) {
        one.name = name;
        one.threads = threads;
        cases.push_back(std::move(one));
    };
    const auto modern = [] { return lenet5(true); };
    for (const int threads : {1, 2})
        for (const int64_t batch : {16, 64, 128, 256, 512, 1024, 4096})
            with_threads(train_case("", modern, batch),
                         fmt::format("scaling/lenet5/threads:{}/batch:{}", threads, batch), threads);
    for (const int threads : {1, 2}) {
        for (const int64_t channels : {8, 16, 32, 64, 128, 256})
            with_threads(conv_forward_case({"", 8, 28, channels, channels, 3, 1}),
                         fmt::format("scaling/conv3x3/threads:{}/channels:{}", threads, channels), threads);
        for (const int64_t side : {8, 16, 32, 64, 128})
            with_threads(conv_forward_case({"", 8, side, 32, 32, 3, 1}),
                         fmt::format("scaling/conv3x3/threads:{}/image:{}", threads, side), threads);
    }
    return cases;
}

}  // namespace bench
