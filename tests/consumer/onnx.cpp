#include <fmt/format.h>
#include <keratin/io/onnx.hpp>
#include <keratin/keratin.hpp>

/// The output of main.cpp, of a layer that has gone through a file.
int main() {
    const keratin::Sequential model(keratin::layers::InputLayer({32, 32, 3}),
                                    keratin::layers::Conv2D(4, {.kernel_size = 5, .padding = "same"}));
    keratin::io::save_onnx(model, "consumer.onnx");
    const auto again = keratin::io::load_onnx("consumer.onnx");
    const auto& layer = again->get_layer<keratin::layers::Conv2D>("conv2d_Conv");
    fmt::print("kernel {}, output {}\n", layer.kernel.shape(),
               (*again)(keratin::zeros({1, 32, 32, 3})).shape());
}
