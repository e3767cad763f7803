#include "onnx/graphs.hpp"
#include "support/catch.hpp"
#include "support/malformed.hpp"
#include "support/numbers.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/indexing.hpp>
#include <keratin/ops/scan.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using onnx_graphs::Attributes;
using onnx_graphs::Ints;
using onnx_graphs::load;
using onnx_graphs::Names;
using onnx_graphs::SmallGraph;

/// ONNX knows no batch, and keratin cuts along it (not among conformance::LayerCases).
namespace {

/// x (steps, batch, 1) through a recurrence that adds up what is not negative.
SmallGraph running_sum(const Names& inputs) {
    return SmallGraph()
        .input("x", {-1, -1, 1})
        .constant("w", ones({1, 1, 1}))
        .constant("r", ones({1, 1, 1}))
        .node("RNN", inputs, {"y", "last"}, {{"activations", Names{"Relu"}}})
        .outputs({"y", "last"});
}

/// y is made of x, whose batch is open, and of what these tests name.
SmallGraph of_batch(const Ints& sample) {
    Ints extents = {-1};
    extents.insert(extents.end(), sample.begin(), sample.end());
    return SmallGraph()
        .input("x", extents)
        .constant("zero", Tensor::scalar(0, int64))
        .constant("first", Ints{0})
        .constant("second", Ints{1})
        .constant("weights", numbers::distinct({3, 3}, 3, 1.0, float32))
        .outputs({"y"});
}

SmallGraph one(const char* op, const Names& others, const Attributes& how = {}, const Ints& sample = {3}) {
    Names inputs = {"x"};
    inputs.insert(inputs.end(), others.begin(), others.end());
    return of_batch(sample).node(op, inputs, {"y"}, how);
}

}  // namespace

TEST_CASE("Sequences of any length that have their steps in front come in batch first", "[onnx]") {
    const Tensor x = numbers::distinct({2, 40, 1}, 40, 1.0, float32) + 2.0;
    const Tensor sums = cumsum(x, 1);
    const std::vector<Tensor> all = running_sum({"x", "w", "r"}).load()->predict_all(x, {.batch_size = 1});
    REQUIRE(all[0].shape() == Shape{2, 40, 1, 1});
    CHECK(numbers::difference(all[0].view({2, 40, 1}), sums) < 1e-4);
    REQUIRE(all[1].shape() == Shape{2, 1, 1});
    CHECK(numbers::difference(all[1].view({2, 1}), slice(sums, {{}, {39, 40}}).view({2, 1})) < 1e-4);

    // States as well, and numbers of rows that are looked up on the way.
    const Tensor state = numbers::as({100, 200}, {2, 1, 1}, float32);
    const std::shared_ptr<Model> stateful =
        running_sum({"x", "w", "r", "", "", "state"}).input("state", {1, -1, 1}).load();
    CHECK(numbers::difference(stateful->predict_all({x, state}, {.batch_size = 1})[0].view({2, 40, 1}),
                              sums + state) < 1e-4);
    const SmallGraph tokens = SmallGraph()
                                  .input("t", {-1, -1}, int64)
                                  .constant("table", numbers::as({0, 1, 2}, {3, 1}, float32))
                                  .constant("w", ones({1, 1, 1}))
                                  .constant("r", ones({1, 1, 1}))
                                  .node("Gather", {"table", "t"}, {"x"})
                                  .node("RNN", {"x", "w", "r"}, {"", "y"}, {{"activations", Names{"Relu"}}})
                                  .outputs({"y"});
    CHECK(numbers::of(tokens.load()->predict(Tensor::from(Ints{0, 1, 2, 2, 2, 2}, {2, 3}),
                                             {.batch_size = 1})) == std::vector<double>{3, 6});
    // In both directions, side by side as PyTorch has them, of any batch.
    const SmallGraph both =
        SmallGraph()
            .input("x", {-1, -1, 1})
            .constant("w", ones({2, 1, 1}))
            .constant("r", ones({2, 1, 1}))
            .constant("shape", Ints{0, 0, -1})
            .node("RNN", {"x", "w", "r"}, {"u"},
                  {{"direction", "bidirectional"}, {"activations", Names{"Relu", "Relu"}}})
            .node("Transpose", {"u"}, {"t"}, {{"perm", Ints{0, 2, 1, 3}}})
            .node("Reshape", {"t", "shape"}, {"y"})
            .outputs({"y"});
    const Tensor sums_of_both = concat({sums, flip(cumsum(flip(x, 1), 1), 1)}, -1);
    CHECK(numbers::difference(both.load()->predict(x, {.batch_size = 1}), sums_of_both) < 1e-4);

    test::check_refused(
        running_sum({"x", "w", "r"}).bytes(),
        test::through_file("model.onnx",
                           [](const std::string& path) { io::load_onnx(path, {.batch_first = false}); }),
        "node 'y' (RNN): it mixes what stands along the first axis");
}

