#pragma once

#include "bench.hpp"
#include "networks.hpp"

namespace bench {

/// A training step: forward, loss, backward, Adam, on a batch that lies ready.
Case train_case(std::string name, const std::function<Network()>& make, int64_t batch);
/// An epoch of fit() on as many bytes as MNIST has, beside as many of train_on_batch() on one batch.
Case fit_case(std::string name, const std::function<Network()>& make, int64_t batch);
/// The outputs of a batch.
Case predict_case(std::string name, const std::function<Network()>& make, int64_t batch);

}  // namespace bench
