#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/threads.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/lenet5.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>

#include <atomic>
#include <set>
#include <thread>

using namespace keratin;
using conformance::same;

namespace {

constexpr int threads = 8;

/// Runs body(number) on several threads that start together.
void at_once(const std::function<void(int)>& body) {
    std::atomic<int> waiting{0};
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i)
        running.emplace_back([&, i] {
            ++waiting;
            while (waiting < threads) std::this_thread::yield();
            body(i);
        });
    for (std::thread& thread : running) thread.join();
}

struct Residual : Layer {
    layers::Conv2D first{4, {.kernel_size = 3, .padding = "same", .activation = "relu"}};
    layers::Conv2D second{4, {.kernel_size = 3, .padding = "same"}};
    Tensor call(const Tensor& x) override { return nn::relu(x + second(first(x))); }
};

/// All threads call a fresh layer at once: it is built once, and they all see the same numbers.
void check_first_call(const std::function<std::shared_ptr<Layer>()>& make, const Shape& input,
                      size_t variables) {
    const Tensor x = numbers::distinct(input, 1, 1.0, float32);
    for (int round = 0; round < 10; ++round) {
        clear_session();
        const std::shared_ptr<Layer> layer = make();
        std::vector<Tensor> outputs(threads);
        std::vector<std::string> names(threads);
        at_once([&](int i) {
            outputs[static_cast<size_t>(i)] = (*layer)(x);
            names[static_cast<size_t>(i)] = layer->name();
        });
        REQUIRE(layer->variables().size() == variables);
        std::set<std::string> paths;
        for (const Variable& variable : layer->variables()) paths.insert(variable.path());
        CHECK(paths.size() == variables);
        const Tensor expected = (*layer)(x);
        for (const Tensor& output : outputs) CHECK(same(output, expected));
        for (const std::string& name : names) CHECK(name == layer->name());
    }
}

}  // namespace

TEST_CASE("Threads that call a fresh layer at once build it once", "[layers][threads]") {
    SECTION("Dense") {
        check_first_call([] { return std::make_shared<layers::Dense>(3); }, {2, 4}, 2);
    }
    SECTION("BatchNormalization") {
        check_first_call([] { return std::make_shared<layers::BatchNormalization>(); }, {2, 4}, 4);
    }
    SECTION("a layer of layers") {
        check_first_call([] { return std::make_shared<Residual>(); }, {1, 5, 5, 4}, 4);
    }
    SECTION("a model") {
        check_first_call(
            [] { return std::make_shared<Sequential>(Residual(), layers::Flatten(), layers::Dense(2)); },
            {1, 5, 5, 4}, 6);
    }
}

TEST_CASE("Threads whose inputs do not fit do not disturb those whose do", "[layers][threads]") {
    for (int round = 0; round < 20; ++round) {
        const Sequential model(layers::Conv2D(2, {.kernel_size = 3}), layers::Flatten(), layers::Dense(2));
        std::atomic<int> fitted{0}, refused{0};
        at_once([&](int i) {
            try {
                model(i % 2 ? zeros({1, 2, 2, 3}) : zeros({1, 6, 6, 3}));
                ++fitted;
            } catch (const ShapeError&) {
                ++refused;
            }
        });
        CHECK(fitted == threads / 2);
        CHECK(refused == threads / 2);
        CHECK(model.variables().size() == 4);
    }
}

TEST_CASE("Automatic names are given once, on however many threads", "[layers][threads]") {
    clear_session();
    std::vector<std::vector<std::string>> names(threads);
    at_once([&](int i) {
        for (int k = 0; k < 50; ++k) {
            names[static_cast<size_t>(i)].push_back(layers::Flatten().name());
            names[static_cast<size_t>(i)].push_back(Residual().name());
        }
    });
    std::set<std::string> all;
    for (const auto& some : names) all.insert(some.begin(), some.end());
    CHECK(all.size() == 100 * threads);
}

TEST_CASE("A model gives the same bits on every thread, and on any number of them", "[layers][threads]") {
    const Sequential model = models::lenet5();
    const Tensor x = numbers::distinct({3, 28, 28, 1}, 1, 1.0, float32);
    set_num_threads(1);
    const Tensor expected = model(x);
    for (const int helpers : {2, 4}) {
        set_num_threads(helpers);
        std::vector<Tensor> outputs(threads);
        at_once([&](int i) {
            for (int k = 0; k < 3; ++k) outputs[static_cast<size_t>(i)] = model(x);
        });
        for (const Tensor& output : outputs) CHECK(same(output, expected));
    }
    set_num_threads(0);
}

TEST_CASE("Training, the layer one is in, and tapes are each thread's own", "[layers][threads]") {
    const layers::Dense dense(3);
    dense(zeros({1, 4}));
    const Sequential model(layers::Dropout(1), dense);
    const Tensor x = ones({1, 4});
    const Tensor expected = model(x);
    std::atomic<int> wrong{0};
    at_once([&](int i) {
        for (int k = 0; k < 50; ++k) {
            GradientTape tape;
            const bool trains = i % 2;
            const Tensor y = model(x, {.training = trains});
            const Tensor kernel = tape.gradient(y, dense.kernel);
            const Tensor bias_only = zeros({1, 3});
            wrong += !same(y, trains ? bias_only : expected);
            wrong += !same(kernel, trains ? zeros({4, 3}) : ones({4, 3}));
        }
    });
    CHECK(wrong == 0);
}

TEST_CASE("Layers are registered and made on many threads", "[layers][threads]") {
    const Config node = serialize(layers::Dense(2, {.name = "d"}));
    std::atomic<int> made{0};
    at_once([&](int i) {
        for (int k = 0; k < 50; ++k) {
            register_layer("Threaded" + std::to_string(i),
                           [](const Config&) { return std::make_shared<layers::Flatten>(); });
            made += layer_from_config(node)->name() == "d";
            made += layer_from_config("Threaded" + std::to_string(i))->class_name() == "Flatten";
        }
    });
    CHECK(made == 100 * threads);
}
