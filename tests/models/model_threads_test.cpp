#include "support/catch.hpp"

#include "support/numbers.hpp"

#include <keratin/keratin.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace keratin;

namespace {

Sequential small_lenet() {
    return Sequential(layers::Conv2D(4, {.kernel_size = 3, .activation = "relu"}), layers::MaxPooling2D(2),
                      layers::BatchNormalization(), layers::Flatten(), layers::Dropout(0.5),
                      layers::Dense(16, {.activation = "tanh"}), layers::Dense(5, {.activation = "softmax"}));
}

void compile(Sequential& model) {
    model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
}

struct Data {
    explicit Data(int64_t n = 24) : x(numbers::distinct({n, 12, 12, 1}, 1, 1.0, float32)) {
        std::vector<int32_t> classes;
        for (int32_t i = 0; i < n; ++i) classes.push_back(i % 5);
        y = Tensor::from(classes);
    }
    Tensor x, y;
};

/// Runs a function in n threads at once.
template <class F>
void in_threads(int n, F function) {
    std::atomic<int> ready = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < n; ++i)
        threads.emplace_back([&, i] {
            ++ready;
            while (ready < n) std::this_thread::yield();
            function(i);
        });
}

/// What a thread waits for another to do.
class Signal {
public:
    void give() {
        const std::lock_guard lock(mutex_);
        given_ = true;
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return given_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool given_ = false;
};

std::vector<std::vector<double>> copies(const Model& model) {
    std::vector<std::vector<double>> values;
    for (const Tensor& weight : model.get_weights()) values.push_back(numbers::of(weight));
    return values;
}

}  // namespace

TEST_CASE("Eight threads predict as one does, while others read the weights", "[models][threads]") {
    const Data data;
    const Sequential model = small_lenet();
    model(data.x);
    const std::vector<double> expected = numbers::of(model.predict(data.x, {.batch_size = 5}));
    const std::vector<std::vector<double>> weights = copies(model);
    std::atomic<int> wrong = 0;
    in_threads(10, [&](int thread) {
        for (int repeat = 0; repeat < 20; ++repeat) {
            if (thread < 8)
                wrong += numbers::of(model.predict(data.x, {.batch_size = 5})) != expected;
            else
                wrong += copies(model) != weights;
        }
    });
    CHECK(wrong == 0);
}

TEST_CASE("Eight threads call and evaluate one model", "[models][threads]") {
    const Data data;
    Sequential model = small_lenet();
    compile(model);
    const Logs expected = model.evaluate(data.x, data.y, {.batch_size = 7, .verbose = 0});
    const std::vector<double> output = numbers::of(model(data.x));
    std::atomic<int> wrong = 0;
    in_threads(8, [&](int thread) {
        for (int repeat = 0; repeat < 10; ++repeat) {
            if (thread % 2) {
                const Logs logs = model.evaluate(data.x, data.y, {.batch_size = 7, .verbose = 0});
                wrong += logs["loss"] != expected["loss"] || logs["accuracy"] != expected["accuracy"];
            } else {
                wrong += numbers::of(model(data.x)) != output;
            }
            wrong += model.layers().size() != 7 || model.variables().size() != 10;
        }
    });
    CHECK(wrong == 0);
}

TEST_CASE("A model is built once, whichever of many threads calls it first", "[models][threads]") {
    const Data data(2);
    for (int repeat = 0; repeat < 10; ++repeat) {
        const Sequential model = small_lenet();
        std::vector<std::vector<double>> outputs(8);
        in_threads(8, [&](int thread) { outputs[static_cast<size_t>(thread)] = numbers::of(model(data.x)); });
        for (const std::vector<double>& output : outputs) CHECK((output == outputs[0]));
        CHECK(model.variables().size() == 10);
    }
}

