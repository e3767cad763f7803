#pragma once

#include "onnx/proto.hpp"
#include "onnx/tensors.hpp"
#include "support/files.hpp"
#include "support/malformed.hpp"

#include <keratin/io/onnx.hpp>

#include <string>
#include <utility>
#include <variant>
#include <vector>

/// ONNX graphs of a few nodes, written by hand.
namespace onnx_graphs {

using namespace keratin;
namespace pb = onnx::pb;

using Names = std::vector<std::string>;
using Ints = std::vector<int64_t>;
using AttributeValue = std::variant<int64_t, std::string, Ints, std::vector<float>, Names>;
using Attributes = std::vector<std::pair<const char*, AttributeValue>>;

/// Reads the bytes of a file, for test::check_refused() and its kin.
inline const test::Loader load =
    test::through_file("model.onnx", [](const std::string& path) { io::load_onnx(path); });

class SmallGraph {
public:
    explicit SmallGraph(int64_t opset = 17) {
        model_.set_ir_version(8);
        model_.add_opset_import()->set_version(opset);
    }
    /// An input, whose extents of -1 are open.
    SmallGraph& input(const std::string& name, const Ints& extents, DType dtype = float32) {
        auto& added = *model_.mutable_graph()->add_input();
        added.set_name(name);
        auto& type = *added.mutable_type()->mutable_tensor_type();
        type.set_elem_type(onnx::element_type(dtype));
        for (const int64_t extent : extents) {
            auto& dim = *type.mutable_shape()->add_dim();
            if (extent >= 0) dim.set_dim_value(extent);
        }
        return *this;
    }
    SmallGraph& constant(const std::string& name, const Tensor& value) {
        onnx::to_proto(value, name, *model_.mutable_graph()->add_initializer());
        return *this;
    }
    SmallGraph& constant(const std::string& name, const Ints& list) {
        return constant(name, Tensor::from(list));
    }
    /// A constant of which nothing need fit.
    SmallGraph& raw(const char* name, int type, const Ints& dims, const std::string& bytes) {
        pb::TensorProto& tensor = *model_.mutable_graph()->add_initializer();
        tensor.set_name(name);
        tensor.set_data_type(type);
        for (const int64_t dim : dims) tensor.add_dims(dim);
        tensor.set_raw_data(bytes);
        return *this;
    }
    /// A node of the name of its first output.
    SmallGraph& node(const char* op, const Names& inputs, const Names& outputs,
                     const Attributes& attributes = {}) {
        pb::NodeProto& added = *model_.mutable_graph()->add_node();
        added.set_op_type(op);
        if (!outputs.empty()) added.set_name(outputs.front());
        for (const std::string& name : inputs) added.add_input(name);
        for (const std::string& name : outputs) added.add_output(name);
        for (const auto& [name, value] : attributes) {
            pb::AttributeProto& one = *added.add_attribute();
            one.set_name(name);
            std::visit([&](const auto& held) { set(one, held); }, value);
        }
        return *this;
    }
    SmallGraph& outputs(const Names& names) {
        for (const std::string& name : names) model_.mutable_graph()->add_output()->set_name(name);
        return *this;
    }

    pb::ModelProto& model() { return model_; }
    pb::GraphProto& graph() { return *model_.mutable_graph(); }
    std::string bytes() const { return model_.SerializeAsString(); }
    std::shared_ptr<Model> load(const io::LoadOnnxOptions& options = {}) const {
        const test::TemporaryDirectory directory;
        test::write_file(directory.file("model.onnx"), bytes());
        return io::load_onnx(directory.file("model.onnx"), options);
    }

private:
    static void set(pb::AttributeProto& to, int64_t value) { to.set_i(value); }
    static void set(pb::AttributeProto& to, const std::string& value) { to.set_s(value); }
    static void set(pb::AttributeProto& to, const Ints& list) {
        to.mutable_ints()->Add(list.begin(), list.end());
    }
    static void set(pb::AttributeProto& to, const std::vector<float>& list) {
        to.mutable_floats()->Add(list.begin(), list.end());
    }
    static void set(pb::AttributeProto& to, const Names& list) {
        for (const std::string& one : list) to.add_strings(one);
    }

    pb::ModelProto model_;
};

}  // namespace onnx_graphs
