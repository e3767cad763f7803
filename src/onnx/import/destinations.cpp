#include "onnx/import/destinations.hpp"

#include <algorithm>
#include <set>

namespace keratin::onnx {
namespace {

using Operators = std::set<std::string_view>;

const Operators& operators_of_images() {
    static const Operators all = {"Conv",
                                  "ConvTranspose",
                                  "MaxPool",
                                  "AveragePool",
                                  "GlobalAveragePool",
                                  "GlobalMaxPool",
                                  "BatchNormalization",
                                  "InstanceNormalization",
                                  "LRN",
                                  "DepthToSpace",
                                  "SpaceToDepth"};
    return all;
}

/// These leave the question of what their input is to what is behind them.
const Operators& transparent_operators() {
    static const Operators all = {"Add",     "Sub",    "Mul",    "Div",      "Relu", "LeakyRelu",
                                  "Sigmoid", "Tanh",   "Pad",    "Identity", "Clip", "Cast",
                                  "Dropout", "Concat", "Resize", "Upsample", "Slice"};
    return all;
}

bool takes_steps_first(const pb::NodeProto& node) {
    if (node.op_type() != "LSTM" && node.op_type() != "GRU" && node.op_type() != "RNN") return false;
    return std::none_of(node.attribute().begin(), node.attribute().end(),
                        [](const pb::AttributeProto& one) { return one.name() == "layout" && one.i() != 0; });
}

/// The input that these read along its last axis, or as numbers of rows, so that its other axes stay: -1 of
/// others.
int input_that_stays(const std::string& op) {
    return op == "MatMul" || op == "LayerNormalization" ? 0 : op == "Gather" ? 1 : -1;
}

}  // namespace

Destinations::Destinations(const pb::GraphProto& graph) {
    for (int i = graph.node_size() - 1; i >= 0; --i) {
        const pb::NodeProto& node = graph.node(i);
        const auto leads_to = [&](const Names& names) {
            return std::any_of(node.output().begin(), node.output().end(),
                               [&](const std::string& output) { return names.contains(output); });
        };
        const auto add = [&](Names& names, int input) {
            if (input < node.input_size() && !node.input(input).empty()) names.insert(node.input(input));
        };
        const auto add_all = [&](Names& names) {
            for (int input = 0; input < node.input_size(); ++input) add(names, input);
        };
        if (operators_of_images().contains(node.op_type())) add(images_, 0);
        if (takes_steps_first(node)) {
            add(sequences_, 0);
            add(states_, 5), add(states_, 6);
        }
        if (const int stays = input_that_stays(node.op_type()); stays >= 0 && leads_to(sequences_))
            add(sequences_, stays);
        if (!transparent_operators().contains(node.op_type())) continue;
        if (leads_to(images_)) add_all(images_);
        if (leads_to(sequences_)) add_all(sequences_);
        if (leads_to(states_)) add_all(states_);
    }
}

}  // namespace keratin::onnx
