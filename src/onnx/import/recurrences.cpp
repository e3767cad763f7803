#include "onnx/import/graph.hpp"

#include <keratin/layers/concatenate.hpp>
#include <keratin/layers/gru.hpp>
#include <keratin/layers/lstm.hpp>
#include <keratin/layers/reshape.hpp>
#include <keratin/layers/simple_rnn.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::onnx {
namespace {

/// LSTM, GRU or RNN: its gates in Keras's order, as places in ONNX's weights, and its activations.
struct Recurrence {
    Ints gates;
    std::vector<std::string> activations;  ///< of one direction, ONNX's defaults
};
const Recurrence& recurrence_of(const Node& node) {
    static const std::map<std::string_view, Recurrence> all = {
        {"RNN", {{0}, {"Tanh"}}},
        {"GRU", {{0, 1, 2}, {"Sigmoid", "Tanh"}}},
        {"LSTM", {{0, 2, 3, 1}, {"Sigmoid", "Tanh", "Tanh"}}}};
    return all.at(node.op());
}

ActivationFunction activation_of(const Node& node, const std::string& name, double alpha, double beta) {
    static const std::map<std::string, const char*> names = {{"Relu", "relu"},
                                                             {"Sigmoid", "sigmoid"},
                                                             {"Tanh", "tanh"},
                                                             {"Softsign", "softsign"},
                                                             {"Softplus", "softplus"}};
    if (const auto found = names.find(name); found != names.end()) return activation(found->second);
    if (name == "Affine" && alpha == 1 && beta == 0) return activation("linear");
    if (name == "Elu" && alpha == 1) return activation("elu");
    if (name == "LeakyRelu" && std::abs(alpha - 0.2) < 1e-6) return activation("leaky_relu");
    if (name == "HardSigmoid" && std::abs(alpha - 1.0 / 6) < 1e-6 && beta == 0.5)
        return activation("hard_sigmoid");
    node.wrong("Keras has no activation like '{}' with {} and {}", name, alpha, beta);
}

class RecurrentReader {
public:
    explicit RecurrentReader(const Node& node) : node_(node), kind_(recurrence_of(node)) {
        const std::string direction = node.text("direction", "forward");
        if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
            node.wrong("direction is '{}'", direction);
        backwards_ = direction == "bidirectional" ? std::vector<bool>{false, true}
                                                  : std::vector<bool>{direction == "reverse"};
        const Shape weights = node.constant(1).shape(), own = node.constant(2).shape();
        const auto gates = static_cast<int64_t>(kind_.gates.size());
        const auto directions = static_cast<int64_t>(backwards_.size());
        units_ = own.rank() == 3 ? own.back() : 0;
        if (weights.rank() != 3 || units_ < 1 || weights[0] != directions || own[0] != directions ||
            weights[1] != gates * units_ || own[1] != gates * units_ ||
            node.integer("hidden_size", units_) != units_ || node.input(0).rank() != 3 ||
            node.constant(1).dtype() != float32 || node.constant(2).dtype() != float32)
            node.wrong("weights of shapes {} and {} do not go together", weights, own);
        if (node.has(3) && (node.constant(3).shape() != Shape{directions, 2 * gates * units_} ||
                            node.constant(3).dtype() != float32))
            node.wrong("its bias has shape {}", node.constant(3).shape());
        if (node.has(4)) require_full_lengths();
        if (node.has_attribute("clip")) node.wrong("it clips, which Keras's layers do not");
        if (node.integer("input_forget", 0)) node.wrong("it couples gates, which Keras's layers do not");
        if (node.has(7)) node.wrong("it has peepholes, which Keras's layers do not");
        batch_first_ = node.integer("layout", 0) != 0;
    }

