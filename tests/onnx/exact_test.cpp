#include "onnx/graphs.hpp"
#include "support/catch.hpp"
#include "support/malformed.hpp"
#include "support/numbers.hpp"

#include <cfloat>
#include <cmath>

using namespace keratin;
using onnx_graphs::Attributes;
using onnx_graphs::Ints;
using onnx_graphs::Names;
using onnx_graphs::SmallGraph;

/// Numbers at the edge of their type, and operators as they were in older opsets; worked out by hand from the
/// specification (not among conformance::LayerCases).
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<double> of_one(const SmallGraph& graph, const std::vector<double>& x, const Shape& shape) {
    const std::shared_ptr<Model> model = graph.load({.channels_last = false});
    return numbers::of(model->apply({numbers::as(x, shape, float32)}).front());
}

std::vector<double> running(const std::vector<double>& x, int64_t reverse) {
    return of_one(SmallGraph()
                      .input("x", {1, 3})
                      .constant("axis", Tensor::scalar(1, int64))
                      .node("CumSum", {"x", "axis"}, {"y"}, {{"exclusive", int64_t{1}}, {"reverse", reverse}})
                      .outputs({"y"}),
                  x, {1, 3});
}

std::vector<double> divided(const std::vector<double>& x, float divisor) {
    return of_one(SmallGraph()
                      .input("x", {1, 3})
                      .constant("d", Tensor::scalar(divisor))
                      .node("Div", {"x", "d"}, {"y"})
                      .outputs({"y"}),
                  x, {1, 3});
}

/// Along x (1, 3, 1, 2), before opset 7.
SmallGraph old(const char* op, const std::vector<double>& second, const Attributes& how,
               const Shape& shape = {3}) {
    return SmallGraph(6)
        .input("x", {1, 3, 1, 2})
        .constant("b", numbers::as(second, shape, float32))
        .node(op, {"x", "b"}, {"y"}, how)
        .outputs({"y"});
}

std::vector<double> transposed(const char* padding, const std::vector<double>& kernel, int64_t stride) {
    return of_one(
        SmallGraph()
            .input("x", {1, 1, 2})
            .constant("w", numbers::as(kernel, {1, 1, static_cast<int64_t>(kernel.size())}, float32))
            .constant("b", numbers::as({100}, {1}, float32))
            .node("ConvTranspose", {"x", "w", "b"}, {"y"}, {{"auto_pad", padding}, {"strides", Ints{stride}}})
            .outputs({"y"}),
        {1, 2}, {1, 1, 2});
}

using Numbers = std::vector<double>;

}  // namespace

TEST_CASE("Numbers at the edge of their type are what ONNX says", "[onnx]") {
    const double large = static_cast<double>(1e30F), tiny = static_cast<double>(1e-40F);
    CHECK(running({1, large, 5}, 0) == Numbers{0, 1, large});
    CHECK(running({1, infinity, 5}, 0) == Numbers{0, 1, infinity});
    CHECK(running({5, large, 1}, 1) == Numbers{large, 1, 0});
    CHECK(divided({0, tiny, 1}, 1e-40F) == Numbers{0, 1, infinity});
    CHECK(divided({0, FLT_MAX, FLT_MAX}, FLT_MAX) == Numbers{0, 1, 1});
    CHECK(divided({0, 3, -6}, 4) == Numbers{0, 0.75, -1.5});
    for (const int64_t p : {1, 2})
        CHECK(of_one(SmallGraph()
                         .input("x", {2, 2})
                         .node("LpNormalization", {"x"}, {"y"}, {{"p", p}})
                         .outputs({"y"}),
                     {0, 0, 0, -2}, {2, 2}) == Numbers{0, 0, 0, -1});

    const int64_t far = (int64_t{1} << 53) + 1;
    const auto range = [&](int64_t start, int64_t limit, int64_t step) {
        const auto number = [](int64_t n) { return Tensor::scalar(n, int64); };
        const std::shared_ptr<Model> model = SmallGraph()
                                                 .input("x", {1}, int64)
                                                 .constant("a", number(start))
                                                 .constant("b", number(limit))
                                                 .constant("c", number(step))
                                                 .node("Range", {"a", "b", "c"}, {"r"})
                                                 .node("Add", {"x", "r"}, {"y"})
                                                 .outputs({"y"})
                                                 .load();
        const Tensor y = model->apply({zeros({1}, int64)}).front();
        return Ints(y.data<int64_t>().begin(), y.data<int64_t>().end());
    };
    CHECK(range(far, far + 5, 2) == Ints{far, far + 2, far + 4});
    CHECK(range(INT64_MAX, INT64_MIN, INT64_MIN) == Ints{INT64_MAX, -1});
    CHECK(range(3, 0, -2) == Ints{3, 1});

    SmallGraph choice =
        SmallGraph().input("x", {2}).node("Where", {"bools", "x", "zero"}, {"y"}).outputs({"y"});
    choice.constant("zero", Tensor::scalar(0.F)).raw("bools", onnx::onnx_bool, {2}, "");
    choice.graph().mutable_initializer(1)->clear_raw_data();
    for (const int32_t number : {256, 0}) choice.graph().mutable_initializer(1)->add_int32_data(number);
    CHECK(of_one(choice, {7, 8}, {2}) == Numbers{7, 0});
}

