#include "support/catch.hpp"

#include "support/files.hpp"
#include "support/mnist.hpp"

#include <keratin/keratin.hpp>

#include <cstdlib>
#include <filesystem>
#include <functional>

#include "kernels/kernels.hpp"
#include "lenet5/augment.hpp"

using namespace keratin;

namespace {

Sequential normalized_and_dropped() {
    return Sequential(
        layers::Conv2D(7, {.kernel_size = 3, .strides = 2, .padding = "same", .use_bias = false}),
        layers::BatchNormalization(), layers::ReLU(), layers::Dropout(0.25),
        layers::Conv2D(9, {.kernel_size = 3, .activation = "relu"}), layers::MaxPooling2D(2),
        layers::BatchNormalization(), layers::Flatten(), layers::Dropout(0.5),
        layers::Dense(10, {.activation = "softmax"}));
}

/// Its 3x3 convolutions go by Winograd's tiles.
Sequential wide() {
    return Sequential(layers::Conv2D(16, {.kernel_size = 3, .strides = 2, .padding = "same"}),
                      layers::BatchNormalization(), layers::ReLU(),
                      layers::Conv2D(32, {.kernel_size = 3, .padding = "same", .activation = "relu"}),
                      layers::Conv2D(16, {.kernel_size = 3, .padding = "same"}), layers::ReLU(),
                      layers::GlobalAveragePooling2D(), layers::Dense(10, {.activation = "softmax"}));
}

using Make = Sequential (*)();

const std::vector<std::pair<std::string, Make>>& networks() {
    static const std::vector<std::pair<std::string, Make>> list = {
        {"classic LeNet-5", [] { return models::lenet5(); }},
        {"modern LeNet-5", [] { return models::lenet5({.modern = true}); }},
        {"batch normalization and dropout", normalized_and_dropped},
        {"Winograd's convolutions", wide}};
    return list;
}

/// All bits of a model and of its history.
std::string bits(const Model& model, const History& history) {
    std::string bytes;
    for (const Tensor& weight : model.get_weights())
        bytes.append(static_cast<const char*>(weight.raw()),
                     static_cast<size_t>(weight.size()) * size_of(weight.dtype()));
    for (const auto& [name, values] : history.history)
        bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
    return bytes;
}

Sequential compiled(Make make, uint64_t seed) {
    set_random_seed(seed);
    Sequential model = make();
    model.compile({.optimizer = optimizers::Adam(),
                   .loss = losses::SparseCategoricalCrossentropy(),
                   .metrics = {"accuracy"}});
    return model;
}

/// Trains on MNIST in batches of 37, of which the last one of an epoch is smaller.
std::string trained(Make make, int64_t steps, uint64_t seed = 11) {
    Sequential model = compiled(make, seed);
    const Dataset data = test::part(test::mnist().train, 1000);
    const History history = model.fit(data, {.batch_size = 37,
                                             .epochs = 2,
                                             .verbose = 0,
                                             .validation_data = test::part(test::mnist().test, 101),
                                             .steps_per_epoch = steps / 2});
    return bits(model, history);
}

/// The same on images that are turned, shifted and stretched anew in every epoch.
std::string trained_on_augmented(Make make, int64_t steps) {
    Sequential model = compiled(make, 11);
    const History history = model.fit(lenet5::AugmentedBatches(test::part(test::mnist().train, 1000), 37, 5),
                                      {.epochs = 2, .verbose = 0, .steps_per_epoch = steps / 2});
    return bits(model, history);
}

/// While it lives, the library has this many threads.
struct Threads {
    explicit Threads(int n) { set_num_threads(n); }
    ~Threads() { set_num_threads(0); }
};

void check_on_threads(const std::function<std::string()>& train) {
    std::string first;
    for (const int threads : {1, 2, 3, 4, 8}) {
        const Threads limited(threads);
        INFO(threads << " threads");
        const std::string now = train();
        if (threads == 1) first = now;
        CHECK((now == first));
    }
}

}  // namespace

TEST_CASE("A seed gives the same bits on one, two, three, four and eight threads", "[models][determinism]") {
    for (const auto& [name, make] : networks()) {
        INFO(name);
        check_on_threads([make = make] { return trained(make, 200); });
    }
}

TEST_CASE("So it does with augmented batches", "[models][determinism]") {
    check_on_threads([] { return trained_on_augmented(normalized_and_dropped, 100); });
}

TEST_CASE("Another seed gives other bits", "[models][determinism]") {
    for (const auto& [name, make] : networks()) {
        INFO(name);
        const std::string first = trained(make, 4);
        CHECK((first == trained(make, 4)));
        CHECK((first != trained(make, 4, 12)));
    }
}

// Run by the next test, in a process of its own: the choice of kernels is made once.
TEST_CASE("A trained model is written for another process", "[.trained_bits]") {
    std::string all = isa();
    for (const auto& [name, make] : networks()) all += trained(make, 60);
    test::write_file(std::getenv("KERATIN_TRAINED_BITS"), all);
}

TEST_CASE("AVX2 and AVX-512 train to the same bits", "[models][determinism]") {
    if (!kernels::kernels_for<float>("avx512")) {
        WARN("this machine has no AVX-512");
        return;
    }
    const test::TemporaryDirectory directory;
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    const auto bits_of = [&](const std::string& isa) {
        const std::string file = directory.file(isa);
        const std::string command = fmt::format(
            "KERATIN_ISA={} KERATIN_TRAINED_BITS='{}' '{}' '[trained_bits]' > /dev/null", isa, file, self);
        CHECK(std::system(command.c_str()) == 0);
        const std::string content = test::read_file(file);
        CHECK(content.substr(0, isa.size()) == isa);
        return content.substr(isa.size());
    };
    const std::string avx2 = bits_of("avx2");
    CHECK(avx2.size() > 2 * 61706 * sizeof(float));
    CHECK((avx2 == bits_of("avx512")));
}
