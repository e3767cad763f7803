// LeNet-5 on MNIST: trains, evaluates, reads digits, and shows what is inside.

#include "commands.hpp"

#include "common/arguments.hpp"

#include <keratin/core/error.hpp>

#include <fmt/core.h>

#include <cstdint>
#include <exception>

namespace {

using apps::positive;
using apps::whole;

void add_weights(CLI::App& command, std::string& weights) {
    command.add_option("--weights", weights, "file written by train --save")->required();
}

void add_data(CLI::App& command, std::string& data) {
    command.add_option("--data", data, "directory of the four MNIST files")->capture_default_str();
}

CLI::App* add_train(CLI::App& app, lenet5::TrainOptions& options) {
    CLI::App* command = app.add_subcommand("train", "train a network and print its test accuracy");
    command
        ->add_option("--arch", options.arch, "classic (tanh, average pooling) or modern (relu, max pooling)")
        ->check(CLI::IsMember({"classic", "modern"}))
        ->capture_default_str();
    add_data(*command, options.data);
    command->add_option("--epochs", options.epochs, "times through the training images")
        ->check(whole(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--batch-size", options.batch_size, "images per step")
        ->check(whole(1, 60'000))
        ->capture_default_str();
    command->add_option("--learning-rate", options.learning_rate, "at its height, after the warm-up")
        ->check(positive())
        ->capture_default_str();
    command->add_flag("--augment,!--no-augment", options.augment,
                      "shift, turn and stretch the training images at random");
    command->add_option("--seed", options.seed, "of every random number")
        ->check(whole(0, INT64_MAX))
        ->capture_default_str();
    command->add_option("--threads", options.threads, "0: one per processor")
        ->check(whole(0, 1024))
        ->capture_default_str();
    command->add_option("--save", options.save, "write the weights to this .safetensors file");
    command->add_option("--json", options.json, "write the results to this file");
    command->add_option("--backup", options.backup,
                        "directory to save the training in, every epoch and at Ctrl-C; one that was "
                        "interrupted goes on from there");
    command->footer("Ctrl-C ends the training after the running batch; the rest is done all the same.");
    return command;
}

CLI::App* add_evaluate(CLI::App& app, lenet5::EvaluateOptions& options) {
    CLI::App* command = app.add_subcommand("evaluate", "test accuracy of saved weights");
    add_weights(*command, options.weights);
    add_data(*command, options.data);
    return command;
}

CLI::App* add_predict(CLI::App& app, lenet5::PredictOptions& options) {
    CLI::App* command = app.add_subcommand("predict", "which digit a picture shows");
    add_weights(*command, options.weights);
    command
        ->add_option("images", options.images,
                     "PNG, PGM or PPM files, one digit each: any size, dark on light or light on dark")
        ->required();
    return command;
}

CLI::App* add_inspect(CLI::App& app, lenet5::InspectOptions& options) {
    CLI::App* command = app.add_subcommand("inspect", "kernels, biases and feature maps");
    add_weights(*command, options.weights);
    add_data(*command, options.data);
    command->add_option("--image", options.image,
                        "picture for the feature maps; the first test image if none");
    command->add_option("--png", options.png, "directory to write pictures to");
    return command;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("LeNet-5 on MNIST, with keratin");
    app.require_subcommand(1);
    lenet5::TrainOptions train;
    lenet5::EvaluateOptions evaluate;
    lenet5::PredictOptions predict;
    lenet5::InspectOptions inspect;
    const CLI::App* train_command = add_train(app, train);
    const CLI::App* evaluate_command = add_evaluate(app, evaluate);
    const CLI::App* predict_command = add_predict(app, predict);
    add_inspect(app, inspect);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : apps::wrong_arguments;  // --help is an error to CLI11, of code 0
    }
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
