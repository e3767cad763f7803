#include "onnx/import/graph.hpp"

#include <keratin/layers/dense.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::onnx {
namespace {

/// A Dense layer; of images that ONNX flattened the rows of its kernel come in Keras's order.
void dense(const Node& node, const Operand& x, Tensor kernel, const Tensor& bias, const std::string& output) {
    const bool in_order = x.order.back() == x.rank() - 1;
    const Operand y = in_order ? x : node.natural(x);
    if (!y.flattened.empty()) {
        const int64_t units = kernel.shape()[1];
        const int rank = static_cast<int>(y.flattened.size());
        std::vector<int> last;
        for (int axis = 1; axis < rank; ++axis) last.push_back(axis);
        last.push_back(0), last.push_back(rank);
        kernel = reshape(transpose(reshape(kernel, Shape(y.flattened) + Shape{units}), last), kernel.shape());
    }
    const auto layer = std::make_shared<layers::Dense>(
        kernel.shape()[1], layers::DenseOptions{.use_bias = bias.defined(), .name = node.layer_name()});
    Operand result = dynamic_value(node.layer(layer, {y.x}), y.order);
    layer->set_weights(bias.defined() ? std::vector<Tensor>{kernel, bias} : std::vector<Tensor>{kernel});
    node.importer.set(output, result);
}

bool is_dense(const Operand& x, const Operand& kernel) {
    return !x.is_constant() && kernel.is_known() && kernel.rank() == 2 && kernel.constant.size() > 0 &&
           x.dtype() == float32 && kernel.dtype() == float32 && x.rank() >= 2;
}

/// The bias that a node behind adds, if nothing else wants what this one makes.
const pb::NodeProto* bias_behind(const Node& node, int64_t units, Tensor& bias) {
    const pb::NodeProto* add = node.importer.only_reader(node.proto.output(0));
    if (!add || add->op_type() != "Add" || add->input_size() != 2 || add->output_size() != 1) return nullptr;
    const std::string& other = add->input(add->input(0) == node.proto.output(0) ? 1 : 0);
    if (!node.importer.has(other)) return nullptr;
    const Operand& value = node.importer.value(other);
    if (!value.is_known() || value.dtype() != float32 || value.constant.shape() != Shape{units})
        return nullptr;
    bias = value.constant;
    return add;
}

void matrix_product(const Node& node) {
    const Operand &a = node.input(0), &b = node.input(1);
    if (is_dense(a, b) && a.shape().back() == b.shape()[0]) {
        Tensor bias;
        const pb::NodeProto* add = bias_behind(node, b.shape()[1], bias);
        dense(node, a, b.constant, bias, add ? add->output(0) : node.proto.output(0));
        if (!add) return;
        node.importer.skip(*add);
        return node.give(node.importer.value(add->output(0)));
    }
    node.give(node.call("numpy.Matmul", {a, b}));
}

void general_product(const Node& node) {
    const bool turn_a = node.integer("transA", 0) != 0, turn_b = node.integer("transB", 0) != 0;
    const double alpha = node.number("alpha", 1), beta = node.number("beta", 1);
    Operand a = node.input(0), b = node.input(1);
    if (a.rank() != 2 || b.rank() != 2)
        node.wrong("its inputs have shapes {} and {}; matrices are needed", a.shape(), b.shape());
    const bool has_bias = node.has(2) && beta != 0;
    if (is_dense(a, b) && !turn_a && (!has_bias || node.input(2).is_known())) {
        Tensor kernel = turn_b ? transpose(b.constant) : b.constant;
        if (alpha != 1) kernel = kernel * alpha;
        if (a.shape()[1] != kernel.shape()[0])
            node.wrong("input of shape {} does not go with weights of shape {}", a.shape(), b.shape());
        Tensor bias = has_bias ? node.input(2).constant : Tensor();
        const int64_t units = kernel.shape()[1];
        const bool row =
            bias.defined() && (bias.size() == 1 || (bias.size() == units && bias.shape().back() == units));
        if (!has_bias || row) {
            if (has_bias) bias = broadcast_to(reshape(bias, {bias.size()}), {units});
            if (has_bias && beta != 1) bias = bias * beta;
            return dense(node, a, kernel, bias, node.proto.output(0));
        }
    }
    const auto turned = [&](const Operand& x) { return node.call("numpy.Transpose", {x}); };
    if (turn_a) a = turned(a);
    if (turn_b) b = turned(b);
    const auto scaled = [&](const Operand& x, double factor) {
        return factor == 1
                   ? x
                   : node.call("numpy.Multiply", {x, constant_value(Tensor::scalar(factor, x.dtype()))});
    };
    const Operand y = scaled(node.call("numpy.Matmul", {a, b}), alpha);
    node.give(has_bias ? node.call("numpy.Add", {y, scaled(node.input(2), beta)}) : y);
}

/// What an equation without an arrow gives: the axes that stand there once, in alphabetical order.
std::string result_of(const std::string& equation) {
    std::string result = equation.find('.') == std::string::npos ? "" : "...";
    for (char c = 'A'; c <= 'z'; ++c)
        if (std::isalpha(static_cast<unsigned char>(c)) &&
            std::count(equation.begin(), equation.end(), c) == 1)
            result += c;
    return result;
}

void einsum(const Node& node) {
    std::string equation = node.text("equation", "");
    std::erase(equation, ' ');
    if (equation.find("->") == std::string::npos) equation += "->" + result_of(equation);
    std::vector<Operand> operands;
    for (size_t i = 0; i < node.inputs(); ++i) operands.push_back(node.input(i));
    node.give(node.call("numpy.Einsum", operands, Config::object({{"subscripts", equation}})));
}

}  // namespace

void add_products(OperatorReaders& readers) {
    readers["MatMul"] = matrix_product;
    readers["Gemm"] = general_product;
    readers["Einsum"] = einsum;
}

}  // namespace keratin::onnx
