#pragma once

#include <cstdint>
#include <string>

namespace resnet20 {

struct TrainOptions {
    std::string data = "/usr/share/datasets/fashion-mnist";
    int64_t n = 3;
    int64_t epochs = 15;
    int64_t batch_size = 128;
    double learning_rate = 0.1;
    double weight_decay = 0.002;
    int64_t images = 0;  ///< that many of the training images; 0: all
    uint64_t seed = 1;
    int threads = 0;  ///< 0: all processors
    std::string save;
};
/// Trains and prints an epoch a line, at the end the test accuracy; 1 when the loss is no longer finite.
/// Ctrl-C ends the training early; what is trained so far is evaluated and saved all the same.
int train(const TrainOptions& options);

}  // namespace resnet20
