#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/numbers.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/alexnet.hpp>
#include <keratin/models/mobilenet.hpp>
#include <keratin/models/resnet.hpp>
#include <keratin/models/vgg.hpp>
#include <keratin/ops/shaping.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;
using namespace keratin::models;

TEST_CASE("Named networks refuse images that they cannot take", "[models][nets]") {
    CHECK_THROWS_MATCHES(vgg16({.include_top = false, .input_shape = Shape{31, 40, 3}}), ValueError,
                         Message("vgg16: input_shape is (31, 40, 3); images must be at least 32x32"));
    CHECK_THROWS_MATCHES(resnet50({.input_shape = Shape{40, 31, 3}}), ValueError,
                         Message("resnet50: input_shape is (40, 31, 3); images must be at least 32x32"));
    CHECK_THROWS_MATCHES(
        resnet50_v2({.input_shape = Shape{Shape::unknown, 64, 3}}), ValueError,
        Message("resnet50v2: input_shape is (None, 64, 3); give all of it, or set include_top to false"));
    CHECK_THROWS_MATCHES(mobilenet({.input_shape = Shape{32, 32}}), ValueError,
                         Message("mobilenet: input_shape is (32, 32); give (height, width, channels)"));
    CHECK_THROWS_MATCHES(mobilenet_v2({.input_shape = Shape{32, 0, 3}}), ValueError,
                         Message("mobilenet_v2: input_shape is (32, 0, 3); images must be at least 32x32"));
    CHECK_THROWS_MATCHES(alexnet({.input_shape = Shape{66, 67, 3}}), ValueError,
                         Message("alexnet: input_shape is (66, 67, 3); images must be at least 67x67"));
    CHECK_THROWS_MATCHES(
        resnet20({.include_top = false, .input_shape = {Shape::unknown, Shape::unknown, 3}}), ValueError,
        Message("resnet20: input_shape is (None, None, 3); its shortcuts need the size of the images"));
}

TEST_CASE("Named networks refuse numbers that make no network", "[models][nets]") {
    CHECK_THROWS_MATCHES(resnet20({.n = 0}), ValueError,
                         Message("resnet20: n is 0; each stage needs at least 1 block"));
    for (const double alpha : {0.0, -1.0, 0.03, 1e300, double(NAN)}) {
        CHECK_THROWS_AS(mobilenet({.alpha = alpha}), ValueError);
        CHECK_THROWS_AS(mobilenet_v2({.alpha = alpha}), ValueError);
    }
    CHECK_THROWS_AS(mobilenet({.depth_multiplier = 0}), ValueError);
    CHECK_THROWS_AS(mobilenet({.dropout = 1.5}), ValueError);
    CHECK_THROWS_AS(resnet20({.classes = 0}), ValueError);
}

TEST_CASE("The smallest images that a network takes come out as one pixel", "[models][nets]") {
    const Shape small = {32, 32, 3};
    CHECK(alexnet({.include_top = false, .input_shape = Shape{67, 67, 3}}).outputs()[0].shape() ==
          Shape{Shape::unknown, 1, 1, 256});
    CHECK(mobilenet({.input_shape = small, .alpha = 0.25, .include_top = false}).outputs()[0].shape() ==
          Shape{Shape::unknown, 1, 1, 256});
    CHECK(resnet20({.input_shape = {1, 1, 1}})(ones({2, 1, 1, 1})).shape() == Shape{2, 10});
}

TEST_CASE("A named network reads its weights from a file", "[models][nets]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("weights.safetensors");
    const ResNet20Options options = {.n = 1, .input_shape = {8, 8, 3}, .classes = 4};
    const Model model = resnet20(options);
    model.save_weights(path);
    ResNet20Options read = options;
    read.weights = path;
    const Tensor x = random::normal({2, 8, 8, 3});
    CHECK(numbers::of(resnet20(read)(x)) == numbers::of(model(x)));

    read.classifier_activation = "sigmoid";
    CHECK_THROWS_MATCHES(
        resnet20(read), ValueError,
        Message("resnet8: classifier_activation is sigmoid; with weights it must be softmax or linear"));
    read.classifier_activation = {};
    read.classes = 5;
    CHECK_THROWS_AS(resnet20(read), ValueError);
    read.weights = directory.file("none.safetensors");
    CHECK_THROWS_AS(resnet20(read), IoError);
}

TEST_CASE("Networks are named by what they are made of, or as one likes", "[models][nets]") {
    CHECK(resnet20({.n = 9, .input_shape = {4, 4, 1}}).name() == "resnet56");
    CHECK(resnet20({.n = 1, .name = "mine"}).name() == "mine");
    CHECK(mobilenet({.alpha = 0.25, .include_top = false}).name() == "mobilenet_0.25_None");
    CHECK(mobilenet_v2({.input_shape = Shape{96, 64, 3}, .alpha = 0.35}).name() == "mobilenetv2_0.35_96");
}

TEST_CASE("A network without top trains as part of another", "[models][nets]") {
    clear_session();
    set_random_seed(1);
    const Model base = mobilenet_v2(
        {.input_shape = Shape{32, 32, 1}, .alpha = 0.25, .include_top = false, .pooling = "avg"});
    base.get_layer("Conv1").trainable = false;
    const KerasTensor x = Input({32, 32, 1});
    Model model(x, layers::Dense(2, {.activation = "softmax"})(base(x)));
    const Tensor kernel = base.get_layer("Conv1").variables()[0].value();
    model.compile(
        {.optimizer = optimizers::Adam({.learning_rate = 1e-3}), .loss = "sparse_categorical_crossentropy"});
    const Tensor pictures = concat({zeros({4, 32, 32, 1}), ones({4, 32, 32, 1})});
    const Tensor labels = Tensor::from({0, 0, 0, 0, 1, 1, 1, 1}, {8});
    const History history = model.fit(pictures, labels, {.epochs = 10, .verbose = 0});
    CHECK(history["loss"].back() < 0.5 * history["loss"].front());
    CHECK(numbers::of(base.get_layer("Conv1").variables()[0].value()) == numbers::of(kernel));
}
