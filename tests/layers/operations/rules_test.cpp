#include "layers/operations/plan.hpp"
#include "support/catch.hpp"
#include "support/golden_tensor.hpp"
#include "support/processor_time.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers.hpp>

#include <algorithm>
#include <optional>
#include <set>

/// Shapes that rules give, beside those of results that are made.
using namespace keratin;
using layers::Operation;
using nlohmann::json;

namespace {

using Outputs = std::vector<Operation::Output>;

Config parsed(const char* text) {
    return Config::from_json(text);
}

/// An operation as a line of a table has it.
struct Line {
    const char* function;
    const char* shapes;  ///< of its inputs
    const char* arguments = "{}";
    const char* operand = "";  ///< the second one, where it is a constant

    Operation operation() const {
        layers::OperationOptions options;
        if (*operand) options.literals[1] = parsed(operand);
        return Operation(function, parsed(arguments), options);
    }
    std::vector<Shape> inputs() const {
        std::vector<Shape> result;
        for (const json& shape : json::parse(shapes)) {
            std::vector<int64_t> extents;
            for (const json& extent : shape) extents.push_back(extent.is_null() ? -1 : extent.get<int64_t>());
            result.emplace_back(extents);
        }
        return result;
    }
};

Shape closed(Shape shape, int64_t batch, int64_t other) {
    for (int axis = 0; axis < shape.rank(); ++axis)
        if (shape[axis] == Shape::unknown) shape = shape.with(axis, axis == 0 ? batch : other);
    return shape;
}

/// What a call makes of zeros.
Outputs made(const Operation& operation, const std::vector<Shape>& shapes, const std::vector<DType>& dtypes) {
    std::vector<Tensor> inputs;
    for (size_t i = 0; i < shapes.size(); ++i) inputs.push_back(zeros(shapes[i], dtypes[i]));
    Outputs outputs;
    for (const Tensor& y : operation.apply(inputs)) outputs.push_back({y.shape(), y.dtype()});
    return outputs;
}

/// Of closed shapes the rule gives what is made, of open ones what is common to all of them.
void check_agrees(const Operation& operation, const std::vector<Shape>& shapes,
                  const std::vector<DType>& dtypes) {
    const Outputs open = operation.compute_output_spec(shapes, dtypes);
    for (const auto& [batch, other] : {std::pair(2, 6), std::pair(4, 12), std::pair(6, 18)}) {
        std::vector<Shape> filled;
        for (const Shape& shape : shapes) filled.push_back(closed(shape, batch, other));
        const Outputs results = made(operation, filled, dtypes);
        const Outputs ruled = operation.compute_output_spec(filled, dtypes);
        REQUIRE(ruled.size() == results.size());
        REQUIRE(open.size() == results.size());
        for (size_t i = 0; i < results.size(); ++i) {
            CHECK(ruled[i].shape == results[i].shape);
            CHECK(ruled[i].dtype == results[i].dtype);
            CHECK(open[i].dtype == results[i].dtype);
            REQUIRE(open[i].shape.rank() == results[i].shape.rank());
            for (int axis = 0; axis < results[i].shape.rank(); ++axis)
                CHECK(
                    (open[i].shape[axis] == results[i].shape[axis] || open[i].shape[axis] == Shape::unknown));
        }
    }
}

/// The tensors among the operands of a call, in order.
void collect(const json& node, std::vector<Shape>& shapes, std::vector<DType>& dtypes) {
    if (node.is_object() && node.value("class_name", "") == "__keras_tensor__") {
        const std::string shape = "[" + node["config"]["shape"].dump() + "]";
        shapes.push_back(Line{"", shape.c_str()}.inputs().front());
        dtypes.push_back(dtype(node["config"]["dtype"].get<std::string>()));
    } else if (node.is_structured()) {
        for (const json& part : node) collect(part, shapes, dtypes);
    }
}

/// Functions that no golden case has, and shapes that they lack.
const Line lines[] = {
    {"core.ConvertToTensor", "[[null,3]]", R"({"dtype":"float16"})"},
    {"numpy.Copy", "[[null,3]]"},
    {"core.Slice", "[[4,5]]", R"({"shape":[2,-1]})", "[1,2]"},
    {"nn.ConvTranspose", "[[null,5,4,2],[3,3,6,2]]", R"({"strides":2,"output_padding":1})"},
    {"nn.ConvTranspose", "[[null,null,2],[3,6,2]]", R"({"strides":2,"padding":"same"})"},
    {"numpy.Inner", "[[null,4],[3,4]]"},
    {"numpy.Inner", "[[null,4],[]]"},
    {"numpy.Outer", "[[null],[3,4]]"},
    {"numpy.Vdot", "[[null,3],[null,3]]"},
    {"numpy.Isclose", "[[null,3],[1,3]]"},
    {"numpy.Ravel", "[[3,4]]"},
    {"numpy.Hypot", "[[null,4],[2,1,4]]"},
    {"numpy.Sum", "[[2,null,3,4]]", R"({"axis":[-1,1],"keepdims":true})"},
    {"numpy.Argmax", "[[2,3,4]]", R"({"axis":1,"keepdims":true})"},
    {"numpy.Sort", "[[null,3,4]]", R"({"axis":null})"},
    {"numpy.Reshape", "[[2,3,4]]", R"({"newshape":[3,-1,2]})"},
    {"numpy.Transpose", "[[null,3,4]]", R"({"axes":[-1,0,1]})"},
    {"numpy.Moveaxis", "[[2,3,4,5]]", R"({"source":[0,-1],"destination":[2,0]})"},
    {"numpy.ExpandDims", "[[null,3]]", R"({"axis":[0,-1]})"},
    {"numpy.Roll", "[[null,3]]", R"({"shift":[1,2],"axis":[0,1]})"},
    {"numpy.Repeat", "[[2,3]]", R"({"repeats":[1,0,2],"axis":-1})"},
    {"numpy.Dot", "[[null,4],[3,4,2]]"},
    {"numpy.Matmul", "[[4],[null,4,2]]"},
    {"numpy.Matmul", "[[2,1,3,4],[5,4,2]]"},
    {"numpy.Tensordot", "[[2,3],[4,5]]", R"({"axes":0})"},
    {"numpy.Einsum", "[[null,1,3,4],[null,5,4,2]]", R"({"subscripts":"...ij,...jk->...ik"})"},
    {"nn.Conv", "[[null,7,9,4],[3,2,2,6]]", R"({"strides":[2,1],"padding":"valid"})"},
    {"nn.LayerNorm", "[[null,3,4],[12]]", R"({"axis":[1,2]})"},
    {"image.PadImages", "[[6,4,3]]",
     R"({"top_padding":1,"target_height":9,"left_padding":1,"right_padding":0})"},
};

/// Shapes that a function does not take.
const Line refused[] = {
    {"numpy.Add", "[[2,3],[2,4]]"},
    {"numpy.Sum", "[[2,3]]", R"({"axis":2})"},
    {"numpy.Max", "[[2,0]]", R"({"axis":1})"},
    {"numpy.Average", "[[2,3],[2]]", R"({"axis":1})"},
    {"numpy.Reshape", "[[2,3]]", R"({"newshape":[-1,4]})"},
    {"numpy.Transpose", "[[2,3]]", R"({"axes":[0,0]})"},
    {"numpy.Squeeze", "[[2,3]]", R"({"axis":1})"},
    {"numpy.Concatenate", "[[2,3],[3,3]]", R"({"axis":1})"},
    {"numpy.Stack", "[[2,3],[3,3]]"},
    {"numpy.Split", "[[2,3]]", R"({"indices_or_sections":2,"axis":1})"},
    {"core.Unstack", "[[2,3]]", R"({"num":2,"axis":1})"},
    {"numpy.Roll", "[[2,3]]", R"({"shift":[1,2],"axis":0})"},
    {"numpy.Repeat", "[[2,3]]", R"({"repeats":[1,2],"axis":1})"},
    {"numpy.BroadcastTo", "[[2,3]]", R"({"shape":[3,3]})"},
    {"numpy.GetItem", "[[2,3]]", "{}", "[2]"},
    {"core.Slice", "[[2,3]]", R"({"shape":[1,3]})", "[0,1]"},
    {"math.TopK", "[[2,3]]", R"({"k":4})"},
    {"numpy.Matmul", "[[2,3],[2,3]]"},
    {"numpy.Tensordot", "[[2,3],[2,3]]", R"({"axes":1})"},
    {"numpy.Vdot", "[[2,3],[2,2]]"},
    {"numpy.Einsum", "[[2,3],[2,3]]", R"({"subscripts":"ij,jk->ik"})"},
    {"nn.Conv", "[[1,5,5,3],[3,3,2,4]]"},
    {"nn.DepthwiseConv", "[[1,5,5,3],[3,3,2,4]]"},
    {"nn.MaxPool", "[[1,2,2,1]]", R"({"pool_size":3})"},
    {"nn.BatchNorm", "[[2,3],[2],[2]]", R"({"axis":1})"},
    {"nn.LayerNorm", "[[2,3],[2]]"},
    {"nn.DotProductAttention", "[[2,3,1,4],[2,5,1,4],[2,4,1,4]]"},
    {"nn.SpaceToDepth", "[[1,3,4,1]]", R"({"block_size":2})"},
    {"image.CropImages", "[[4,4,1]]",
     R"({"top_cropping":2,"bottom_cropping":2,"left_cropping":0,"right_cropping":0})"},
    {"image.PadImages", "[[4,4,1]]",
     R"({"top_padding":0,"target_height":3,"left_padding":0,"right_padding":0})"},
};

struct OpenLine : Line {
    const char* results;
};

/// What compute_output_spec() of the functions in Keras 3.15.1 gives.
const OpenLine open_lines[] = {
    {{"numpy.Add", "[[null,4],[5,1]]", "{}", ""}, "[[5,4]]"},
    {{"numpy.Add", "[[null,4,3],[4,1]]", "{}", ""}, "[[null,4,3]]"},
    {{"numpy.Concatenate", "[[null,4],[2,4]]", R"({"axis":0})", ""}, "[[null,4]]"},
    {{"numpy.Concatenate", "[[null,4],[null,3]]", R"({"axis":1})", ""}, "[[null,7]]"},
    {{"numpy.Stack", "[[null,4],[null,4]]", R"({"axis":-1})", ""}, "[[null,4,2]]"},
    {{"numpy.Reshape", "[[null,3,4]]", R"({"newshape":[-1,6]})", ""}, "[[null,6]]"},
    {{"numpy.Reshape", "[[null,3]]", R"({"newshape":[4,3]})", ""}, "[[4,3]]"},
    {{"numpy.Squeeze", "[[null,1,3]]", "{}", ""}, "[[null,3]]"},
    {{"numpy.Split", "[[null,6]]", R"({"indices_or_sections":[1,3],"axis":0})", ""},
     "[[1,6],[2,6],[null,6]]"},
    {{"numpy.Split", "[[null,6]]", R"({"indices_or_sections":2,"axis":0})", ""}, "[[null,6],[null,6]]"},
    {{"core.Unstack", "[[null,null]]", R"({"num":3,"axis":1})", ""}, "[[null],[null],[null]]"},
    {{"numpy.Pad", "[[null,3]]", R"({"pad_width":[[1,1],[2,0]]})", ""}, "[[null,5]]"},
    {{"numpy.Repeat", "[[null,3]]", R"({"repeats":2})", ""}, "[[null]]"},
    {{"numpy.Repeat", "[[null,3]]", R"({"repeats":2,"axis":0})", ""}, "[[null,3]]"},
    {{"numpy.Repeat", "[[null,3]]", R"({"repeats":[1,2,0],"axis":1})", ""}, "[[null,3]]"},
    {{"numpy.Tile", "[[null,3]]", R"({"repeats":[2,2,2]})", ""}, "[[2,null,6]]"},
    {{"numpy.GetItem", "[[null,null,3]]", "{}",
      R"([0,null,{"class_name":"__slice__","config":{"start":3,"stop":6,"step":null}}])"},
     "[[1,null,3]]"},
    {{"numpy.GetItem", "[[null,null,3]]", "{}",
      R"([0,{"class_name":"__ellipsis__","config":{}},null,{"class_name":"__slice__","config":{"start":null,"stop":null,"step":-2}}])"},
     "[[null,1,2]]"},
    {{"numpy.Take", "[[null,null,3]]", R"({"axis":1})", R"([0,100])"}, "[[null,2,3]]"},
    {{"numpy.Take", "[[null,3]]", "{}", R"([[0,1]])"}, "[[1,2]]"},
    {{"core.Slice", "[[null,5]]", R"({"shape":[2,-1]})", R"([0,1])"}, "[[2,4]]"},
    {{"nn.OneHot", "[[null,4]]", R"({"num_classes":7,"axis":1})", ""}, "[[null,7,4]]"},
    {{"numpy.Matmul", "[[null,null,4],[4,2]]", "{}", ""}, "[[null,null,2]]"},
    {{"numpy.Dot", "[[null,4],[3,4,2]]", "{}", ""}, "[[null,3,2]]"},
    {{"numpy.Inner", "[[null,4],[3,4]]", "{}", ""}, "[[null,3]]"},
    {{"numpy.Outer", "[[null],[3,4]]", "{}", ""}, "[[null,12]]"},
    {{"numpy.Tensordot", "[[null,3,4],[4,3,2]]", R"({"axes":[[2,1],[0,1]]})", ""}, "[[null,2]]"},
    {{"numpy.Einsum", "[[null,null,4],[null,5,4]]", R"({"subscripts":"btd,bsd->bts"})", ""},
     "[[null,null,5]]"},
    {{"nn.Conv", "[[null,null,9,2],[3,3,2,5]]", R"({"strides":2})", ""}, "[[null,null,4,5]]"},
    {{"nn.MaxPool", "[[null,null,9,2]]", R"({"pool_size":2,"padding":"same","data_format":"channels_last"})",
      ""},
     "[[null,null,5,2]]"},
    {{"nn.Glu", "[[null,null,4]]", R"({"axis":1})", ""}, "[[null,null,4]]"},
    {{"image.Resize", "[[null,null,null,3]]", R"({"size":[5,4]})", ""}, "[[null,5,4,3]]"},
    {{"image.PadImages", "[[null,null,4,3]]",
      R"({"top_padding":1,"bottom_padding":2,"left_padding":1,"target_width":9})", ""},
     "[[null,null,9,3]]"},
    {{"nn.SpaceToDepth", "[[null,null,4,3]]", R"({"block_size":2})", ""}, "[[null,null,2,12]]"},
    {{"numpy.Ravel", "[[null,3]]", "{}", ""}, "[[null]]"},
    {{"math.TopK", "[[null,6]]", R"({"k":2})", ""}, "[[null,2],[null,2]]"},
    {{"numpy.TakeAlongAxis", "[[null,6],[null,2]]", R"({"axis":1})", ""}, "[[null,2]]"},
    {{"numpy.Cumsum", "[[null,6]]", "{}", ""}, "[[null]]"},
};

}  // namespace