    void read() {
        const Operand& x = node_.input(0);
        if (x.is_constant() || x.dtype() != float32) node_.wrong("its input is {}", x.dtype());
        const KerasTensor steps = node_.stored(x, batch_first_ ? Order{0, 1, 2} : Order{1, 0, 2});
        std::vector<std::vector<KerasTensor>> outputs;
        for (size_t d = 0; d < backwards_.size(); ++d) outputs.push_back(run(steps, d));
        // (batch, time, directions, units), (batch, directions, units)
        node_.give(0, dynamic_value(joined(outputs, 0), batch_first_ ? natural_order(4) : Order{1, 2, 0, 3}));
        for (size_t i = 1; i < outputs.front().size(); ++i)
            node_.give(i,
                       dynamic_value(joined(outputs, i), batch_first_ ? natural_order(3) : Order{1, 0, 2}));
    }

private:
    /// Lengths of the sequences, which must be whole.
    void require_full_lengths() const {
        const Operand& x = node_.input(0);
        const int64_t steps = x.shape()[node_.integer("layout", 0) != 0 ? 1 : 0];
        for (const int64_t length : node_.ints_of_input(4))
            if (length != steps || length < 0)
                node_.wrong("sequence_lens has {} for sequences of {}; keratin reads whole ones only", length,
                            steps);
    }

    ActivationFunction activation_at(size_t direction, size_t index) const {
        const size_t each = kind_.activations.size(), place = direction * each + index;
        const std::vector<std::string> names = node_.texts("activations");
        if (!names.empty() && names.size() != each * backwards_.size())
            node_.wrong("it has {} activations; {} are needed", names.size(), each * backwards_.size());
        const std::string name = names.empty() ? kind_.activations[index] : names[place];
        // Each function takes the next number, if it is one that has a parameter.
        const auto at = [&](const char* attribute, const std::map<std::string_view, double>& defaults) {
            const auto otherwise = defaults.find(name);
            if (otherwise == defaults.end()) return 0.0;
            const std::vector<double> list = node_.numbers(attribute);
            const auto taken = std::count_if(
                names.begin(), names.begin() + static_cast<ptrdiff_t>(names.empty() ? 0 : place),
                [&](const std::string& one) { return defaults.contains(one); });
            return static_cast<size_t>(taken) < list.size() ? list[static_cast<size_t>(taken)]
                                                            : otherwise->second;
        };
        static const std::map<std::string_view, double>
            alphas = {{"Affine", 1},       {"Elu", 1},        {"HardSigmoid", 0.2},
                      {"LeakyRelu", 0.01}, {"ScaledTanh", 1}, {"ThresholdedRelu", 1}},
            betas = {{"Affine", 0}, {"HardSigmoid", 0.5}, {"ScaledTanh", 1}};
        return activation_of(node_, name, at("activation_alpha", alphas), at("activation_beta", betas));
    }

    /// (gates * units, n) of a direction as (n, gates * units), the gates in Keras's order.
    Tensor kernel(size_t input, size_t direction) const {
        const auto d = static_cast<int64_t>(direction);
        const Tensor one = squeeze(slice(node_.constant(input), {{d, d + 1}}), 0);
        std::vector<Tensor> parts;
        for (const int64_t gate : kind_.gates)
            parts.push_back(slice(one, {{gate * units_, (gate + 1) * units_}}));
        return transpose(concat(parts, 0));
    }

    Tensor bias(size_t direction, bool both) const {
        const auto gates = static_cast<int64_t>(kind_.gates.size()), d = static_cast<int64_t>(direction);
        const Tensor given = node_.has(3)
                                 ? reshape(slice(node_.constant(3), {{d, d + 1}}), {2, gates * units_})
                                 : zeros({2, gates * units_});
        std::vector<Tensor> parts;
        for (const int64_t gate : kind_.gates)
            parts.push_back(slice(given, {{}, {gate * units_, (gate + 1) * units_}}));
        const Tensor ordered = concat(parts, 1);
        if (both) return ordered;
        return squeeze(slice(ordered, {{0, 1}}), 0) + squeeze(slice(ordered, {{1, 2}}), 0);
    }

    template <class Options>
    void set_options(Options& options, size_t direction) const {
        options.return_sequences = options.return_state = true;
        options.go_backwards = backwards_[direction];
        options.name = node_.layer_name();
        const bool gated = kind_.activations.size() > 1;
        options.activation = activation_at(direction, gated ? 1 : 0);
        if constexpr (requires { options.recurrent_activation; })
            options.recurrent_activation = activation_at(direction, 0);
    }

