#include <fmt/format.h>
#include <keratin/keratin.hpp>
#include <keratin/xtensor.hpp>

int main() {
    keratin::layers::Conv2D layer(4, {.kernel_size = 5, .padding = "same"});
    keratin::Tensor y = layer(keratin::random::normal({1, 32, 32, 3}));
    const keratin::Tensor weights = layer.kernel;
    const auto kernel = keratin::as_xtensor<float>(weights);
    fmt::print("kernel ({}, {}, {}, {}), output {}\n", kernel.shape(0), kernel.shape(1), kernel.shape(2),
               kernel.shape(3), y.shape());
}
