// A lesson on convolutional layers, told in keratin: what a layer makes of an image, what a kernel is, how
// strides and padding shape the output, LeNet-5, where the gradient of a kernel comes from, and how far a
// layer sees. docs/convolution.md tells the same with pictures.

#include <keratin/keratin.hpp>

#include <fmt/format.h>

using namespace keratin;

namespace {

void heading(const char* text) {
    fmt::print("\n== {} ==\n", text);
}

/// A layer, its kernel and bias, and a convolution without a layer.
void layers_and_ops() {
    heading("A layer, line by line");
    const Tensor x = random::normal({1, 32, 32, 3});
    layers::Conv2D layer(4, {.kernel_size = 5, .strides = 1, .padding = "valid"});
    const Tensor out = layer(x);
    fmt::print("valid:            {} -> {}\n", x.shape(), out.shape());
    layers::Conv2D same(4, {.kernel_size = 5, .strides = 1, .padding = "same"});
    fmt::print("same:             {} -> {}\n", x.shape(), same(x).shape());
    layers::Conv2D half(4, {.kernel_size = {5, 5}, .strides = 2, .padding = "same"});
    half(x);
    fmt::print("same, strides 2:  {} -> {}\n", x.shape(), half.call(x).shape());
    fmt::print("kernel: {}\n", half.kernel.shape());
    fmt::print("bias:   {}\n", half.bias);

    heading("The same without a layer");
    const Tensor w = random::normal({5, 5, 3, 4});
    const Tensor b = zeros({4});
    Tensor y = nn::conv2d(x, w, {.strides = 1, .padding = "VALID"}) + b;
    fmt::print("strides 1, VALID: {}\n", y.shape());
    y = nn::conv2d(x, w, {.strides = 2, .padding = "VALID"});
    fmt::print("strides 2, VALID: {}\n", y.shape());
    y = nn::conv2d(x, w, {.padding = {{1, 1}, {1, 1}}});
    fmt::print("one zero around:  {}\n", y.shape());
    const double difference = reduce_max(abs(nn::conv2d(x, layer.kernel) + layer.bias - out)).item<double>();
    fmt::print("layer(x) and conv2d(x, layer.kernel) + layer.bias are equal: {}\n", difference < 1e-5);
}

/// One output number of one convolution, term by term.
void convolution_by_hand() {
    heading("One convolution by hand");
    const Tensor x = Tensor::from({1.f, 2.f, 3.f, 4.f, 5.f, 6.f, 7.f, 8.f, 9.f}, {1, 3, 3, 1});
    const Tensor w = Tensor::from({1.f, 2.f, 3.f, 4.f}, {2, 2, 1, 1});
    fmt::print("x =\n{}\nw =\n{}\n", reshape(x, {3, 3}), reshape(w, {2, 2}));
    const Tensor y = nn::conv2d(x, w);
    for (int64_t i = 0; i < 2; ++i)
        for (int64_t j = 0; j < 2; ++j) {
            std::string terms;
            for (int64_t u = 0; u < 2; ++u)
                for (int64_t v = 0; v < 2; ++v)
                    terms += fmt::format("{}{:.0f}*{:.0f}", terms.empty() ? "" : " + ",
                                         x.at<float>({0, i + u, j + v, 0}), w.at<float>({u, v, 0, 0}));
            fmt::print("y[{}][{}] = {} = {:.0f}\n", i, j, terms, y.at<float>({0, i, j, 0}));
        }
}

void channels_and_kernels() {
    heading("Several channels, several kernels");
    const Tensor x = random::normal({7, 28, 28, 3});
    const Tensor w = random::normal({3, 3, 3, 16});
    const Tensor b = zeros({16});
    const Tensor y = nn::conv2d(x, w, {.padding = {{1, 1}, {1, 1}}}) + b;
    fmt::print("x {} * 16 kernels {} + bias {} -> {}\n", x.shape(), w.shape(), b.shape(), y.shape());
    // A kernel sums over its channels: three convolutions of one channel each give the same.
    Tensor sum = zeros({7, 28, 28, 16});
    for (int64_t c = 0; c < 3; ++c)
        sum = sum + nn::conv2d(slice(x, {{}, {}, {}, {c, c + 1}}), slice(w, {{}, {}, {c, c + 1}, {}}),
                               {.padding = {{1, 1}, {1, 1}}});
    fmt::print("the channels' convolutions add up to it: {}\n",
               reduce_max(abs(sum - y)).item<double>() < 1e-4);
}

void pyramid() {
    heading("A pyramid of features");
    Tensor x = random::normal({1, 32, 32, 3});
    fmt::print("{}\n", x.shape());
    for (const int64_t filters : {8, 16, 32}) {
        layers::Conv2D layer(filters,
                             {.kernel_size = 3, .strides = 2, .padding = "same", .activation = "relu"});
        x = layer(x);
        fmt::print("-> {} by {} kernels of {}\n", x.shape(), filters, layer.kernel.shape());
    }
}

void lenet5() {
    heading("LeNet-5");
    Sequential model = models::lenet5({.classes = 10, .name = "lenet5"});
    const Tensor images = random::uniform({2, 28, 28, 1});
    const Tensor p = model(images);
    model.summary();
    fmt::print("probabilities of 2 images: {}, each row sums to one: {}\n", p.shape(),
               reduce_max(abs(reduce_sum(p, -1) - 1)).item<double>() < 1e-5);
}

/// dLoss/dw of a 2x2 kernel on a 3x3 image, written out beside what the tape says.
void gradient_of_a_kernel() {
    heading("The gradient of a kernel");
    const Tensor x = Tensor::from({1.f, 2.f, 3.f, 4.f, 5.f, 6.f, 7.f, 8.f, 9.f}, {1, 3, 3, 1});
    const Tensor target = Tensor::from({30.f, 50.f, 70.f, 80.f}, {1, 2, 2, 1});
    const Variable w(Tensor::from({1.f, 2.f, 3.f, 4.f}, {2, 2, 1, 1}), {.name = "w"});
    GradientTape tape;
    const Tensor y = nn::conv2d(x, w);
    const Tensor loss = reduce_mean(square(y - target));
    const Tensor dw = tape.gradient(loss, w);
    fmt::print("loss = mean((y - target)^2) = {}\n", loss);
    const Tensor dy = (y - target) * 0.5f;  // d mean(e^2) / dy = 2 e / 4
    fmt::print("dLoss/dy = (y - target) * 2 / 4 =\n{}\n", reshape(dy, {2, 2}));
    for (int64_t u = 0; u < 2; ++u)
        for (int64_t v = 0; v < 2; ++v) {
            std::string terms;
            float sum = 0;
            for (int64_t i = 0; i < 2; ++i)
                for (int64_t j = 0; j < 2; ++j) {
                    const float g = dy.at<float>({0, i, j, 0});
                    const float pixel = x.at<float>({0, i + u, j + v, 0});
                    terms += fmt::format("{}{:g}*{:g}", terms.empty() ? "" : " + ", g, pixel);
                    sum += g * pixel;
                }
            fmt::print("dLoss/dw[{}][{}] = {} = {:g}; the tape says {:g}\n", u, v, terms, sum,
                       dw.at<float>({u, v, 0, 0}));
        }
}

/// How much of the image one number of each layer's output depends on: where its gradient is not zero.
void receptive_field() {
    heading("The receptive field");
    const Sequential model = models::lenet5({.name = "lenet5"});
    const Tensor x = random::uniform({1, 28, 28, 1});
    GradientTape tape({.persistent = true});
    tape.watch(x);
    Tensor y = x;
    for (int64_t i = 0; i < 4; ++i) {
        const Layer& layer = model.get_layer(i);
        y = layer(y);
        const int64_t middle = y.shape()[1] / 2;
        const Tensor one = slice(y, {{}, {middle, middle + 1}, {middle, middle + 1}, {0, 1}});
        const Tensor seen = cast(tape.gradient(one, x) != 0, int32);
        const int64_t rows = reduce_sum(reduce_max(seen, {0, 2, 3})).item<int64_t>();
        const int64_t columns = reduce_sum(reduce_max(seen, {0, 1, 3})).item<int64_t>();
        fmt::print("{:<16} {:<16} one number sees {} x {} pixels\n", layer.class_name(), to_string(y.shape()),
                   rows, columns);
    }
}

}  // namespace

int main() {
    set_random_seed(1);
    layers_and_ops();
    convolution_by_hand();
    channels_and_kernels();
    pyramid();
    lenet5();
    gradient_of_a_kernel();
    receptive_field();
}
