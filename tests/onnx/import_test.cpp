#include "onnx/graphs.hpp"
#include "support/catch.hpp"
#include "support/malformed.hpp"
#include "support/numbers.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <cmath>

using namespace keratin;
using onnx_graphs::Ints;
using onnx_graphs::load;
using onnx_graphs::Names;
using onnx_graphs::SmallGraph;

/// Single nodes beyond those of node_test.cpp, with results worked out by hand (not among
/// conformance::LayerCases).
namespace {

struct Case {
    const char* what;
    SmallGraph graph;
    std::vector<Tensor> inputs, outputs;
};

struct Refusal {
    const char* reason;
    SmallGraph graph;
};

Tensor rows(const std::vector<double>& values, const Shape& shape, DType dtype = float32) {
    return numbers::as(values, shape, dtype);
}

/// y is made of x (batch, 3, steps), of those extents, and of small numbers.
SmallGraph of_extents() {
    return SmallGraph()
        .input("x", {-1, 3, -1})
        .constant("zero", Ints{0})
        .constant("one", Ints{1})
        .constant("two", Ints{2})
        .constant("three", Ints{3})
        .node("Shape", {"x"}, {"shape"})
        .node("Gather", {"shape", "zero"}, {"batch"})
        .node("Gather", {"shape", "two"}, {"steps"})
        .outputs({"y"});
}

SmallGraph resizing(const char* mode, DType dtype, int64_t in, float scale,
                    const char* coordinates = "asymmetric") {
    return SmallGraph()
        .input("x", {1, 1, 1, in}, dtype)
        .constant("scales", rows({1, 1, 1, static_cast<double>(scale)}, {4}))
        .node("Resize", {"x", "", "scales"}, {"y"},
              {{"mode", mode}, {"coordinate_transformation_mode", coordinates}, {"nearest_mode", "floor"}})
        .outputs({"y"});
}

/// Of one step and one unit, whose input has the weight 1 and whose state has none.
SmallGraph recurrence(int64_t gates, int64_t directions) {
    return SmallGraph()
        .input("x", {1, 1, 1})
        .constant("w", ones({directions, gates, 1}))
        .constant("r", zeros({directions, gates, 1}))
        .constant("zeros", zeros({directions, 1, 1}))
        .outputs({"y"});
}

/// Of a list of integers and x (batch, 3).
SmallGraph of_list(const char* op, const Ints& list, const Names& outputs = {"y"}) {
    return SmallGraph()
        .input("x", {-1, 3})
        .constant("list", list)
        .constant("far", Tensor::scalar(1e300, float64))
        .constant("values", rows({0, 1}, {2}))
        .node(op, {"x", "list"}, outputs, {{"axis", int64_t{-1}}})
        .outputs({"y"});
}

}  // namespace

