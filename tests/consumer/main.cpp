#include <fmt/format.h>
#include <keratin/keratin.hpp>

int main() {
    keratin::layers::Conv2D layer(4, {.kernel_size = 5, .padding = "same"});
    keratin::Tensor y = layer(keratin::random::normal({1, 32, 32, 3}));
    fmt::print("kernel {}, output {}\n", layer.kernel.shape(), y.shape());
}
