#pragma once

#include "onnx/import/destinations.hpp"
#include "onnx/import/file.hpp"
#include "onnx/import/folding.hpp"
#include "onnx/import/operand.hpp"
#include "onnx/import/rows.hpp"
#include "onnx/proto.hpp"

#include <keratin/core/config.hpp>
#include <keratin/io/onnx.hpp>
#include <keratin/layers/keras_tensor.hpp>
#include <keratin/layers/layer.hpp>

#include <compare>
#include <concepts>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace keratin::onnx {

class Importer;

/// One node, on its way to become layers. Attributes are checked as they are asked for.
class Node {
public:
    Node(Importer& graph, const pb::NodeProto& node) : importer(graph), proto(node) {}

    const std::string& op() const { return proto.op_type(); }
    std::string title() const;  ///< "node 'conv1' (Conv)"
    template <class... Args>
    [[noreturn]] void wrong(fmt::format_string<Args...> reason, Args&&... args) const {
        refuse(fmt::format(reason, std::forward<Args>(args)...));
    }
    [[noreturn]] void refuse(const std::string& reason) const;

    size_t inputs() const { return static_cast<size_t>(proto.input_size()); }
    bool has(size_t input) const;
    const Operand& input(size_t index) const;
    /// Input 1 as it goes with input 0: before opset 7 attributes say along which of its axes.
    Operand second_input() const;
    /// Inputs that must be known when the model is read.
    const Tensor& constant(size_t index) const;
    Ints ints_of_input(size_t index) const;
    Ints extents_of_input(size_t index) const;  ///< a shape, -1 for what is not known of it
    double number_of_input(size_t index) const;
    int64_t integer_of_input(size_t index) const;  ///< rounded towards zero; 2^62 for what is beyond that

    bool has_attribute(std::string_view name) const { return find(name, 0) != nullptr; }
    int64_t integer(std::string_view name, int64_t otherwise) const;
    double number(std::string_view name, double otherwise) const;
    std::string text(std::string_view name, const std::string& otherwise) const;
    Ints ints(std::string_view name, const Ints& otherwise = {}) const;
    std::vector<double> numbers(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;
    const pb::TensorProto* tensor(std::string_view name) const;
    /// An axis counted from the front.
    int axis(int64_t given, int rank) const;
    Order axes(const Ints& given, int rank) const;

    bool wants(int output) const { return output < proto.output_size() && !proto.output(output).empty(); }
    void give(size_t output, Operand value) const;
    void give(Operand value) const { give(0, std::move(value)); }

    // -- layers ---------------------------------------------------------------------------------------------
    /// A call of a layer; its errors name the node.
    KerasTensor layer(const std::shared_ptr<Layer>& one, const std::vector<KerasTensor>& inputs) const;
    template <std::derived_from<Layer> L>
    KerasTensor layer(L one, const KerasTensor& x) const {
        return layer(std::shared_ptr<Layer>(std::make_shared<L>(std::move(one))),
                     std::vector<KerasTensor>{x});
    }
    std::vector<KerasTensor> layer_outputs(const std::shared_ptr<Layer>& layer,
                                           const std::vector<KerasTensor>& inputs) const;
    std::string layer_name() const;  ///< a free one, after the node

    /// A function of keras.ops on operands in ONNX's order; what is known beforehand is worked out.
    Operand call(std::string_view function, const std::vector<Operand>& operands,
                 Config arguments = Config::object()) const;
    /// All its results; `literals` are operands that are no tensors, by position.
    std::vector<Operand> call_all(std::string_view function, const std::vector<Operand>& operands,
                                  Config arguments, std::map<size_t, Config> literals = {}) const;
    /// x[start:stop:step] along each axis of ONNX's, all of it where none is given.
    struct Range {
        int64_t start = 0, stop = INT64_MAX, step = 1;
        bool operator==(const Range&) const = default;
    };
    Operand sliced(const Operand& x, const std::vector<Range>& ranges) const;
    /// The same element by element: the order of axes stays.
    Operand map(std::string_view function, const std::vector<Operand>& operands,
                Config arguments = Config::object()) const;
    Operand cast(const Operand& x, DType dtype) const;

    /// x in ONNX's order, or in another one.
    Operand natural(const Operand& x) const;
    KerasTensor stored(const Operand& x, const Order& order) const;
    /// Throws where a result of this shape, the batch as one, would be absurd, or is worked out right away
    /// and there is no room for it.
    void check_size(const Ints& shape) const;
    /// Throws where there is no room for what is worked out of constants.
    void check_room(uint64_t elements, uint64_t work = 0) const;
    void check_room(std::string_view function, const Config& arguments,
                    const std::vector<Tensor>& operands) const;
    /// Throws where nodes that become several layers make too many of them.
    void check_parts(int64_t parts) const;

    Importer& importer;
    const pb::NodeProto& proto;

private:
    void follow_rows(const Layer& layer, const std::vector<Part>& parts,
                     const std::vector<KerasTensor>& results) const;
    const pb::AttributeProto* find(std::string_view name, int type) const;
    Ints list_of(const Tensor& tensor, size_t index) const;
};

/// What each operator becomes.
using OperatorReader = void (*)(const Node& node);
using OperatorReaders = std::unordered_map<std::string_view, OperatorReader>;
const OperatorReaders& operator_readers();
void add_activations(OperatorReaders& readers);
void add_elementwise(OperatorReaders& readers);
void add_reductions(OperatorReaders& readers);
void add_shaping(OperatorReaders& readers);
void add_indexing(OperatorReaders& readers);
void add_joining(OperatorReaders& readers);
void add_padding(OperatorReaders& readers);
void add_repeating(OperatorReaders& readers);
void add_depth(OperatorReaders& readers);
void add_constants(OperatorReaders& readers);
void add_products(OperatorReaders& readers);
void add_convolutions(OperatorReaders& readers);
void add_pools(OperatorReaders& readers);
void add_norms(OperatorReaders& readers);
void add_resizing(OperatorReaders& readers);
void add_recurrences(OperatorReaders& readers);

/// Reads a graph: its nodes in order, each once all that it needs is there.
class Importer {
public:
    Importer(pb::ModelProto& model, const std::string& file, const io::LoadOnnxOptions& options);
    std::shared_ptr<Model> read();