TEST_CASE("Nodes give what ONNX says, in its type", "[onnx]") {
    const Tensor x = numbers::distinct({1, 2, 3, 4}, 3, 1.0, float32);
    const double leaky = -static_cast<double>(0.2F);
    const Case cases[] = {
        {"a number becomes a list",
         SmallGraph()
             .input("x", {1, 3})
             .constant("shape", Ints{1})
             .node("ReduceSum", {"x"}, {"sum"}, {{"keepdims", int64_t{0}}})
             .node("Reshape", {"sum", "shape"}, {"y"})
             .outputs({"y"}),
         {rows({1, 2, 4}, {1, 3})},
         {rows({7}, {1})}},
        {"two transpositions of one tensor",
         SmallGraph()
             .input("x", {-1, 2, 3, 4})
             .node("Transpose", {"x"}, {"a"}, {{"perm", Ints{0, 2, 1, 3}}})
             .node("Transpose", {"x"}, {"b"}, {{"perm", Ints{0, 2, 3, 1}}})
             .outputs({"a", "b"}),
         {x},
         {transpose(x, {0, 2, 1, 3}), transpose(x, {0, 2, 3, 1})}},
        {"axes of extent 1 go and come where batch and steps are open",
         SmallGraph()
             .input("x", {-1, -1, 1, 2})
             .constant("two", Ints{2})
             .constant("one", Ints{1})
             .node("Squeeze", {"x", "two"}, {"a"})
             .node("Transpose", {"x"}, {"turned"}, {{"perm", Ints{0, 2, 1, 3}}})
             .node("Squeeze", {"turned", "one"}, {"b"})
             .node("Unsqueeze", {"a", "one"}, {"c"})
             .outputs({"a", "b", "c"}),
         {rows({1, 2, 3, 4, 5, 6}, {1, 3, 1, 2})},
         {rows({1, 2, 3, 4, 5, 6}, {1, 3, 2}), rows({1, 2, 3, 4, 5, 6}, {1, 3, 2}),
          rows({1, 2, 3, 4, 5, 6}, {1, 1, 3, 2})}},
        {"slopes of a flattened image",
         SmallGraph()
             .input("x", {1, 2, 1, 2})
             .constant("slopes", rows({1, 2, 3, 4}, {4}))
             .node("MaxPool", {"x"}, {"image"}, {{"kernel_shape", Ints{1, 1}}})
             .node("Flatten", {"image"}, {"flat"})
             .node("PRelu", {"flat", "slopes"}, {"y"})
             .outputs({"y"}),
         {-ones({1, 1, 2, 2})},
         {rows({-1, -2, -3, -4}, {1, 4})}},
        {"pixels repeated, uint8",
         resizing("nearest", uint8, 2, 2),
         {rows({3, 255}, {1, 1, 1, 2}, uint8)},
         {rows({3, 3, 255, 255}, {1, 1, 1, 4}, uint8)}},
        {"pixels repeated, int64",
         resizing("nearest", int64, 2, 2),
         {Tensor::from(Ints{3, (int64_t{1} << 53) + 1}, {1, 1, 1, 2})},
         {Tensor::from(Ints{3, 3, (int64_t{1} << 53) + 1, (int64_t{1} << 53) + 1}, {1, 1, 1, 4})}},
        {"pixels repeated, float16",
         resizing("nearest", float16, 2, 2),
         {rows({3, 0.5}, {1, 1, 1, 2}, float16)},
         {rows({3, 3, 0.5, 0.5}, {1, 1, 1, 4}, float16)}},
        {"pixels between, float64",
         resizing("linear", float64, 2, 3, "half_pixel"),
         {rows({0, 3e6}, {1, 1, 1, 2}, float64)},
         {rows({0, 0, 1e6, 2e6, 3e6, 3e6}, {1, 1, 1, 6}, float64)}},
        {"an extent that is whole as a float32",
         resizing("nearest", float32, 10, 0.7F),
         {rows({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 1, 1, 10})},
         {rows({0, 1, 2, 4, 5, 7, 8}, {1, 1, 1, 7})}},
        {"integers where an index points",
         SmallGraph()
             .input("x", {2}, int64)
             .constant("depth", Tensor::scalar(3, int64))
             .constant("values", Ints{0, 7})
             .node("OneHot", {"x", "depth", "values"}, {"y"})
             .outputs({"y"}),
         {Tensor::from(Ints{1, -1})},
         {Tensor::from(Ints{0, 7, 0, 0, 0, 7}, {2, 3})}},
        {"one of two integers",
         SmallGraph()
             .input("x", {2}, bool_)
             .constant("a", Tensor::scalar(4, int64))
             .constant("b", Tensor::scalar(5, int64))
             .node("Where", {"x", "a", "b"}, {"y"})
             .outputs({"y"}),
         {rows({1, 0}, {2}, bool_)},
         {Tensor::from(Ints{4, 5})}},
        {"elements of the first row",
         SmallGraph()
             .input("x", {3, 3})
             .constant("places", Tensor::from(Ints{2, 0, 1}, {1, 3}))
             .node("GatherElements", {"x", "places"}, {"y"}, {{"axis", int64_t{1}}})
             .outputs({"y"}),
         {rows({0, 1, 2, 3, 4, 5, 6, 7, 8}, {3, 3})},
         {rows({2, 0, 1}, {1, 3})}},
        {"extents rounded up that are anyway",
         SmallGraph()
             .input("x", {1, 1, 4})
             .node("MaxPool", {"x"}, {"y"},
                   {{"kernel_shape", Ints{5}},
                    {"strides", Ints{2}},
                    {"auto_pad", "SAME_UPPER"},
                    {"ceil_mode", int64_t{1}}})
             .outputs({"y"}),
         {rows({4, 1, 1, 2}, {1, 4, 1})},
         {rows({4, 2}, {1, 2, 1})}},
        {"the least of uint8",
         SmallGraph()
             .input("x", {1, 3}, uint8)
             .constant("k", Ints{2})
             .node("TopK", {"x", "k"}, {"y", "places"}, {{"largest", int64_t{0}}})
             .outputs({"y", "places"}),
         {rows({3, 0, 200}, {1, 3}, uint8)},
         {rows({0, 3}, {1, 2}, uint8), Tensor::from(Ints{1, 0}, {1, 2})}},
        {"the first alpha is of the function that has one",
         recurrence(1, 2).node("RNN", {"x", "w", "r"}, {"y"},
                               {{"direction", "bidirectional"},
                                {"hidden_size", int64_t{1}},
                                {"activations", Names{"Tanh", "LeakyRelu"}},
                                {"activation_alpha", std::vector<float>{0.2F}}}),
         {-ones({1, 1, 1})},
         {rows({std::tanh(-1.0), leaky}, {1, 2, 1, 1})}},
        {"a shape whose batch is open",
         SmallGraph()
             .input("x", {-1, 3, 5})
             .constant("zero", Ints{0})
             .node("Shape", {"x"}, {"shape"})
             .node("Gather", {"shape", "zero"}, {"batch"})
             .outputs({"y"})
             .constant("rest", Ints{-1})
             .node("Concat", {"batch", "rest"}, {"to"}, {{"axis", int64_t{0}}})
             .node("Reshape", {"x", "to"}, {"y"}),
         {ones({2, 3, 5})},
         {ones({2, 15})}},
    };
    for (const Case& one : cases) {
        DYNAMIC_SECTION(one.what) {
            const std::vector<Tensor> results = one.graph.load()->apply(one.inputs);
            REQUIRE(results.size() == one.outputs.size());
            for (size_t i = 0; i < results.size(); ++i) {
                const DType dtype = one.outputs[i].dtype();
                REQUIRE(results[i].shape() == one.outputs[i].shape());
                REQUIRE(results[i].dtype() == dtype);
                if (dtype == int64)
                    CHECK(std::ranges::equal(results[i].data<int64_t>(), one.outputs[i].data<int64_t>()));
                else
                    CHECK(numbers::difference(results[i], one.outputs[i]) <
                          (dtype == float64 ? 1e-12 : 1e-6));
            }
        }
    }
}

