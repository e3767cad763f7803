#include "onnx/graphs.hpp"
#include "support/catch.hpp"
#include "support/malformed.hpp"
#include "support/numbers.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <fmt/format.h>

#include <cfloat>

using namespace keratin;
using onnx_graphs::Attributes;
using onnx_graphs::Ints;
using onnx_graphs::load;
using onnx_graphs::SmallGraph;

/// Nodes that become several layers, against loops over their elements (not among conformance::LayerCases).
namespace {

SmallGraph pool(const Ints& extents, const Attributes& how) {
    return SmallGraph().input("x", extents).node("MaxPool", {"x"}, {"y"}, how).outputs({"y"});
}

/// The greatest of `taps` steps, `apart` from one another, from each `stride`th step on; x is (1, channels,
/// steps).
Tensor largest(const Tensor& x, int64_t taps, int64_t stride, int64_t apart, int64_t before, int64_t after) {
    const int64_t channels = x.shape()[1], steps = x.shape()[2];
    const int64_t out = (steps + before + after - (taps - 1) * apart - 1) / stride + 1;
    std::vector<float> values;
    for (int64_t c = 0; c < channels; ++c)
        for (int64_t o = 0; o < out; ++o) {
            float most = -FLT_MAX;
            for (int64_t t = 0; t < taps; ++t) {
                const int64_t place = o * stride + t * apart - before;
                if (place >= 0 && place < steps)
                    most = std::max(most, x.data<float>()[static_cast<size_t>(c * steps + place)]);
            }
            values.push_back(most);
        }
    return Tensor::from(values, {1, channels, out});
}

SmallGraph deconvolution(const Tensor& kernel, const Attributes& how, const Ints& extents = {1, 4, 3}) {
    return SmallGraph()
        .input("x", extents)
        .constant("w", kernel)
        .constant("b", Tensor::from({1.F, 2.F, 3.F, 4.F, 5.F, 6.F}))
        .node("ConvTranspose", {"x", "w", "b"}, {"y"}, how)
        .outputs({"y"});
}

}  // namespace

TEST_CASE("A dilated MaxPool takes the greatest of taps that lie apart", "[onnx]") {
    struct Row {
        int64_t taps, stride, apart, before, after;
    };
    const Tensor x = numbers::distinct({1, 2, 11}, 3, 1.0, float32);
    for (const Row& row :
         {Row{2, 1, 3, 0, 0}, {3, 2, 2, 0, 0}, {3, 1, 4, 1, 2}, {2, 3, 5, 1, 0}, {1, 2, 4, 0, 0}})
        for (const int64_t steps : {int64_t{11}, int64_t{-1}}) {
            INFO(row.taps << " taps, " << row.stride << ", " << row.apart << "; " << steps << " steps");
            const Attributes how = {{"kernel_shape", Ints{row.taps}},
                                    {"strides", Ints{row.stride}},
                                    {"dilations", Ints{row.apart}},
                                    {"pads", Ints{row.before, row.after}}};
            const auto model = pool({1, 2, steps}, how).load({.channels_last = false});
            CHECK(numbers::of(model->apply({x}).front()) ==
                  numbers::of(largest(x, row.taps, row.stride, row.apart, row.before, row.after)));
        }
    // Of images, one axis after the other.
    const Tensor image = numbers::distinct({1, 1, 5, 11}, 4, 1.0, float32);
    const auto model = pool({-1, 1, 5, 11}, {{"kernel_shape", Ints{2, 3}}, {"dilations", Ints{3, 2}}})
                           .load({.channels_last = false});
    const Tensor rows = largest(reshape(image, {1, 5, 11}), 3, 1, 2, 0, 0);
    const Tensor both = largest(transpose(rows, {0, 2, 1}), 2, 1, 3, 0, 0);
    CHECK(numbers::of(model->apply({image}).front()) == numbers::of(transpose(both, {0, 2, 1})));
}

