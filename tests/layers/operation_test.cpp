#include "support/catch.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/model.hpp>
#include <keratin/ops/elementwise.hpp>

#include <cmath>
#include <cstdlib>
#include <functional>

using namespace keratin;
using layers::Operation;

namespace {

Config arguments(const char* json) {
    return Config::from_json(json);
}

std::string refusal(const std::function<void()>& f) {
    try {
        f();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("An operation is a function of keras.ops with its arguments", "[layers][operations]") {
    clear_session();
    const Tensor x = Tensor::from({1.F, 2.F, 3.F, 4.F, 5.F, 6.F}, {2, 3});
    CHECK(to_string(Operation("numpy.Sum", arguments(R"({"axis": 1})"))(x)) == "[ 6. 15.]");
    CHECK(to_string(Operation("numpy.Concatenate", arguments(R"({"axis": -1})"))({x, x})) ==
          "[[1. 2. 3. 1. 2. 3.]\n [4. 5. 6. 4. 5. 6.]]");
    const Operation split("numpy.Split", arguments(R"({"indices_or_sections": [1], "axis": 1})"));
    CHECK(split.apply({x}).size() == 2);
    CHECK(split.get_config().to_json() == R"({"name":"split","indices_or_sections":[1],"axis":1})");
    CHECK(split.class_name() == "Split");
    CHECK(Operation("nn.Softmax").arguments() == arguments(R"({"axis": -1})"));
}

TEST_CASE("Constants take the places of operands", "[layers][operations]") {
    const Tensor x = Tensor::from({1.F, 2.F}, {1, 2});
    CHECK(to_string(Operation("numpy.Subtract", {}, {.constants = {{0, Tensor::scalar(3)}}})(x)) ==
          "[[2. 1.]]");
    const Operation scaled("numpy.Multiply", {}, {.constants = {{1, Tensor::from({2.F, 0.5F})}}});
    CHECK(to_string(scaled(x)) == "[[2. 1.]]");
    CHECK(scaled.call_config({"x"}).to_json() ==
          R"({"args":["x",{"class_name":"__tensor__","config":{"value":[2.0,0.5],"dtype":"float32"}}],)"
          R"("kwargs":{}})");
    const std::shared_ptr<Layer> again = scaled.clone();
    CHECK(to_string((*again)(x)) == "[[2. 1.]]");
    CHECK(serialize(*again) == serialize(scaled));
    const Operation picked("numpy.Take", arguments(R"({"axis": 1})"),
                           {.literals = {{1, Config::List{1, -2}}}});
    CHECK(to_string(picked(x)) == "[[2. 1.]]");
    CHECK(to_string((*picked.clone())(x)) == "[[2. 1.]]");
}

TEST_CASE("Numbers take the tensor's dtype, and dtypes meet as Keras promotes them", "[layers][operations]") {
    const Tensor whole = Tensor::from({1, 2}), wide = Tensor::from({0.5, 1.5}), half = cast(wide, float16);
    const auto add = [](const Tensor& a, Config b) {
        return Operation("numpy.Add", {}, {.literals = {{1, std::move(b)}}})(a).dtype();
    };
    CHECK(add(whole, 1) == int32);
    CHECK(add(whole, 1.5) == float32);
    CHECK(add(half, 1.5) == float16);
    CHECK(add(wide, 1) == float64);
    CHECK(add(whole > 1, 1) == int32);
    CHECK(Operation("numpy.Add")({whole, half}).dtype() == float16);
    CHECK(Operation("numpy.Add")({half, cast(wide, bfloat16)}).dtype() == float32);
    CHECK(Operation("numpy.TrueDivide")({whole, whole}).dtype() == float32);
}

TEST_CASE("Operators on KerasTensors make the nodes that Keras's make", "[layers][operations][functional]") {
    clear_session();
    const KerasTensor a = Input({4}), b = Input({4});
    const KerasTensor y = nn::relu((a + b) * 2 + 0.5 - a / b);
    std::vector<std::string> names;
    const Model model({a, b}, {y, a > 0.5, pow(a, 2), -a + 1, reduce_mean(a, 1, true), clip(b, 0, 1),
                               concat({a, b}, -1), 2 / exp(a)});
    for (const LayerReference& layer : model.layers()) names.push_back(layer.name());
    CHECK(std::find(names.begin(), names.end(), "add_1") != names.end());
    CHECK(std::find(names.begin(), names.end(), "true_divide") != names.end());
    CHECK(y.name() == "relu");
    const Tensor x = Tensor::from({1.F, 2.F, 3.F, 4.F}, {1, 4});
    const std::vector<Tensor> outputs = model.apply({x, x * 2});
    CHECK(to_string(outputs[0]) == "[[ 6. 12. 18. 24.]]");
    CHECK(to_string(outputs[1]) == "[[ True  True  True  True]]");
    CHECK(to_string(outputs[2]) == "[[ 1.  4.  9. 16.]]");
    CHECK(to_string(outputs[3]) == "[[ 0. -1. -2. -3.]]");
    CHECK(to_string(outputs[4]) == "[[2.5]]");
    CHECK(outputs[6].shape() == Shape{1, 8});
    const auto again = std::dynamic_pointer_cast<Model>(model.clone());
    CHECK(to_string(again->apply({x, x * 2})[7]) == to_string(outputs[7]));
    CHECK(again->get_config().to_json() == model.get_config().to_json());
}

TEST_CASE("One operation may be called several times, with the same constants",
          "[layers][operations][functional][errors]") {
    clear_session();
    const KerasTensor x = Input({2});
    const Operation halve("numpy.Multiply", {}, {.literals = {{1, 0.5}}});
    const Model model(x, halve(halve(x)));
    const Config written = serialize(model);
    const auto again = std::dynamic_pointer_cast<Model>(layer_from_config(written));
    CHECK(to_string((*again)(ones({1, 2}))) == "[[0.25 0.25]]");
    CHECK(serialize(*again)["config"]["layers"] == written["config"]["layers"]);
    std::string other = written.to_json();
    other.replace(other.rfind("0.5"), 3, "0.7");
    CHECK(refusal([&] { layer_from_config(Config::from_json(other)); }) ==
          "multiply: its calls have different constants; keratin takes an operation with one kind of call");
}

TEST_CASE("An operation with what its function does not know is refused", "[layers][operations][errors]") {
    const Tensor x = ones({2, 3});
    CHECK(refusal([] {
              Operation("os.System");
          }).starts_with("Operation: \"os.System\" is no function that keratin has; there are core.Cast, "));
    CHECK(refusal([] {
              Operation("numpy.Mean", Config::object({{"axes", 1}}));
          }) == "numpy.Mean: it has no argument \"axes\"; its arguments are [axis, keepdims]");
    CHECK(refusal([] { Operation("numpy.Reshape"); }) ==
          "numpy.Reshape: the argument \"newshape\" must be given");
    CHECK(refusal([] {
              Operation("nn.Relu", {}, {.constants = {{1, zeros({2})}}});
          }) == "nn.Relu: there is a constant for operand 1, and it has 1 operands");
    CHECK(refusal([&] { Operation("numpy.Add", {}, {.name = "sum"})(x); }) ==
          "sum: numpy.Add takes 2 operands (x1 x2) and got 1 inputs and 0 constants");
    CHECK(refusal([&] {
              Operation("nn.Relu", {}, {.name = "r"})({x, x});
          }) == "r: nn.Relu takes the operands (x); 2 inputs and 0 constants are too many");
    CHECK(refusal([&] {
              Operation("numpy.Sum", Config::object({{"axis", "x"}}), {.name = "s"})(x);
          }) == "s: axis is \"x\"; it must be an integer or a list of them");
    CHECK(refusal([&] {
              layers::operation("nn.MaxPool", Input({4, 4, 1}), arguments(R"({"pool_size": 0})"),
                                {.name = "p"});
          }) == "p: pool_size is 0; it must be at least 1");
}

TEST_CASE("What would not fit into memory is refused before it is made", "[layers][operations][errors]") {
    const KerasTensor x = Input({4}), places = Input({4}, {.dtype = int32});
    const auto refused = [](const char* function, const KerasTensor& of, const char* given) {
        INFO(function);
        CHECK_THROWS_AS(layers::operation(function, of, arguments(given)), Error);
        const Tensor one = zeros({1, 4}, of.dtype());
        CHECK_THROWS_AS(Operation(function, arguments(given))(one), Error);
    };
    refused("numpy.Tile", x, R"({"repeats": [1, 1000000000]})");
    refused("numpy.Tile", x, R"({"repeats": [4611686018427387904, 4]})");
    refused("numpy.Repeat", x, R"({"repeats": 4000000000000, "axis": 1})");
    refused("numpy.Repeat", x, R"({"repeats": [1000000000, 1, 1, 1], "axis": 1})");
    refused("numpy.Pad", x, R"({"pad_width": [[0, 0], [0, 2000000000]]})");
    refused("numpy.Pad", x, R"({"pad_width": [[0, 0], [0, 2000000000]], "mode": "edge"})");
    refused("numpy.BroadcastTo", x, R"({"shape": [1000000, 1000000, 4]})");
    refused("numpy.BroadcastTo", x, R"({"shape": [9223372036854775807, 9223372036854775807, 4]})");
    refused("nn.OneHot", places, R"({"num_classes": 1000000000000})");
    refused("numpy.Reshape", x, R"({"newshape": [-1, -1]})");
    refused("numpy.GetItem", x, "{}");
    CHECK_THROWS_AS(
        layers::operation("image.Resize", Input({2, 2, 1}), arguments(R"({"size": [99999, 99999]})")),
        ShapeError);
}

TEST_CASE("What is no finite number becomes one of the same dtype", "[layers][operations]") {
    const Tensor x = Tensor::from({INFINITY, -INFINITY, NAN, 1.F});
    const auto finite = [](const Tensor& of) { return Operation("numpy.NanToNum")(of); };
    // numpy.finfo(dtype).max
    for (const auto& [dtype, most] : {std::pair(float16, 65504.0), std::pair(bfloat16, 3.3895313892515355e38),
                                      std::pair(float32, 3.4028234663852886e38)}) {
        const Tensor y = finite(cast(x, dtype));
        CHECK(y.dtype() == dtype);
        const Tensor wide = convert(y, float64);
        CHECK(std::vector(wide.data<double>().begin(), wide.data<double>().end()) ==
              std::vector{most, -most, 0.0, 1.0});
    }
    CHECK(finite(Tensor::from({1, 2})).dtype() == int32);
    CHECK(finite(Tensor::from({1, 2}) > 1).dtype() == bool_);
}

TEST_CASE("Sums of exponentials know infinities", "[layers][operations]") {
    const Tensor a = Tensor::from({INFINITY, -INFINITY, INFINITY, 1.F, 0.F}),
                 b = Tensor::from({INFINITY, -INFINITY, -INFINITY, INFINITY, 0.F});
    CHECK(to_string(Operation("numpy.Logaddexp")({a, b})) ==
          to_string(Tensor::from({INFINITY, -INFINITY, INFINITY, INFINITY, std::log(2.F)})));
}

TEST_CASE("Images become gray in their own dtype, and gray ones stay as they are", "[layers][operations]") {
    const Tensor colors = Tensor::from({0, 13, 26, 39, 52, 65}, {1, 2, 3});
    const auto gray = [](const Tensor& x) { return Operation("image.RGBToGrayscale")(x); };
    for (const DType dtype : {uint8, int32}) {  // Keras cuts 10.6 and 49.6 off
        const Tensor y = gray(cast(colors, dtype));
        CHECK(y.dtype() == dtype);
        CHECK(to_string(cast(y, int32)) == to_string(Tensor::from({10, 49}, {1, 2, 1})));
    }
    const Tensor one = Tensor::from({7, 9}, {1, 2, 1});
    CHECK(to_string(gray(one)) == to_string(one));
    CHECK(gray(cast(one, uint8)).dtype() == uint8);
    CHECK_THROWS_WITH(gray(Tensor::from({7, 9}, {1, 1, 2})),
                      Catch::Matchers::Contains("have neither 3 channels nor 1"));
}

TEST_CASE("Images of integers are resized to rounded integers", "[layers][operations]") {
    const Tensor x = cast(Tensor::from({0, 26, 52, 78}, {2, 2, 1}), uint8);
    const Tensor y = Operation("image.Resize", arguments(R"({"size": [2, 5]})"))(x);
    CHECK(y.dtype() == uint8);
    CHECK(to_string(cast(y, int32)) ==
          to_string(Tensor::from({0, 3, 13, 23, 26, 52, 55, 65, 75, 78}, {2, 5, 1})));
}

TEST_CASE("A summary shows operations as Keras does", "[layers][operations][functional]") {
    clear_session();
    const KerasTensor x = Input({4});
    const Model model(x, nn::relu(x * 2 + x));
    std::string text;
    setenv("COLUMNS", "80", 1);
    model.summary({.print_fn = [&](std::string_view part) { text += part; }});
    unsetenv("COLUMNS");
    for (const char* row : {"│ multiply (Multiply) │ (None, 4)         │          0 │ input_layer[0][0] │",
                            "│ add (Add)           │ (None, 4)         │          0 │ multiply[0][0],   │",
                            "│ relu (Relu)         │ (None, 4)         │          0 │ add[0][0]         │"}) {
        INFO(text);
        CHECK(text.find(row) != std::string::npos);
    }
}