TEST_CASE("Models train side by side as they do alone", "[models][threads]") {
    const Data data;
    const auto trained = [&](const std::vector<Tensor>& start) {
        Sequential model(layers::Conv2D(4, {.kernel_size = 3, .activation = "relu"}), layers::Flatten(),
                         layers::Dense(5, {.activation = "softmax"}));
        compile(model);
        model.build(data.x.shape());
        model.set_weights(start);
        model.fit(data.x, data.y, {.batch_size = 5, .epochs = 3, .verbose = 0, .shuffle = false});
        return copies(model);
    };
    Sequential model(layers::Conv2D(4, {.kernel_size = 3}), layers::Flatten(), layers::Dense(5));
    model.build(data.x.shape());
    const std::vector<Tensor> start = model.get_weights();
    const auto expected = trained(start);
    std::atomic<int> wrong = 0;
    in_threads(4, [&](int) { wrong += trained(start) != expected; });
    CHECK(wrong == 0);
}

TEST_CASE("A stop token ends fit from another thread, after the running batch", "[models][fit][threads]") {
    const Data data;
    Sequential model = small_lenet();
    compile(model);
    Signal running;
    std::atomic<bool> requested = false;
    int batches_after = 0;
    const callbacks::LambdaCallback counter({.on_train_batch_begin = [&](int64_t, const Logs&) {
        running.give();
        batches_after += requested;
    }});
    std::stop_source stop;
    const std::jthread other([&] {
        running.wait();
        stop.request_stop();
        requested = true;
    });
    const History history = model.fit(data.x, data.y,
                                      {.batch_size = 2,
                                       .epochs = 1'000'000,
                                       .verbose = 0,
                                       .callbacks = {counter},
                                       .stop = stop.get_token()});
    CHECK(history.epoch.size() < 1'000'000);
    CHECK(batches_after <= 1);  // the one that was about to begin
    CHECK(model.fit(data.x, data.y, {.epochs = 2, .verbose = 0}).epoch.size() == 2);
    CHECK(std::isfinite(model.evaluate(data.x, data.y, {.verbose = 0})["loss"]));
}

TEST_CASE("A token that is stopped already lets one batch through, one stopped late none",
          "[models][fit][threads]") {
    const Data data;
    Sequential model = small_lenet();
    compile(model);
    std::stop_source stop;
    int64_t batches = 0;
    bool in_validation = false;
    struct Watch : callbacks::Callback {
        std::function<void()> batch, test_end;
        void on_train_batch_end(int64_t, const Logs&) override { batch(); }
        void on_test_end(const Logs&) override { test_end(); }
    };
    Watch watch;
    watch.batch = [&] { ++batches; };
    watch.test_end = [&] {
        if (in_validation) stop.request_stop();
    };
    FitOptions options{.batch_size = 12,
                       .epochs = 3,
                       .verbose = 0,
                       .callbacks = {std::ref(watch)},
                       .validation_data = {data.x, data.y},
                       .stop = stop.get_token()};
    in_validation = true;
    CHECK(model.fit(data.x, data.y, options).epoch.size() ==
          1);  // stopped in the validation of the first epoch
    CHECK(batches == 2);
    CHECK(model.fit(data.x, data.y, options).epoch.size() == 1);  // stopped before it began
    CHECK(batches == 3);
}

TEST_CASE("Two fits of one model at once are refused, the first goes on", "[models][fit][threads][errors]") {
    clear_session();
    const Data data;
    Sequential model = small_lenet();
    compile(model);
    Signal running, tried;
    const callbacks::LambdaCallback waiter({.on_train_batch_begin = [&](int64_t batch, const Logs&) {
        if (batch != 0) return;
        running.give();
        tried.wait();
    }});
    History first;
    std::string error;
    {
        const std::jthread other([&] {
            first = model.fit(data.x, data.y, {.batch_size = 8, .verbose = 0, .callbacks = {waiter}});
        });
        running.wait();
        try {
            model.fit(data.x, data.y, {.verbose = 0});
        } catch (const ValueError& refused) {
            error = refused.what();
        }
        tried.give();
    }
    CHECK(
        error ==
        "sequential: fit was called while another fit of this model runs; wait for it or clone() the model");
    CHECK(first.epoch.size() == 1);
    CHECK(model.optimizer().iterations() == 3);
}