    const Operand& value(const std::string& name) const;
    bool has(const std::string& name) const { return values_.contains(name); }
    void set(const std::string& name, Operand value);
    /// The only node that takes this value, null where there are several or it is an output.
    const pb::NodeProto* only_reader(const std::string& name) const;
    bool done(const pb::NodeProto& node) const { return done_.contains(&node); }
    void skip(const pb::NodeProto& node) { done_.insert(&node); }
    std::string free_name(const std::string& wanted);

    const std::string& file() const { return file_; }
    int64_t opset() const { return opset_; }
    const io::LoadOnnxOptions& options() const { return options_; }
    /// Other orders of a value that are there already.
    struct Turn {
        const void* node;
        Order from;
        Ints flattened;
        Order to;
        auto operator<=>(const Turn&) const = default;
    };
    std::map<Turn, KerasTensor> turned;
    int64_t parts = 0;  ///< of nodes that become several layers
    std::optional<Rows> rows_of(const KerasTensor& x) const;
    void set_rows(const KerasTensor& x, const std::optional<Rows>& rows);
    Folding& folding() { return folding_; }
    std::vector<KerasTensor> inputs;

private:
    void check_names();
    void read_initializers();
    void read_inputs();
    bool turns(const pb::ValueInfoProto& input) const;
    void read_node(const pb::NodeProto& node);
    void drop_what_is_read(const pb::NodeProto& node);
    std::vector<KerasTensor> outputs();
    KerasTensor output_of(const Node& node, const Operand& y);

    pb::GraphProto& graph_;
    std::string file_;
    const io::LoadOnnxOptions& options_;
    int64_t opset_ = 0;
    std::unordered_map<std::string, Operand> values_;
    std::unordered_map<std::string, std::vector<const pb::NodeProto*>> readers_;
    std::unordered_map<std::string, size_t> reads_left_;
    std::map<std::pair<const void*, size_t>, Rows> rows_;
    std::set<const pb::NodeProto*> done_;
    std::map<std::string, int64_t> names_;  ///< and what the next of each is numbered
    std::set<std::string> outputs_;
    Destinations destinations_;
    bool takes_images_ = false;     ///< whose channels come last, where ONNX has them in front
    bool takes_sequences_ = false;  ///< whose batch comes first, where ONNX has their steps in front
    Folding folding_;
};

}  // namespace keratin::onnx
