#include "commands.hpp"

#include "digit.hpp"

#include <keratin/data/mnist.hpp>
#include <keratin/io/image.hpp>
#include <keratin/io/safetensors.hpp>
#include <keratin/losses.hpp>
#include <keratin/ops/reduce.hpp>

#include <algorithm>

namespace lenet5 {

using namespace keratin;

Sequential load_model(const std::string& weights) {
    // The two networks differ in nothing but what has no weights, so the variables' paths say which it was.
    const io::NamedTensors tensors = io::load_safetensors(weights);
    const auto holds = [&](const std::string& prefix) {
        return std::any_of(tensors.begin(), tensors.end(),
                           [&](const auto& named) { return named.first.starts_with(prefix); });
    };
    for (const char* arch : {"modern", "classic"}) {
        if (!holds(std::string("lenet5_") + arch + "/")) continue;
        Sequential model = make_model(arch);
        model.load_weights(weights);
        return model;
    }
    fail<ValueError>("{}: holds no LeNet-5; give a file that `lenet5 train --save` has written", weights);
}

int evaluate(const EvaluateOptions& options) {
    Sequential model = load_model(options.weights);
    model.compile({.loss = losses::SparseCategoricalCrossentropy(), .metrics = {"accuracy"}});
    const Dataset test_set = datasets::mnist(options.data, {.dtype = uint8}).test;
    const Logs logs = model.evaluate(test_set, {.batch_size = 500, .verbose = 0});
    fmt::print("test accuracy: {:.4f} (loss {:.4f})\n", logs["accuracy"], logs["loss"]);
    return 0;
}

int predict(const PredictOptions& options) {
    const Sequential model = load_model(options.weights);
    int code = 0;
    for (const std::string& path : options.images) {
        try {
            const Tensor probabilities = model.predict(prepare_digit(io::read_image(path)));
            const int64_t digit = argmax(probabilities, -1).item<int64_t>();
            fmt::print("{}: {} ({:.1f} %)\n", path, digit, 100 * probabilities.at<float>({0, digit}));
        } catch (const Error& error) {
            const std::string_view what = error.what();
            fmt::print(stderr, "lenet5: {}{}\n", what.starts_with(path) ? "" : path + ": ", what);
            code = 1;
        }
    }
    return code;
}

}  // namespace lenet5
