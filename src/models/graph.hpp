#pragma once

#include "layers/node.hpp"

#include <keratin/core/tensor.hpp>
#include <keratin/layers/keras_tensor.hpp>
#include <keratin/layers/layer.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace keratin {

/// The calls of layers between a functional model's inputs and outputs (keras.src.ops.function).
class Graph {
public:
    using NodePointer = std::shared_ptr<const detail::Node>;

    /// Throws ValueError, beginning with `owner`, when an output does not follow from the inputs or when two
    /// layers share a name. Inputs that layers have made are cut off from what is before them.
    Graph(std::vector<KerasTensor> inputs, std::vector<KerasTensor> outputs, const std::string& owner);

    /// Calls one layer after the other; the last ones of the outputs whose bits are set by `call_last`.
    using Call = Tensor (*)(const Layer& last, const Tensor& x);
    std::vector<Tensor> run(const std::vector<Tensor>& inputs, uint64_t last_apart = 0,
                            Call call_last = nullptr) const;
    /// The outputs' shapes for inputs of these.
    std::vector<Shape> output_shapes(const std::vector<Shape>& inputs) const;
    const std::vector<KerasTensor>& inputs() const { return inputs_; }
    const std::vector<KerasTensor>& outputs() const { return outputs_; }

    /// Keras's order: those that are furthest from the outputs first; the InputLayers are among them.
    const std::vector<std::shared_ptr<Layer>>& layers() const { return layers_; }
    /// The calls of a layer that are part of this graph, in the order in which they were made.
    std::vector<NodePointer> nodes_of(const Layer& layer) const;
    /// Which of nodes_of() its layer a node is.
    size_t index_of(const detail::Node& node) const;
    /// The layer whose call makes this output and nothing else; null when there is none.
    const Layer* last_layer(size_t output) const;
    /// True for one layer after the other, each called once.
    bool is_chain() const;

private:
    struct Step {
        NodePointer node;
        std::vector<size_t> inputs;  ///< places in the list of values
        size_t first_output;
        std::vector<size_t> done;  ///< values that nobody needs after this step
        bool feeds_next = false;   ///< its one output is the next step's one input, and nobody else's
        uint64_t ends = 0;         ///< the bit of the output that it makes, and nothing else
    };

    /// Which calls take each value: places in nodes_.
    using Users = std::map<std::pair<const detail::Node*, size_t>, std::vector<size_t>>;

    void cut_off();
    void sort(const std::string& owner);
    void check_names(const std::string& owner) const;
    void plan();
    void make_steps(const Users& users);
    /// The call to have right behind one: it takes its only result, which no other does, and nothing else.
    NodePointer follower(const detail::Node& node, const Users& users) const;
    void mark_ends(const Users& users);
    void mark_done();
    size_t place_of(const KerasTensor& x) const;
    void check_input_count(size_t count) const;

    std::vector<KerasTensor> inputs_, outputs_;
    std::vector<NodePointer> nodes_;  ///< in the order of a walk from the outputs, each behind those it needs
    std::vector<std::vector<NodePointer>> by_depth_;  ///< from the inputs to the outputs
    std::vector<std::shared_ptr<Layer>> layers_;
    std::vector<Step> steps_;
    std::vector<std::pair<const detail::Node*, size_t>> places_;  ///< of each node's first output
    std::vector<size_t> results_;                                 ///< places of the outputs
    size_t values_ = 0;
};

}  // namespace keratin