TEST_CASE("Before opset 7 attributes say along which axes the second input lies", "[onnx]") {
    const Attributes along = {{"broadcast", int64_t{1}}, {"axis", int64_t{1}}};
    const Numbers x = {1, 2, 3, 4, 5, 6};
    const Shape shape = {1, 3, 1, 2};
    CHECK(of_one(old("Add", {10, 20, 30}, along), x, shape) == Numbers{11, 12, 23, 24, 35, 36});
    CHECK(of_one(old("Sub", {1, 2, 3}, along), x, shape) == Numbers{0, 1, 1, 2, 2, 3});
    CHECK(of_one(old("Div", {1, 2, 4}, along), x, shape) == Numbers{1, 2, 1.5, 2, 1.25, 1.5});
    CHECK(of_one(old("Pow", {1, 2, 0}, along), x, shape) == Numbers{1, 2, 9, 16, 1, 1});
    CHECK(of_one(old("Greater", {1, 9, 5}, along), x, shape) == Numbers{0, 1, 0, 0, 0, 1});
    CHECK(of_one(old("Mul", {1, 10}, {{"broadcast", int64_t{1}}}, {2}), x, shape) ==
          Numbers{1, 20, 3, 40, 5, 60});
    CHECK(of_one(old("PRelu", {1, 2, 3}, {}), {-1, -2, -3, 4, -5, -6}, shape) ==
          Numbers{-1, -2, -6, 4, -15, -18});
    const auto refused = [&](const SmallGraph& graph, const std::string& reason) {
        test::check_refused(
            graph.bytes(),
            test::through_file("model.onnx", [](const std::string& path) { io::load_onnx(path); }), reason);
    };
    refused(old("Add", {1, 2}, {}, {2}), "node 'y' (Add): its inputs have shapes (1, 3, 1, 2) and (2,)");
    refused(old("Mul", {1, 2}, {{"broadcast", int64_t{1}}, {"axis", int64_t{3}}}, {2, 1}),
            "node 'y' (Mul): input of shape (2, 1) does not lie in (1, 3, 1, 2) from axis 3 on");
    refused(old("PRelu", {1, 2}, {}, {2}), "node 'y' (PRelu): its slopes have shape (2,)");
}

TEST_CASE("A transposed convolution has the extents that SAME gives it, also where its kernel is small",
          "[onnx]") {
    // As onnx.reference has it, where ONNX Runtime leaves some out.
    CHECK(transposed("SAME_UPPER", {1, 10}, 3) == Numbers{100, 101, 110, 100, 102, 120});
    CHECK(transposed("SAME_LOWER", {1, 10}, 3) == Numbers{101, 110, 100, 102, 120, 100});
    CHECK(transposed("SAME_UPPER", {1}, 3) == Numbers{100, 101, 100, 100, 102, 100});
    CHECK(transposed("SAME_UPPER", {1, 10, 1000}, 2) == Numbers{101, 110, 1102, 120});
}
