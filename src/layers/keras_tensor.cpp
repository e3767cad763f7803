#include <keratin/layers/keras_tensor.hpp>

#include "layers/layer_state.hpp"
#include "layers/node.hpp"

#include <keratin/core/error.hpp>

#include <ostream>

namespace keratin {

namespace detail {

Node::Node(std::shared_ptr<Layer> called, std::vector<KerasTensor> arguments, CallOptions how,
           std::vector<Output> results)
    : layer(std::move(called)),
      inputs(std::move(arguments)),
      options(std::move(how)),
      outputs(std::move(results)),
      index(LayerState::of(*layer)->count_node()) {}

Node::~Node() {
    std::vector<KerasTensor> waiting = std::move(inputs);
    while (!waiting.empty()) {
        const KerasTensor last = std::move(waiting.back());
        waiting.pop_back();
        if (last.node().use_count() != 1) continue;
        // Nobody else holds it: it goes next, and what it holds waits here instead of going with it.
        std::vector<KerasTensor>& behind = const_cast<Node&>(*last.node()).inputs;
        waiting.insert(waiting.end(), std::make_move_iterator(behind.begin()),
                       std::make_move_iterator(behind.end()));
        behind.clear();
    }
}

}  // namespace detail

KerasTensor::KerasTensor(std::shared_ptr<const detail::Node> node, size_t index)
    : node_(std::move(node)), index_(index) {}

const detail::Node& KerasTensor::made_by() const {
    if (!node_)
        fail<ValueError>(
            "KerasTensor: it stands for nothing; make it by Input() or by calling a layer on one");
    return *node_;
}

const Shape& KerasTensor::shape() const {
    return made_by().outputs[index_].shape;
}

DType KerasTensor::dtype() const {
    return made_by().outputs[index_].dtype;
}

const std::string& KerasTensor::name() const {
    return made_by().layer->name();
}

std::string to_string(const KerasTensor& x) {
    if (!x.defined()) return "<KerasTensor of nothing>";
    return fmt::format("<KerasTensor shape={}, dtype={}, name={}>", x.shape(), x.dtype(), x.name());
}

std::ostream& operator<<(std::ostream& out, const KerasTensor& x) {
    return out << to_string(x);
}

}  // namespace keratin
