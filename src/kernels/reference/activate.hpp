#pragma once

#include <cmath>

#include "kernels/kernels.hpp"

namespace keratin::kernels::reference {

template <class T>
T activate(Activation activation, T x) {
    switch (activation) {
        case Activation::relu:
            return x < T(0) ? T(0) : x;
        case Activation::tanh:
            return std::tanh(x);
        case Activation::sigmoid:
            return T(1) / (T(1) + std::exp(-x));
        case Activation::none:
            break;
    }
    return x;
}

}  // namespace keratin::kernels::reference