TEST_CASE("Nodes that mix the rows of a batch are refused", "[onnx]") {
    const int64_t none = 0;
    const SmallGraph graphs[] = {
        one("ReduceSum", {"first"}),
        one("ReduceMax", {}),
        one("ReduceLogSumExp", {}, {{"axes", Ints{0}}}),
        one("ArgMax", {}),
        one("CumSum", {"zero"}),
        one("Softmax", {}, {{"axis", none}}),
        one("LogSoftmax", {}, {{"axis", none}}),
        one("Concat", {"x"}, {{"axis", none}}),
        one("Concat", {"weights"}, {{"axis", none}}),
        one("Gather", {"first"}),
        one("Slice", {"first", "second"}),
        one("Trilu", {}),
        one("TopK", {"second"}, {{"axis", none}}),
        one("MeanVarianceNormalization", {}, {{"axes", Ints{0, 1}}}),
        one("LpNormalization", {}, {{"axis", none}}),
        one("Einsum", {}, {{"equation", "ij->j"}}),
        one("Einsum", {"x"}, {{"equation", "ij,kj->ik"}}),
        one("Gemm", {"x"}, {{"transB", int64_t{1}}}),
        of_batch({3}).constant("pads", Ints{1, 0, 0, 0}).node("Pad", {"x", "pads"}, {"y"}),
        of_batch({3}).constant("times", Ints{2, 1}).node("Tile", {"x", "times"}, {"y"}),
        of_batch({3}).constant("shape", Ints{-1, 2}).node("Reshape", {"x", "shape"}, {"y"}),
    };
    for (const SmallGraph& graph : graphs)
        test::check_refused(graph.bytes(), load, "): it mixes what stands along the first axis");
    // So are outputs that have the batch elsewhere.
    test::check_refused(one("Transpose", {}).bytes(), load, "node 'y' (Output): it mixes");
}

TEST_CASE("Nodes that leave the rows of a batch apart give the same of each by itself", "[onnx]") {
    const auto shaped = [](const Ints& sample, const Ints& to) {
        return of_batch(sample).constant("to", to);
    };
    const std::pair<SmallGraph, Ints> graphs[] = {
        {of_batch({3})
             .node("Transpose", {"x"}, {"t"})
             .node("ReduceSum", {"t", "first"}, {"y"}, {{"keepdims", int64_t{0}}}),
         {3}},
        {of_batch({3})
             .node("Transpose", {"x"}, {"t"})
             .node("MatMul", {"weights", "t"}, {"u"})
             .node("Softmax", {"u"}, {"v"}, {{"axis", int64_t{0}}})
             .node("Transpose", {"v"}, {"y"}),
         {3}},
        {shaped({4, 3}, {-1, 3}).node("Reshape", {"x", "to"}, {"y"}), {4, 3}},
        {shaped({4, 3}, {-1, 3})
             .constant("back", Ints{-1, 4, 3})
             .node("Reshape", {"x", "to"}, {"flat"})
             .node("MatMul", {"flat", "weights"}, {"u"})
             .node("Reshape", {"u", "back"}, {"v"})
             .node("CumSum", {"v", "second"}, {"y"}),
         {4, 3}},
        {shaped({3}, {1, -1, 3}).node("Reshape", {"x", "to"}, {"t"}).node("Squeeze", {"t", "first"}, {"y"}),
         {3}},
        {of_batch({4, 3})
             .node("Transpose", {"x"}, {"t"}, {{"perm", Ints{0, 2, 1}}})
             .node("MatMul", {"x", "t"}, {"y"}),
         {4, 3}},
        {of_batch({4, 3}).node("Einsum", {"x", "weights"}, {"y"}, {{"equation", "...j,jk->...k"}}), {4, 3}},
        {of_batch({4, 3})
             .node("Transpose", {"x"}, {"t"}, {{"perm", Ints{1, 0, 2}}})
             .node("Gather", {"t", "zero"}, {"y"}),
         {4, 3}},
        {of_batch({4, 3})
             .node("Transpose", {"x"}, {"t"}, {{"perm", Ints{1, 0, 2}}})
             .node("Slice", {"t", "first", "second"}, {"u"})
             .node("Concat", {"u", "t"}, {"v"}, {{"axis", int64_t{0}}})
             .node("Transpose", {"v"}, {"y"}, {{"perm", Ints{1, 0, 2}}}),
         {4, 3}},
    };
    for (const auto& [graph, sample] : graphs) {
        INFO(graph.bytes());
        const std::shared_ptr<Model> model = graph.load();
        const Tensor x = numbers::distinct(Shape{5} + Shape(sample), 7, 1.0, float32);
        const Tensor whole = model->apply({x}).front(), cut = model->predict(x, {.batch_size = 2});
        REQUIRE(cut.shape() == whole.shape());
        CHECK(numbers::difference(cut, whole) < 1e-6);
    }
}
