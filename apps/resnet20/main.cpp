// ResNet-20 (He, Zhang, Ren, Sun 2015, section 4.2) on Fashion-MNIST.

#include "train.hpp"

#include "common/arguments.hpp"

#include <keratin/core/error.hpp>

#include <fmt/core.h>

#include <cstdint>
#include <exception>

namespace {

using apps::positive;
using apps::whole;

void add_options(CLI::App& app, resnet20::TrainOptions& options) {
    app.add_option("--data", options.data, "directory of the four IDX files of Fashion-MNIST or MNIST")
        ->capture_default_str();
    app.add_option("--n", options.n, "blocks in each stage: 3 for ResNet-20, 5 for 32, 7 for 44, 9 for 56")
        ->check(whole(1, 200))
        ->capture_default_str();
    app.add_option("--epochs", options.epochs, "times through the training images")
        ->check(whole(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--batch-size", options.batch_size, "images per step")
        ->check(whole(1, 60'000))
        ->capture_default_str();
    app.add_option("--learning-rate", options.learning_rate, "at its height, after the warm-up")
        ->check(positive())
        ->capture_default_str();
    app.add_option("--weight-decay", options.weight_decay, "of the kernels, times the learning rate a step")
        ->check(positive())
        ->capture_default_str();
    app.add_option("--images", options.images, "train on the first so many; 0: all")
        ->check(whole(0, 60'000))
        ->capture_default_str();
    app.add_option("--seed", options.seed, "of every random number")
        ->check(whole(0, INT64_MAX))
        ->capture_default_str();
    app.add_option("--threads", options.threads, "0: one per processor")
        ->check(whole(0, 1024))
        ->capture_default_str();
    app.add_option("--save", options.save, "write the weights to this .safetensors file");
    app.footer("Ctrl-C ends the training after the running batch; the rest is done all the same.");
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("ResNet-20 on Fashion-MNIST, with keratin");
    resnet20::TrainOptions options;
    add_options(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : apps::wrong_arguments;  // --help is an error to CLI11, of code 0
    }
    try {
        return resnet20::train(options);
    } catch (const keratin::Error& error) {
        fmt::print(stderr, "resnet20: {}\n", error.what());
    } catch (const std::exception& error) {
        fmt::print(stderr, "resnet20: unexpected: {}\n", error.what());
    }
    return 1;
}