TEST_CASE("What would give wrong numbers, or none, is refused", "[onnx]") {
    const Ints far = {INT64_MAX, 1};
    const auto convolution = [](const char* op, const Shape& weights, const onnx_graphs::Attributes& how) {
        SmallGraph graph =
            weights.rank() == 4 ? SmallGraph().input("x", {1, 1, 2, 2}) : SmallGraph().input("x", {3});
        return graph.constant("w", ones(weights)).node(op, {"x", "w"}, {"y"}, how).outputs({"y"});
    };
    const auto scalar = [](const char* op, const char* second) {
        return of_list("Identity", {1}, {"z"})
            .node("Cast", {"x"}, {"n"}, {{"to", int64_t{7}}})
            .node(op,
                  {std::string_view(op) == "OneHot" ? "n" : "x", second,
                   std::string_view(op) == "OneHot" ? "values" : ""},
                  {"y"});
    };
    const auto state = [](const char* hidden) {
        return recurrence(4, 1)
            .input("cell", {1, 1, 1})
            .node("LSTM", {"x", "w", "r", "", "", hidden, "cell"}, {"", "y"});
    };
    const Refusal refusals[] = {
        {"more than one extent is open", SmallGraph()
                                             .input("x", {1, 3})
                                             .constant("shape", Ints{-1, -1})
                                             .node("ReduceSum", {"x"}, {"sum"}, {{"keepdims", int64_t{0}}})
                                             .node("Reshape", {"sum", "shape"}, {"y"})
                                             .outputs({"y"})},
        {"input 0 is missing",
         of_list("Identity", {1}, {"z"}).node("Concat", {}, {"y"}, {{"axis", int64_t{0}}})},
        {"weights of shape (3,) do not go with", convolution("Conv", {3}, {})},
        {"weights of shape (3,) do not go with", convolution("ConvTranspose", {3}, {})},
        {"output_shape is (-9223372036854775808, 2)",
         convolution("ConvTranspose", {1, 1, 2, 2}, {{"output_shape", Ints{INT64_MIN, 2}}})},
        {"are not the -1 there are", SmallGraph()
                                         .input("x", {3, -1})
                                         .constant("list", far)
                                         .node("Split", {"x", "list"}, {"y", "z"}, {{"axis", int64_t{1}}})
                                         .outputs({"y"})},
        {"axis 4611686018427387904 is outside", scalar("CumSum", "far")},
        {"k is 4611686018427387904", scalar("TopK", "far")},
        {"its result would have the shape", scalar("OneHot", "far")},
        {"extent that is not known", of_extents().node("Slice", {"x", "zero", "steps", "two"}, {"y"})},
        {"a shape that is not known", of_extents()
                                          .node("Sub", {"steps", "one"}, {"end"})
                                          .node("Slice", {"x", "zero", "end", "two"}, {"y"})},
        {"a shape that is not known", of_extents().node("Mod", {"steps", "two"}, {"y"})},
        {"a shape that is not known",
         of_extents().node("Add", {"batch", "three"}, {"to"}).node("Reshape", {"x", "to"}, {"y"})},
        {"a shape that is not known",
         of_extents().node("Cast", {"steps"}, {"n"}, {{"to", int64_t{1}}}).node("Mul", {"x", "n"}, {"y"})},
        {"a shape that is not known",
         of_extents().node("Transpose", {"shape"}, {"turned"}).node("Add", {"turned", "one"}, {"y"})},
        {"extent that is not known", of_extents().node("Range", {"zero", "steps", "one"}, {"y"})},
        {"extents that are not known", of_extents().node("Gather", {"shape", "steps"}, {"y"})},
        {"by an extent that is not known",
         of_extents()
             .constant("token", ones({1, 1, 3}))
             .node("Concat", {"batch", "one", "three"}, {"to"}, {{"axis", int64_t{0}}})
             .node("Expand", {"token", "to"}, {"y"})},
        {"a first state is constant", state("zeros")},
        {"takes several axes together",
         SmallGraph(12).input("x", {1, 2, 3}).node("Hardmax", {"x"}, {"y"}).outputs({"y"})},
        {"coordinate_transformation_mode is 'tf_crop_and_resize'",
         resizing("nearest", float32, 2, 1, "tf_crop_and_resize")},
        {"they must be of one type", SmallGraph()
                                         .input("x", {2}, bool_)
                                         .constant("a", Ints{1, 2})
                                         .constant("b", ones({2}))
                                         .node("Where", {"x", "a", "b"}, {"y"})
                                         .outputs({"y"})},
        {"may reach beyond data", SmallGraph()
                                      .input("x", {2, 3})
                                      .constant("places", zeros({4, 3}, int64))
                                      .node("GatherElements", {"x", "places"}, {"y"}, {{"axis", int64_t{1}}})
                                      .outputs({"y"})},
    };
    for (const Refusal& one : refusals) {
        INFO(one.reason);
        test::check_refused(one.graph.bytes(), load, one.reason);
    }
}

TEST_CASE("A softmax of a flattened image is one layer", "[onnx]") {
    const std::shared_ptr<Model> model =
        SmallGraph()
            .input("x", {1, 2, 1, 2})
            .node("MaxPool", {"x"}, {"image"}, {{"kernel_shape", Ints{1, 1}}})
            .node("Flatten", {"image"}, {"flat"})
            .node("Softmax", {"flat"}, {"softmax"})
            .outputs({"softmax"})
            .load();
    std::vector<std::string> names;
    for (const LayerReference& layer : model->layers()) names.push_back(layer->name());
    CHECK(names.back() == "softmax_3");  // behind the three that turn the image
}