TEST_CASE("Every function's rule gives the shapes and dtypes of the results that are made",
          "[layers][operations][golden]") {
    std::set<std::string> seen;
    for (const json& c : golden::load("operations.json")["cases"])
        for (const json& node : c["node"]["config"]["layers"]) {
            if (!node["module"].get<std::string>().starts_with("keras.src.ops.")) continue;
            INFO(c["name"] << ": " << node["class_name"]);
            const auto operation = operations::operation_of(Config::from_json(node.dump()));
            seen.insert(operation->function());
            std::vector<Shape> shapes;
            std::vector<DType> dtypes;
            collect(node["inbound_nodes"][0], shapes, dtypes);
            check_agrees(*operation, shapes, dtypes);
        }
    for (const Line& line : lines) {
        INFO(line.function << line.shapes << line.arguments);
        seen.insert(line.function);
        const std::vector<Shape> shapes = line.inputs();
        for (const DType dtype : {float32, float16})
            check_agrees(line.operation(), shapes, std::vector<DType>(shapes.size(), dtype));
    }
    // The others are of single numbers.
    const std::set<std::string> of_two = {"numpy.Divide", "numpy.DivideNoNan"};
    for (const std::string& function : Operation::functions()) {
        if (seen.count(function)) continue;
        INFO(function);
        std::vector<Shape> shapes{{Shape::unknown, 3}};
        if (of_two.count(function)) shapes.push_back({2, 1, 3});
        check_agrees(Operation(function), shapes, std::vector<DType>(shapes.size(), float32));
    }
}

