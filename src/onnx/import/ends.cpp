#include "onnx/import/graph.hpp"
#include "onnx/tensors.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/operation.hpp>

#include <algorithm>

/// Inputs and outputs of the model, and in what order of axes they are.
namespace keratin::onnx {

/// A sequence, or a first state, of which a batch of any size could not be cut as ONNX has it.
bool Importer::turns(const pb::ValueInfoProto& input) const {
    const int rank = input.type().tensor_type().shape().dim_size();
    const bool first_of_two = rank == 2 || rank == 3;
    return options_.batch_first && first_of_two &&
           (destinations_.is_sequence(input.name()) ||
            (takes_sequences_ && destinations_.is_state(input.name())));
}

void Importer::read_inputs() {
    for (const pb::ValueInfoProto& info : graph_.input()) {
        const auto& dims = info.type().tensor_type().shape().dim();
        if (!dims.empty() && (!dims[0].has_dim_value() || dims[0].dim_value() < 0) && turns(info) &&
            !values_.contains(info.name()))
            takes_sequences_ = true;
    }
    for (const auto& [name, tensor] : options_.constants) {
        const auto same = [&, &wanted = name](const pb::ValueInfoProto& input) {
            return input.name() == wanted;
        };
        if (std::none_of(graph_.input().begin(), graph_.input().end(), same))
            fail<ValueError>("load_onnx: constants has '{}', which is no input of {}", name, file_);
        values_[name] = constant_value(tensor);
    }
    for (const pb::ValueInfoProto& info : graph_.input()) {
        if (values_.contains(info.name())) continue;
        if (!info.type().has_tensor_type())
            fail_at(file_, {}, "input '{}' is no tensor; keratin reads neither sequences nor maps",
                    info.name());
        const pb::TypeProto::Tensor& type = info.type().tensor_type();
        const std::optional<DType> dtype = dtype_of_element(type.elem_type());
        if (!dtype)
            fail_at(file_, {}, "input '{}' is of {}, which keratin has no dtype for", info.name(),
                    element_name(type.elem_type()));
        if (!type.has_shape())
            fail_at(file_, {}, "input '{}' has no shape; its rank must be known", info.name());
        const int rank = type.shape().dim_size();
        if (rank == 0 || rank > Shape::max_rank)
            fail_at(file_, {}, "input '{}' has {} axes; 1 to {} are needed, for the first is the batch",
                    info.name(), rank, Shape::max_rank);
        Ints extents;
        for (const pb::TensorShapeProto::Dimension& dim : type.shape().dim()) {
            const bool open = !dim.has_dim_value() || dim.dim_value() < 0;
            if (!open && dim.dim_value() > (int64_t{1} << 32))
                fail_at(file_, {}, "input '{}' has an extent of {}", info.name(), dim.dim_value());
            extents.push_back(open ? Shape::unknown : dim.dim_value());
        }
        Order order = natural_order(rank);
        if (options_.channels_last && (rank == 3 || rank == 4) && destinations_.is_image(info.name())) {
            order = channels_last_order(rank);
            takes_images_ = true;
        } else if (takes_sequences_ && turns(info)) {
            std::swap(order[0], order[1]);
        }
        Ints kept(extents.size());
        for (size_t i = 0; i < extents.size(); ++i) kept[static_cast<size_t>(order[i])] = extents[i];
        layers::InputLayerOptions layer{.dtype = *dtype, .name = free_name(info.name())};
        if (kept.front() != Shape::unknown) layer.batch_size = kept.front();
        inputs.push_back(Input(Shape(Ints(kept.begin() + 1, kept.end())), layer));
        if (kept.front() == Shape::unknown) set_rows(inputs.back(), Rows{});
        values_[info.name()] = dynamic_value(inputs.back(), order);
    }
    if (inputs.empty()) fail_at(file_, {}, "the graph has no inputs, so it computes nothing");
}

/// In ONNX's order of axes, but for images and sequences, which go out as they come in.
KerasTensor Importer::output_of(const Node& node, const Operand& y) {
    const bool as_image = takes_images_ && y.rank() >= 3 && y.order == channels_last_order(y.rank());
    Order order = as_image ? y.order : natural_order(y.rank());
    if (takes_sequences_ && !as_image && y.flattened.empty()) {
        const auto batch = std::find(y.order.begin(), y.order.end(), 0) - y.order.begin();
        for (ptrdiff_t i = 0; i <= batch; ++i) order[static_cast<size_t>(i)] = static_cast<int>(i) + 1;
        order[static_cast<size_t>(batch)] = 0;
    }
    const KerasTensor x = node.stored(y, order);
    if (const std::optional<Rows> rows = rows_of(x); rows && rows->axis != 0) refuse_mixed_rows(node);
    return x;
}

std::vector<KerasTensor> Importer::outputs() {
    std::vector<KerasTensor> results;
    pb::NodeProto end;
    end.set_op_type("Output");
    for (const pb::ValueInfoProto& info : graph_.output()) {
        end.set_name(info.name());
        const Node node(*this, end);
        Operand y = value(info.name());
        if (y.is_constant()) {  // something that the first input has no part in
            if (y.open) node.wrong("it is the shape of something whose extents are not known");
            layers::OperationOptions operation{.constants = {{1, y.constant}, {2, y.constant}},
                                               .name = node.layer_name()};
            const Operand any = node.cast(dynamic_value(inputs.front()), bool_);
            Order all = natural_order(any.rank());
            const KerasTensor one = layers::operation(
                "numpy.Any", any.x, Config::object({{"axis", Config::List(all.begin(), all.end())}}),
                {.name = node.layer_name()});
            const KerasTensor chosen = layers::operation("numpy.Where", one, Config::object(), operation);
            set_rows(chosen, {});
            results.push_back(node.cast(dynamic_value(chosen), y.dtype()).x);
            continue;
        }
        results.push_back(output_of(node, y));
    }
    return results;
}

}  // namespace keratin::onnx
