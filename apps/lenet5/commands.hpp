#pragma once

#include <keratin/models/sequential.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// What the subcommands of `lenet5` do, and their options. Each returns the exit code of the program.
namespace lenet5 {

struct TrainOptions {
    std::string arch = "modern";
    std::string data = LENET5_DATA;
    int64_t epochs = 10;
    int64_t batch_size = 64;
    double learning_rate = 0.004;
    bool augment = false;
    uint64_t seed = 1;
    int threads = 0;  ///< 0: all processors
    std::string save;
    std::string json;
    std::string backup;
};
/// Trains on MNIST and prints the test accuracy; 1 when the loss is no longer finite. Ctrl-C ends the
/// training early; what is trained so far is evaluated and saved all the same. With a backup directory the
/// same command trains on from there, with the bits of a training that was never interrupted.
int train(const TrainOptions& options);

struct EvaluateOptions {
    std::string weights;
    std::string data = LENET5_DATA;
};
/// Loss and accuracy of saved weights on the test images.
int evaluate(const EvaluateOptions& options);

struct PredictOptions {
    std::string weights;
    std::vector<std::string> images;
};
/// Says which digit each PNG or PGM shows; 1 when one of them could not be read.
int predict(const PredictOptions& options);

struct InspectOptions {
    std::string weights;
    std::string data = LENET5_DATA;
    std::string image;  ///< for the feature maps; the first test image when empty
    std::string png;    ///< directory for the pictures; none when empty
};
/// Shows every kernel and bias as numbers, and kernels and feature maps as pictures where wanted.
int inspect(const InspectOptions& options);

/// A built LeNet-5; `arch` is "classic" or "modern", and part of the variables' paths.
keratin::Sequential make_model(const std::string& arch);
/// The model whose weights a file holds.
keratin::Sequential load_model(const std::string& weights);

}  // namespace lenet5
