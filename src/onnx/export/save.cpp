#include <keratin/io/onnx.hpp>

#include "io/file.hpp"
#include "onnx/export/models.hpp"
#include "onnx/tensors.hpp"

#include <keratin/core/version.hpp>

#include <algorithm>
#include <climits>
#include <set>

namespace keratin::io {
namespace {

using namespace keratin::onnx;

constexpr int64_t opset = 17, ir_version = 8;

std::vector<Value> add_inputs(GraphWriter& graph, const Model& model, bool channels_last) {
    std::vector<Value> values;
    for (const ModelInput& input : inputs_of(model)) {
        Value value{graph.unique(input.name), input.shape, is_floating(input.dtype) ? float32 : input.dtype};
        value.channels_first = !channels_last && (value.rank() == 3 || value.rank() == 4);
        describe(*graph.graph().add_input(), value);
        values.push_back(value);
    }
    return values;
}

/// Gives a node's output another name.
void rename(pb::GraphProto& graph, const std::string& from, const std::string& to) {
    for (pb::NodeProto& node : *graph.mutable_node()) {
        for (std::string& output : *node.mutable_output())
            if (output == from) output = to;
        for (std::string& input : *node.mutable_input())
            if (input == from) input = to;
    }
}

void add_outputs(GraphWriter& graph, const Model& model, const std::vector<Value>& values,
                 bool channels_last) {
    const std::vector<std::string> names = output_names_of(model);
    std::map<std::string, std::string> taken;  // the names that inputs and outputs before have for good
    for (const pb::ValueInfoProto& input : graph.graph().input()) taken[input.name()] = input.name();
    graph.scope("output");
    for (size_t i = 0; i < values.size(); ++i) {
        Value value = values[i];
        if (channels_last)
            value = graph.natural(value);
        else if (value.rank() == 3 || value.rank() == 4)
            value = graph.channels_first(value);
        if (const auto found = taken.find(value.name); found != taken.end())
            value.name = graph.node("Identity", {found->second});
        const std::string name = graph.unique(i < names.size() ? names[i] : "output");
        rename(graph.graph(), value.name, name);
        taken[value.name] = name;
        value.name = name;
        describe(*graph.graph().add_output(), value);
    }
}

/// Leaves out what no output needs, such as a mask that no layer heeds.
void drop_unused(pb::GraphProto& graph) {
    std::set<std::string> used;
    for (const pb::ValueInfoProto& output : graph.output()) used.insert(output.name());
    const auto is_used = [&](const std::string& name) { return used.contains(name); };
    std::vector<pb::NodeProto> kept;  // the last first
    for (int i = graph.node_size(); i-- > 0;) {
        pb::NodeProto& node = *graph.mutable_node(i);
        if (std::none_of(node.output().begin(), node.output().end(), is_used)) continue;
        used.insert(node.input().begin(), node.input().end());
        kept.emplace_back().Swap(&node);
    }
    graph.clear_node();
    for (size_t i = kept.size(); i-- > 0;) graph.add_node()->Swap(&kept[i]);
    auto& weights = *graph.mutable_initializer();
    const auto unused = [&](const pb::TensorProto& one) { return !used.contains(one.name()); };
    weights.erase(std::remove_if(weights.begin(), weights.end(), unused), weights.end());
}

}  // namespace

void save_onnx(const Model& model, const std::string& path, const SaveOnnxOptions& options) {
    pb::ModelProto proto;
    proto.set_ir_version(ir_version);
    proto.set_producer_name("keratin");
    proto.set_producer_version(
        fmt::format("{}.{}.{}", KERATIN_VERSION_MAJOR, KERATIN_VERSION_MINOR, KERATIN_VERSION_PATCH));
    proto.add_opset_import()->set_version(opset);
    proto.mutable_opset_import(0)->set_domain("");
    proto.mutable_graph()->set_name(options.graph_name.empty() ? model.name() : options.graph_name);
    GraphWriter graph(*proto.mutable_graph());
    const std::vector<Value> inputs = add_inputs(graph, model, options.channels_last);
    add_outputs(graph, model, write_model(graph, model, inputs), options.channels_last);
    drop_unused(*proto.mutable_graph());

    const size_t size = proto.ByteSizeLong();
    if (size > INT_MAX)
        fail<ValueError>("save_onnx: model '{}' takes {} bytes; an ONNX file holds less than 2 GiB",
                         model.name(), size);
    std::string bytes;
    proto.SerializeToString(&bytes);
    AtomicFile file(path);
    file.write(bytes.data(), bytes.size());
    file.commit();
}

}  // namespace keratin::io
