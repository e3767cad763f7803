// LeNet-5 on MNIST: trains, evaluates, reads digits, and shows what is inside.

#include "commands.hpp"

#include <keratin/core/error.hpp>

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <exception>

namespace {

void add_train(CLI::App& app, lenet5::TrainOptions& options) {
    app.add_option("--arch", options.arch, "classic (tanh, average pooling) or modern (relu, max pooling)")
        ->check(CLI::IsMember({"classic", "modern"}))
        ->capture_default_str();
    app.add_option("--data", options.data, "directory of the four MNIST files")->capture_default_str();
    app.add_option("--epochs", options.epochs, "times through the training images")->capture_default_str();
    app.add_option("--batch-size", options.batch_size, "images per step")->capture_default_str();
    app.add_option("--learning-rate", options.learning_rate, "at its height, after the warm-up")
        ->capture_default_str();
    app.add_flag("--augment", options.augment, "shift, turn and stretch the training images at random");
    app.add_option("--seed", options.seed, "of every random number")->capture_default_str();
    app.add_option("--threads", options.threads, "0: one per processor")->capture_default_str();
    app.add_option("--save", options.save, "write the weights to this .safetensors file");
    app.add_option("--json", options.json, "write the results to this file");
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("LeNet-5 on MNIST, with keratin");
    app.require_subcommand(1);

    lenet5::TrainOptions train;
    CLI::App* train_command = app.add_subcommand("train", "train a network and print its test accuracy");
    add_train(*train_command, train);

    lenet5::EvaluateOptions evaluate;
    CLI::App* evaluate_command = app.add_subcommand("evaluate", "test accuracy of saved weights");
    evaluate_command->add_option("--weights", evaluate.weights, "file written by train --save")->required();
    evaluate_command->add_option("--data", evaluate.data, "directory of the MNIST files")
        ->capture_default_str();

    lenet5::PredictOptions predict;
    CLI::App* predict_command = app.add_subcommand("predict", "which digit a picture shows");
    predict_command->add_option("--weights", predict.weights, "file written by train --save")->required();
    predict_command->add_option("images", predict.images, "PNG or PGM files")->required();

    lenet5::InspectOptions inspect;
    CLI::App* inspect_command = app.add_subcommand("inspect", "kernels, biases and feature maps");
    inspect_command->add_option("--weights", inspect.weights, "file written by train --save")->required();
    inspect_command->add_option("--data", inspect.data, "directory of the MNIST files")
        ->capture_default_str();
    inspect_command->add_option("--image", inspect.image,
                                "picture for the feature maps; the first test image if none");
    inspect_command->add_option("--png", inspect.png, "directory to write pictures to");

    CLI11_PARSE(app, argc, argv);
    try {
        if (*train_command) return lenet5::train(train);
        if (*evaluate_command) return lenet5::evaluate(evaluate);
        if (*predict_command) return lenet5::predict(predict);
        return lenet5::inspect(inspect);
    } catch (const keratin::Error& error) {
        fmt::print(stderr, "lenet5: {}\n", error.what());
    } catch (const std::exception& error) {
        fmt::print(stderr, "lenet5: unexpected: {}\n", error.what());
    }
    return 1;
}
