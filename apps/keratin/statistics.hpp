#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/tensor.hpp>

#include <string>

namespace tool {

/// What can be said about a tensor's numbers; of an empty one, or of one without a finite number, all is 0.
struct Statistics {
    double min = 0, max = 0, mean = 0, deviation = 0;  ///< of the finite ones
    int64_t not_finite = 0;

    keratin::Config config() const;
    std::string text() const;
};

Statistics statistics(const keratin::Tensor& tensor);

}  // namespace tool
