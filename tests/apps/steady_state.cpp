// Counts what training and inference ask the system for once they are warm, and what memory they take. Prints
// the numbers; fails when there are heap allocations in a step, when memory grows, or when training LeNet-5
// takes more than it may.
// Usage: steady_state allocations | growth | peak

#include <keratin/keratin.hpp>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <new>
#include <string>

using namespace keratin;

namespace {
std::atomic<int64_t> news{0};
}  // namespace

// Replaced to be counted. Inlined halves of a pair look like a mismatch to GCC.
[[gnu::noinline]] void* operator new(size_t bytes) {
    news.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(bytes ? bytes : 1)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
    std::free(memory);
}

namespace {

int failures = 0;

void require(bool good, const std::string& what) {
    fmt::print("{}{}\n", what, good ? "" : "   FAILED");
    if (!good) ++failures;
}

int64_t heap_allocations() {
    return news.load() + static_cast<int64_t>(memory_statistics().system_allocations);
}

/// Two convolutions beside a shortcut.
struct Residual : Layer {
    layers::Conv2D first{16, {.kernel_size = 3, .padding = "same", .use_bias = false}};
    layers::Conv2D second{16, {.kernel_size = 3, .padding = "same", .use_bias = false}};
    layers::BatchNormalization first_norm, second_norm;

    Tensor call(const Tensor& x) override {
        return nn::relu(second_norm(second(nn::relu(first_norm(first(x))))) + x);
    }
};

Sequential separable() {
    return Sequential(
        layers::Conv2D(16, {.kernel_size = 3, .strides = 2, .padding = "same", .use_bias = false}),
        layers::BatchNormalization(), layers::ReLU(), Residual(),
        layers::Conv2D(16, {.kernel_size = 3, .padding = "same", .groups = 16, .use_bias = false}),
        layers::BatchNormalization(), layers::ReLU(), layers::Dropout(0.2),
        layers::Conv2D(24, {.kernel_size = 1, .activation = "relu"}), layers::GlobalAveragePooling2D(),
        layers::Dense(10, {.activation = "softmax"}));
}

void compile(Sequential& model) {
    model.compile({.optimizer = optimizers::Adam(),
                   .loss = losses::SparseCategoricalCrossentropy(),
                   .metrics = {"accuracy"}});
}

Dataset digits(int64_t samples) {
    Tensor x = Tensor::empty({samples, 28, 28, 1}, uint8);
    uint32_t state = 1;
    for (uint8_t& pixel : x.mutable_data<uint8_t>()) {
        state = state * 1664525 + 1013904223;
        pixel = static_cast<uint8_t>(state >> 24);
    }
    return {x, random::uniform({samples}, {.maxval = 10, .dtype = int64, .seed = 1}), 1.0 / 255};
}

/// On a busy machine a helping thread may get its first share of a loop, and then its own memory, at any
/// time: one group of ten in so many without an allocation shows that a step needs none.
constexpr int groups = 20;

/// Allocations of ten calls, the fewest of the groups.
template <class Step>
int64_t allocations_of(const Step& step) {
    int64_t fewest = std::numeric_limits<int64_t>::max();
    for (int group = 0; group < groups && fewest > 0; ++group) {
        const int64_t before = heap_allocations();
        for (int i = 0; i < 10; ++i) step();
        fewest = std::min(fewest, heap_allocations() - before);
    }
    return fewest;
}

/// The first 64 samples.
Tensor batch_of(const Tensor& x) {
    return x.view(x.shape().with(0, 64));
}

void check_allocations(const char* name, Sequential model) {
    compile(model);
    const Dataset data = digits(64 * 10 * groups);
    const Tensor x = cast(batch_of(data.x), float32) / 255.0f;
    const Tensor y = batch_of(data.y);
    const auto check = [&](const char* what, int64_t count) {
        require(count == 0, fmt::format("{}: {} heap allocations in ten {}", name, count, what));
    };
    check("calls of train_on_batch()", allocations_of([&] { model.train_on_batch(x, y); }));
    check("calls of predict_on_batch()", allocations_of([&] { model.predict_on_batch(x); }));
    check("calls of predict()", allocations_of([&] { model.predict(x); }));
    int64_t before = 0, fewest = std::numeric_limits<int64_t>::max();
    model.fit(data,
              {.batch_size = 64,
               .verbose = 0,
               .callbacks = {callbacks::LambdaCallback({.on_train_batch_end = [&](int64_t step, const Logs&) {
                   if (step % 10 != 9) return;
                   if (step > 10) fewest = std::min(fewest, heap_allocations() - before);
                   before = heap_allocations();
               }})}});
    check("steps of fit()", fewest);
}

/// Of /proc/self/status, in MB.
double megabytes(const std::string& entry) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == entry + ":") {
            double kilobytes = 0;
            status >> kilobytes;
            return kilobytes / 1024;
        }
    return 0;
}

void check_growth() {
    Sequential model = models::lenet5({.modern = true});
    compile(model);
    const Dataset data = digits(512);
    const Tensor x = cast(data.x, float32) / 255.0f;
    double early = 0;
    for (int64_t step = 0; step < 10'000; ++step) {
        if (step == 2'000) early = megabytes("VmRSS");
        const int64_t batch = 1 + step * 7 % 32;
        model.train_on_batch(x.view({batch, 28, 28, 1}), data.y.view({batch}));
    }
    const double late = megabytes("VmRSS");
    require(late - early <= 1,
            fmt::format("resident after 2,000 steps {:.1f} MB, after 10,000 {:.1f} MB", early, late));
}

void check_peak() {
    const Dataset data = digits(60'000);
    const double held = static_cast<double>(data.x.size() + data.y.size() * 8) / (1 << 20);
    Sequential model = models::lenet5({.modern = true});
    compile(model);
    model.fit(data, {.batch_size = 256, .epochs = 2, .verbose = 0});
    const double peak = megabytes("VmHWM");
    require(peak - held <= 80,
            fmt::format("peak of training with batches of 256: {:.1f} MB, {:.1f} MB beyond the data set",
                        peak, peak - held));
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc == 2 ? argv[1] : "";
    if (what == "allocations") {
        check_allocations("classic LeNet-5", models::lenet5());
        check_allocations("modern LeNet-5", models::lenet5({.modern = true}));
        check_allocations("residual and depthwise", separable());
    } else if (what == "growth") {
        check_growth();
    } else if (what == "peak") {
        check_peak();
    } else {
        fmt::print(stderr, "usage: {} allocations | growth | peak\n", argv[0]);
        return 2;
    }
    return failures > 0;
}