TEST_CASE("A ConvTranspose of groups makes each of its own channels", "[onnx]") {
    const Tensor x = numbers::distinct({1, 4, 3}, 1, 1.0, float32),
                 kernel = numbers::distinct({4, 3, 2}, 2, 1.0, float32);
    const auto model =
        deconvolution(kernel, {{"group", int64_t{2}}, {"strides", Ints{2}}, {"pads", Ints{1, 0}}})
            .load({.channels_last = false});
    std::vector<double> expected;
    for (size_t filter = 0; filter < 6; ++filter)
        for (size_t place = 1; place < 6; ++place) {  // the first is cut off
            double sum = static_cast<double>(filter) + 1;
            for (size_t c = filter / 3 * 2; c < filter / 3 * 2 + 2; ++c)
                sum += static_cast<double>(x.data<float>()[c * 3 + place / 2]) *
                       static_cast<double>(kernel.data<float>()[(c * 3 + filter % 3) * 2 + place % 2]);
            expected.push_back(sum);
        }
    const Tensor y = model->apply({x}).front();
    CHECK(numbers::difference(y, Tensor::from(expected, {1, 6, 5})) < 1e-6);
}

TEST_CASE("An LSTM whose sequences are whole may say so, and an einsum its result or not", "[onnx]") {
    const auto recurrence = [](const Ints& lengths, int64_t steps = 3) {
        return SmallGraph()
            .input("x", {steps, 2, 1})
            .constant("w", ones({1, 4, 1}))
            .constant("r", ones({1, 4, 1}))
            .constant("lengths", convert(Tensor::from(lengths), int32))
            .node("LSTM", {"x", "w", "r", "", "lengths"}, {"y"})
            .outputs({"y"});
    };
    const Tensor x = numbers::distinct({3, 2, 1}, 1, 1.0, float32);
    const Tensor y = recurrence({3, 3}).load()->apply({x}).front();
    CHECK(y.shape() == Shape{3, 1, 2, 1});
    test::check_refused(
        recurrence({3, 2}).bytes(), load,
        "node 'y' (LSTM): sequence_lens has 2 for sequences of 3; keratin reads whole ones only");
    test::check_refused(recurrence({-1, -1}, -1).bytes(), load, "sequence_lens has -1 for sequences of -1");
    const auto product = [](const char* equation) {
        return SmallGraph()
            .input("x", {3, 2, 1})
            .constant("w", Tensor::from({1.F, 2.F}))
            .node("Einsum", {"x", "w"}, {"y"}, {{"equation", equation}})
            .outputs({"y"})
            .load();
    };
    CHECK(numbers::of(product("bac, a")->apply({x}).front()) ==
          numbers::of(product("bac,a->bc")->apply({x}).front()));
}

TEST_CASE("Windows and groups that are none are refused", "[onnx]") {
    const auto refused = [](const SmallGraph& graph, const char* reason) {
        INFO(reason);
        test::check_refused(graph.bytes(), load, reason);
    };
    const auto dilated = [](int64_t taps, int64_t apart) {
        return Attributes{{"kernel_shape", Ints{taps}}, {"dilations", Ints{apart}}};
    };
    refused(pool({1, 2, 11}, dilated(3, 6)), "its window is larger than input of shape (1, 2, 11)");
    refused(pool({1, 2, -1}, dilated(300, 2)),
            "node 'y' (MaxPool): it becomes 300 layers; keratin makes up to 256 of such parts of one file");
    SmallGraph many = SmallGraph().input("x", {1, 1, -1});
    for (int i = 0; i < 3; ++i)
        many.node("MaxPool", {"x"}, {fmt::format("y{}", i)}, dilated(100, 2))
            .outputs({fmt::format("y{}", i)});
    refused(many, "node 'y2' (MaxPool): it becomes 100 layers");
    Attributes same = dilated(2, 2);
    same.emplace_back("auto_pad", "SAME_UPPER");
    refused(pool({1, 2, 11}, same), "both auto_pad and dilations are set");
    const Tensor kernel = ones({4, 3, 2});
    for (const int64_t groups : {int64_t{0}, INT64_MAX, INT64_MIN})
        refused(deconvolution(kernel, {{"group", groups}}),
                "groups, weights of shape (4, 3, 2) and input of shape (1, 4, 3) do not go together");
    refused(deconvolution(kernel, {{"group", int64_t{3}}}),
            "3 groups, weights of shape (4, 3, 2) and input of shape");
    refused(deconvolution(kernel, {{"group", int64_t{4}}}),
            "4 groups, weights of shape (4, 3, 2) and input of shape");
}
