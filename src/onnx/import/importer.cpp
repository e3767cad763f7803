#include "io/file.hpp"
#include "onnx/import/graph.hpp"
#include "onnx/tensors.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>

namespace keratin::onnx {

const OperatorReaders& operator_readers() {
    static const OperatorReaders readers = [] {
        OperatorReaders all;
        for (const auto add :
             {add_activations, add_elementwise, add_reductions, add_shaping, add_indexing, add_joining,
              add_padding, add_repeating, add_depth, add_constants, add_products, add_convolutions, add_pools,
              add_norms, add_resizing, add_recurrences})
            add(all);
        return all;
    }();
    return readers;
}

Importer::Importer(pb::ModelProto& model, const std::string& file, const io::LoadOnnxOptions& options)
    : graph_(*model.mutable_graph()), file_(file), options_(options), destinations_(graph_) {
    for (const pb::OperatorSetIdProto& set : model.opset_import())
        if (set.domain().empty() || set.domain() == "ai.onnx") opset_ = set.version();
}

const Operand& Importer::value(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end())
        fail_at(file_, {},
                "'{}' is used before anything makes it: the graph runs in a circle, is not in order, or is "
                "not whole",
                name);
    return found->second;
}

void Importer::set(const std::string& name, Operand value) {
    if (value.is_constant()) folding_.hold(value.constant);
    values_[name] = std::move(value);
}

std::optional<Rows> Importer::rows_of(const KerasTensor& x) const {
    const auto found = rows_.find({x.node().get(), x.index()});
    return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

void Importer::set_rows(const KerasTensor& x, const std::optional<Rows>& rows) {
    if (rows)
        rows_[{x.node().get(), x.index()}] = *rows;
    else
        rows_.erase({x.node().get(), x.index()});
}

const pb::NodeProto* Importer::only_reader(const std::string& name) const {
    const auto found = readers_.find(name);
    if (found == readers_.end() || found->second.size() != 1 || outputs_.contains(name)) return nullptr;
    return found->second.front();
}

std::string Importer::free_name(const std::string& wanted) {
    std::string base;
    for (const char c : wanted.substr(0, 200)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain || (!base.empty() && base.back() != '_')) base += plain ? c : '_';
    }
    while (!base.empty() && base.back() == '_') base.pop_back();
    if (base.empty()) base = "layer";
    const auto [taken, free] = names_.emplace(base, 1);
    std::string name = base;
    for (bool done = free; !done; done = names_.emplace(name, 1).second)
        name = fmt::format("{}_{}", base, taken->second++);
    return name;
}

/// Each name is made once: in this order everything is made before it is used, or the graph is refused.
void Importer::check_names() {
    std::set<std::string> made;
    const auto make = [&](const std::string& name, const char* what) {
        if (name.empty()) fail_at(file_, {}, "{} has no name", what);
        if (!made.insert(name).second) fail_at(file_, {}, "'{}' is made twice", name);
    };
    std::set<std::string> initial;
    for (const pb::TensorProto& tensor : graph_.initializer()) {
        make(tensor.name(), "an initializer");
        initial.insert(tensor.name());
    }
    // Up to IR version 3 the initializers are among the inputs as well.
    std::set<std::string> inputs_seen;
    for (const pb::ValueInfoProto& input : graph_.input()) {
        if (!inputs_seen.insert(input.name()).second) fail_at(file_, {}, "'{}' is made twice", input.name());
        if (!initial.contains(input.name())) make(input.name(), "an input");
    }
    for (const pb::NodeProto& node : graph_.node()) {
        for (const std::string& input : node.input())
            if (!input.empty()) readers_[input].push_back(&node), ++reads_left_[input];
        bool any = false;
        for (const std::string& output : node.output()) {
            if (output.empty()) continue;
            any = true;
            make(output, "an output");
        }
        if (!any) fail_at(file_, {}, "node '{}' ({}) has no outputs", node.name(), node.op_type());
    }
    for (const pb::ValueInfoProto& output : graph_.output()) outputs_.insert(output.name());
    if (graph_.output_size() == 0) fail_at(file_, {}, "the graph has no outputs");
}

void Importer::read_initializers() {
    const ExternalFiles external(file_);
    const auto named = [](const pb::TensorProto& tensor) {
        return fmt::format("initializer '{}'", tensor.name());
    };
    uint64_t bytes = 0;
    for (const pb::TensorProto& tensor : graph_.initializer()) {
        bytes += bytes_of(tensor, &external, file_, named(tensor));
        if (bytes > options_.limits.unpacked_bytes)
            fail_at(file_, {}, "its initializers take more than the {} bytes that are allowed",
                    options_.limits.unpacked_bytes);
    }
    folding_ = Folding(bytes + graph_.ByteSizeLong(), options_.limits.unpacked_bytes);
    for (pb::TensorProto& tensor : *graph_.mutable_initializer()) {
        set(tensor.name(), constant_value(tensor_of(tensor, &external, file_, named(tensor))));
        pb::TensorProto gone;  // not both at once
        gone.Swap(&tensor);
    }
}

void Importer::read_node(const pb::NodeProto& proto) {
    const Node node(*this, proto);
    if (!proto.domain().empty() && proto.domain() != "ai.onnx")
        node.wrong("operators of the domain '{}' are not known here", proto.domain());
    const auto reader = operator_readers().find(proto.op_type());
    if (reader == operator_readers().end()) node.wrong("keratin has nothing for this operator");
    for (const std::string& input : proto.input())
        if (!input.empty()) value(input);
    try {
        reader->second(node);
    } catch (const FormatError&) {
        throw;
    } catch (const IoError&) {
        throw;
    } catch (const Error& error) {
        node.wrong("{}", error.what());
    }
    for (const std::string& output : proto.output())
        if (!output.empty() && !values_.contains(output))
            node.wrong("its output '{}' is used, which keratin does not compute", output);
}

/// Constants go once nothing wants them any more.
void Importer::drop_what_is_read(const pb::NodeProto& node) {
    const auto drop = [&](const std::string& name) {
        const auto found = values_.find(name);
        if (found == values_.end() || !found->second.is_constant() || outputs_.contains(name)) return;
        folding_.drop(found->second.constant);
        values_.erase(found);
    };
    for (const std::string& input : node.input())
        if (!input.empty() && --reads_left_[input] == 0) drop(input);
    for (const std::string& output : node.output())
        if (!reads_left_.contains(output)) drop(output);
}

std::shared_ptr<Model> Importer::read() {
    check_names();
    read_initializers();
    read_inputs();
    for (const pb::NodeProto& node : graph_.node()) {
        if (!done(node)) read_node(node);
        drop_what_is_read(node);
    }
    const std::vector<KerasTensor> ends = outputs();
    return std::make_shared<Model>(
        inputs, ends, LayerOptions{.name = free_name(graph_.name().empty() ? "onnx" : graph_.name())});
}

}  // namespace keratin::onnx

namespace keratin::io {

std::shared_ptr<Model> load_onnx(const std::string& path, const LoadOnnxOptions& options) {
    onnx::pb::ModelProto model = onnx::read_model(InputFile(path));
    return onnx::Importer(model, path, options).read();
}

}  // namespace keratin::io