    std::shared_ptr<Layer> layer(size_t direction, bool& both_biases) const {
        if (node_.op() == "RNN") {
            layers::SimpleRNNOptions options;
            set_options(options, direction);
            return std::make_shared<layers::SimpleRNN>(units_, options);
        }
        if (node_.op() == "GRU") {
            layers::GRUOptions options;
            set_options(options, direction);
            options.reset_after = both_biases = node_.integer("linear_before_reset", 0) != 0;
            return std::make_shared<layers::GRU>(units_, options);
        }
        layers::LSTMOptions options;
        set_options(options, direction);
        if (activation_at(direction, 1) != activation_at(direction, 2))
            node_.wrong("its two inner activations differ, which Keras's do not");
        return std::make_shared<layers::LSTM>(units_, options);
    }

    /// The state of a direction that an input gives: (batch, units).
    KerasTensor first_state(size_t input, size_t direction) const {
        const Operand& states = node_.input(input);
        const auto d = static_cast<int64_t>(direction);
        if (states.is_constant())
            node_.wrong("a first state is constant; keratin reads those that come in, or zeros for all");
        const KerasTensor stored = node_.stored(states, batch_first_ ? Order{0, 1, 2} : Order{1, 0, 2});
        const Operand one = node_.sliced(dynamic_value(stored), {{}, {d, d + 1, 1}});
        return node_.layer(layers::Reshape({units_}, {.name = node_.layer_name()}), one.x);
    }
    bool has_first_state() const {
        const auto zero = [&](size_t input) {
            if (!node_.has(input)) return true;
            if (!node_.input(input).is_constant()) return false;
            const Tensor wide = convert(node_.input(input).constant, float64);
            const auto data = wide.data<double>();
            return std::all_of(data.begin(), data.end(), [](double value) { return value == 0; });
        };
        return !zero(5) || (node_.op() == "LSTM" && !zero(6));
    }

    std::vector<KerasTensor> run(const KerasTensor& steps, size_t direction) const {
        bool both_biases = false;
        const std::shared_ptr<Layer> one = layer(direction, both_biases);
        std::vector<KerasTensor> inputs = {steps};
        if (has_first_state()) {
            inputs.push_back(first_state(5, direction));
            if (node_.op() == "LSTM") inputs.push_back(first_state(6, direction));
        }
        std::vector<KerasTensor> outputs = node_.layer_outputs(one, inputs);
        one->set_weights({kernel(1, direction), kernel(2, direction), bias(direction, both_biases)});
        if (backwards_[direction]) {  // back to the order of the input
            const Operand turned = node_.sliced(dynamic_value(outputs[0]), {{}, {INT64_MAX, INT64_MAX, -1}});
            outputs[0] = turned.x;
        }
        return outputs;
    }

    /// One output of all directions, with an axis of them before the units.
    KerasTensor joined(const std::vector<std::vector<KerasTensor>>& outputs, size_t index) const {
        std::vector<KerasTensor> parts;
        for (const auto& one : outputs) {
            const Shape shape = one[index].shape();
            const Shape apart = shape.slice(1, shape.rank() - 1) + Shape{1, units_};
            parts.push_back(node_.layer(layers::Reshape(apart, {.name = node_.layer_name()}), one[index]));
        }
        if (parts.size() == 1) return parts.front();
        const auto together = std::make_shared<layers::Concatenate>(
            layers::ConcatenateOptions{.axis = -2, .name = node_.layer_name()});
        return node_.layer(together, parts);
    }

    const Node& node_;
    const Recurrence& kind_;
    std::vector<bool> backwards_;
    int64_t units_ = 0;
    bool batch_first_ = false;
};

}  // namespace

void add_recurrences(OperatorReaders& readers) {
    readers["LSTM"] = readers["GRU"] =
        readers["RNN"] = [](const Node& node) { RecurrentReader(node).read(); };
}

}  // namespace keratin::onnx
