#pragma once

#include "onnx/proto.hpp"

#include <keratin/core/tensor.hpp>

#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace keratin::onnx {

/// In Keras a tensor may carry one, which some layers heed: where its positions count.
struct Mask {
    std::string name = {};
    int rank = 0;

    explicit operator bool() const { return !name.empty(); }
};

/// A tensor of the graph that is being written.
struct Value {
    std::string name = {};
    Shape shape = {};  ///< in Keras's order of axes, whatever the file's
    DType dtype = float32;
    bool channels_first = false;  ///< the file has it as (batch, channels, ..)
    Mask mask = {};

    int rank() const { return shape.rank(); }
    /// The same as it stands in the file: axes, and one axis.
    int axis(int keras_axis) const;
    std::vector<int64_t> axes(const std::vector<int>& keras_axes) const;
};

/// A graph as an attribute, serialized.
struct Subgraph {
    std::string bytes;
};

using Attribute = std::variant<int64_t, float, std::string, std::vector<int64_t>, std::vector<float>,
                               std::vector<std::string>, Subgraph>;
using Attributes = std::vector<std::pair<const char*, Attribute>>;
using Ints = std::vector<int64_t>;

/// Adds nodes and weights to a graph. Images are kept with the channels behind the batch from the first layer
/// that needs it until one needs Keras's order, so that what lies between has no Transpose.
class GraphWriter {
public:
    explicit GraphWriter(pb::GraphProto& graph) : graph_(graph) {}

    /// One node, the name of its only output. Inputs that are left out have an empty name.
    std::string node(const std::string& op, const std::vector<std::string>& inputs,
                     const Attributes& attributes = {});
    std::vector<std::string> nodes(const std::string& op, const std::vector<std::string>& inputs,
                                   const Attributes& attributes, const std::vector<bool>& outputs);
    /// A weight; floating ones become float32. Called `name` if that is still free.
    std::string weight(const Tensor& tensor, const std::string& name = "constant");
    std::string ints(const Ints& values) { return weight(Tensor::from(values), "shape"); }
    std::string number(double value) { return weight(Tensor::scalar(value), "number"); }

    /// One node on `x` that keeps shape and order of axes.
    Value unary(const std::string& op, const Value& x, const Attributes& attributes = {});
    /// One node on `x` and what broadcasts with it.
    Value binary(const std::string& op, const Value& x, const std::string& other);
    Value cast(const Value& x, DType dtype);
    Value transposed(const Value& x, const Ints& permutation, const std::string& name = {});
    /// Numbers along axes of x (ascending), shaped to broadcast with it as it stands in the file.
    std::string spread(const Tensor& numbers, const std::vector<int>& axes, const Value& x,
                       const std::string& name);

    Value natural(const Value& x);         ///< in Keras's order
    Value channels_first(const Value& x);  ///< of rank 3 and 4
    /// All in one order: the channels in front if one has them there.
    std::vector<Value> alike(const std::vector<Value>& values);

    /// What the names of nodes begin with from now on; the one before.
    std::string scope(std::string name);
    std::string unique(const std::string& name);
    pb::GraphProto& graph() { return graph_; }

private:
    pb::GraphProto& graph_;
    std::map<std::string, int> names_;
    std::map<std::string, std::string> turned_;  ///< the same tensor with its axes in the other order
    std::string scope_;
};

/// Says type and shape of a value that is an end of a graph; open extents get names.
void describe(pb::ValueInfoProto& info, const Value& value);

/// Where each axis goes: (0, 3, 1, 2) of images.
Ints to_channels_first(int rank);
Ints to_channels_last(int rank);

}  // namespace keratin::onnx
