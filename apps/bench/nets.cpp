#include "nets.hpp"
#include "bench.hpp"

#include <keratin/core/random.hpp>
#include <keratin/core/threads.hpp>
#include <keratin/losses.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/optimizers.hpp>

#include <fmt/core.h>

#include <memory>

namespace bench {

using namespace keratin;

namespace {

Tensor images(const Network& network, int64_t batch) {
    return random::uniform({batch, network.side, network.side, network.channels}, {.seed = 1});
}

}  // namespace

Case train_case(std::string name, const std::function<Network()>& make, int64_t batch) {
    const Network counted = make();
    Case result;
    result.name = std::move(name);
    result.flops = counted.training() * static_cast<double>(batch);
    result.images = static_cast<double>(batch);
    result.prepare = [make, batch] {
        auto network = std::make_shared<Network>(make());
        network->model.compile({.optimizer = optimizers::Adam({.learning_rate = 1e-4}),
                                .loss = losses::SparseCategoricalCrossentropy()});
        const Tensor x = images(*network, batch);
        const Tensor y = cast(random::uniform({batch}, {.maxval = 9.99, .seed = 2}), int64);
        return [network, x, y] { network->model.train_on_batch(x, y); };
    };
    return result;
}

Case predict_case(std::string name, const std::function<Network()>& make, int64_t batch) {
    Case result;
    result.name = std::move(name);
    result.flops = make().forward * static_cast<double>(batch);
    result.images = static_cast<double>(batch);
    result.prepare = [make, batch] {
        auto network = std::make_shared<Network>(make());
        const Tensor x = images(*network, batch);
        return [network, x] { network->model.predict_on_batch(x); };
    };
    return result;
}

std::vector<Case> net_cases() {
    std::vector<Case> cases;
    const auto add = [&](const char* name, const std::function<Network()>& make,
                         const std::vector<int64_t>& batches) {
        for (const int64_t batch : batches) {
            cases.push_back(train_case(fmt::format("{}/train/batch:{}", name, batch), make, batch));
            cases.push_back(predict_case(fmt::format("{}/predict/batch:{}", name, batch), make, batch));
        }
    };
    add("lenet5", [] { return lenet5(true); }, {1, 8, 32, 64, 128, 256, 1024});
    add("lenet5-classic", [] { return lenet5(false); }, {1, 8, 64, 128});
    add("vgg", vgg, {32});
    add("resnet20", resnet20, {32});
    add("mobilenet", mobilenet, {32});
    return cases;
}

}  // namespace bench