TEST_CASE("A rule refuses what a call refuses", "[layers][operations][errors]") {
    for (const Line& line : refused) {
        INFO(line.function << line.shapes << line.arguments);
        const Operation operation = line.operation();
        const std::vector<Shape> shapes = line.inputs();
        const std::vector<DType> dtypes(shapes.size(), float32);
        CHECK_THROWS_AS(operation.compute_output_spec(shapes, dtypes), Error);
        CHECK_THROWS_AS(made(operation, shapes, dtypes), Error);
    }
}

TEST_CASE("Open extents lead to those that Keras gives", "[layers][operations]") {
    for (const OpenLine& line : open_lines) {
        INFO(line.function << line.shapes << line.arguments << line.operand);
        const std::vector<Shape> shapes = line.inputs();
        const bool whole = std::string_view(line.function) == "nn.OneHot";
        const std::vector<Shape> expected = Line{"", line.results}.inputs();
        const Outputs outputs = line.operation().compute_output_spec(
            shapes, std::vector<DType>(shapes.size(), whole ? int32 : float32));
        REQUIRE(outputs.size() == expected.size());
        for (size_t i = 0; i < outputs.size(); ++i) CHECK(outputs[i].shape == expected[i]);
    }
}

TEST_CASE("The first and the last of an open axis are one, unless it is empty", "[layers][operations]") {
    const auto part = [](const char* start, const char* stop) {
        const std::string key = std::string(R"([{"class_name":"__slice__","config":{"start":)") + start +
                                R"(,"stop":)" + stop + R"(,"step":null}}])";
        return Line{"numpy.GetItem", "", "{}", key.c_str()}
            .operation()
            .compute_output_spec({{Shape::unknown, 3}}, {float32})
            .front()
            .shape[0];
    };
    CHECK(part("-1", "null") == 1);
    CHECK(part("0", "1") == 1);
    for (const auto& [start, stop] : {std::pair("-2", "-1"), std::pair("0", "2"), std::pair("-5", "1")})
        CHECK(part(start, stop) == Shape::unknown);
}

TEST_CASE("A shape takes no time that grows with it", "[layers][operations]") {
    const double before = test::processor_seconds();
    constexpr int64_t big = 1'000'000'000;
    const auto shape_of = [&](const char* function, const Shape& x, const char* arguments = "{}") {
        return Operation(function, parsed(arguments)).compute_output_spec({x}, {float32}).at(0).shape;
    };
    CHECK(shape_of("numpy.Sort", {Shape::unknown, big}) == Shape{Shape::unknown, big});
    CHECK(shape_of("numpy.Var", {big, big}, R"({"axis":0})") == Shape{big});
    CHECK(shape_of("numpy.Transpose", {big, big}) == Shape{big, big});
    CHECK(shape_of("image.Resize", {9, 8, 3}, R"({"size":[8192,8192]})") == Shape{8192, 8192, 3});
    CHECK_THROWS_WITH(shape_of("core.Unstack", {big, 2}),
                      Catch::Matchers::Contains("1000000000 results; 4096 is the most"));
    CHECK_THROWS_WITH(shape_of("numpy.Split", {big, 2}, R"({"indices_or_sections":1000000})"),
                      Catch::Matchers::Contains("1000000 results; 4096 is the most"));
    CHECK(test::processor_seconds() - before < 0.2);
}
