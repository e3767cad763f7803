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

Tensor labels(int64_t batch) {
    return cast(random::uniform({batch}, {.maxval = 9.99, .seed = 2}), int64);
}

void compile(Network& network, const std::vector<MetricHandle>& metrics = {}) {
    network.model.compile({.optimizer = optimizers::Adam({.learning_rate = 1e-4}),
                           .loss = losses::SparseCategoricalCrossentropy(),
                           .metrics = metrics});
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
        compile(*network);
        const Tensor x = images(*network, batch);
        const Tensor y = labels(batch);
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

Case fit_case(std::string name, const std::function<Network()>& make, int64_t batch) {
    constexpr int64_t samples = 60'000;
    Case result = train_case(std::move(name), make, batch);
    result.steps = (samples + batch - 1) / batch;
    result.prepare_bare = [step = result.prepare, steps = result.steps] {
        return [step = step(), steps] {
            for (int64_t i = 0; i < steps; ++i) step();
        };
    };
    result.prepare = [make, batch] {
        auto network = std::make_shared<Network>(make());
        compile(*network, {"accuracy"});
        const Tensor x = random::uniform({samples, network->side, network->side, network->channels},
                                         {.maxval = 256, .dtype = int32, .seed = 1});
        const Dataset data{cast(x, uint8), labels(samples), 1.0 / 255};
        const FitOptions options{.batch_size = batch, .verbose = 0};
        return [network, data, options] { network->model.fit(data, options); };
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
    for (const int64_t batch : {64, 128})
        cases.push_back(fit_case(
            fmt::format("lenet5/fit/batch:{}", batch), [] { return lenet5(true); }, batch));
    add("lenet5-classic", [] { return lenet5(false); }, {1, 8, 64, 128});
    add("vgg", vgg, {32});
    add("resnet20", resnet20, {32});
    add("mobilenet", mobilenet, {32});
    return cases;
}

}  // namespace bench
