#include "onnx/import/graph.hpp"
#include "onnx/tensors.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <cmath>

namespace keratin::onnx {
namespace {

void constant(const Node& node) {
    if (node.proto.attribute_size() != 1)
        node.wrong("it has {} attributes; one is its value", node.proto.attribute_size());
    const std::string& kind = node.proto.attribute(0).name();
    if (kind == "value" && node.tensor("value"))
        return node.give(
            constant_value(tensor_of(*node.tensor("value"), nullptr, node.importer.file(), node.title())));
    const auto floats = [](const std::vector<double>& values) {
        return convert(Tensor::from(values), float32);
    };
    if (kind == "value_float") return node.give(constant_value(Tensor::scalar(node.number(kind, 0))));
    if (kind == "value_floats") return node.give(constant_value(floats(node.numbers(kind))));
    if (kind == "value_int") return node.give(constant_value(Tensor::scalar(node.integer(kind, 0), int64)));
    if (kind == "value_ints") return node.give(constant_value(Tensor::from(node.ints(kind))));
    node.wrong("its value is the attribute '{}', which keratin does not read", kind);
}

void constant_of_shape(const Node& node) {
    const Ints shape = node.extents_of_input(0);
    node.check_size(shape);
    if (std::count(shape.begin(), shape.end(), -1)) node.wrong("its shape is not known");
    Tensor value = Tensor::scalar(0.F);
    if (const pb::TensorProto* given = node.tensor("value"))
        value = tensor_of(*given, nullptr, node.importer.file(), node.title());
    if (value.size() != 1) node.wrong("its value has shape {}; one number is needed", value.shape());
    node.give(constant_value(broadcast_to(keratin::reshape(value, Shape{}), Shape(shape))));
}

/// The extents of a value, of which some may be open.
void shape_of(const Node& node) {
    const Shape shape = node.input(0).shape();
    const auto bound = [&](int64_t given) {
        return static_cast<int>(
            std::clamp<int64_t>(given < 0 ? given + shape.rank() : given, 0, shape.rank()));
    };
    const int start = bound(node.integer("start", 0)), end = bound(node.integer("end", shape.rank()));
    Ints extents;
    for (int axis = start; axis < end; ++axis) extents.push_back(shape[axis]);
    node.give(shape_value(Tensor::from(extents), true));
}

void size_of_value(const Node& node) {
    const Shape shape = node.input(0).shape();
    if (!shape.is_static()) node.wrong("input of shape {} has open extents", shape);
    node.give(constant_value(Tensor::scalar(shape.size(), int64)));
}

/// Of integers, all of which are exact.
void integer_range(const Node& node) {
    const auto at = [&](size_t input) {
        if (node.constant(input).size() != 1)
            node.wrong("input {} has shape {}; one number is needed", input, node.constant(input).shape());
        return convert(node.constant(input), int64).data<int64_t>()[0];
    };
    const int64_t start = at(0), limit = at(1), step = at(2);
    if (step == 0) node.wrong("it runs from {} to {} by {}", start, limit, step);
    // Distances of any two integers have 64 bits without a sign.
    const bool empty = step > 0 ? start >= limit : start <= limit;
    const auto difference = [](int64_t low, int64_t high) {
        return static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
    };
    const uint64_t distance = step > 0 ? difference(start, limit) : difference(limit, start);
    const uint64_t stride = step > 0 ? difference(0, step) : difference(step, 0);
    const uint64_t count = empty ? 0 : (distance - 1) / stride + 1;
    node.check_size({static_cast<int64_t>(std::min<uint64_t>(count, INT64_MAX))});
    Tensor result = zeros({static_cast<int64_t>(count)}, int64);
    const auto to = result.mutable_data<int64_t>();
    for (size_t i = 0; i < to.size(); ++i) to[i] = start + static_cast<int64_t>(i) * step;
    node.give(constant_value(convert(result, node.constant(0).dtype())));
}

void range(const Node& node) {
    if (!is_floating(node.constant(0).dtype())) return integer_range(node);
    const double start = node.number_of_input(0), limit = node.number_of_input(1),
                 step = node.number_of_input(2);
    const double count = std::ceil((limit - start) / step);
    if (step == 0 || !(std::abs(count) < 1e9)) node.wrong("it runs from {} to {} by {}", start, limit, step);
    const auto n = static_cast<int64_t>(std::max(count, 0.0));
    node.check_size({n});
    const Tensor places = convert(arange(0, n, 1, int64), float64);
    node.give(constant_value(convert(affine(places, step, start), node.constant(0).dtype())));
}

void eye_like(const Node& node) {
    const Shape shape = node.input(0).shape();
    if (shape.rank() != 2 || !shape.is_static()) node.wrong("input of shape {}; a matrix is needed", shape);
    node.check_size({shape[0], shape[1]});
    const std::optional<DType> dtype = node.has_attribute("dtype")
                                           ? dtype_of_element(static_cast<int>(node.integer("dtype", 1)))
                                           : node.input(0).dtype();
    if (!dtype) node.wrong("keratin has no such dtype");
    const int64_t k = std::clamp<int64_t>(node.integer("k", 0), INT32_MIN, INT32_MAX);
    const Tensor rows = reshape(arange(0, shape[0], 1, int64), {-1, 1}),
                 columns = arange(0, shape[1], 1, int64);
    node.give(constant_value(convert(columns - rows == k, *dtype)));
}

/// values[1] where the index points, else values[0].
void one_hot(const Node& node) {
    const Operand indices = node.natural(node.cast(node.input(0), int64));
    const int64_t depth = node.integer_of_input(1);
    const Tensor& values = node.constant(2);
    const int rank = indices.rank() + 1, axis = node.axis(node.integer("axis", -1), rank);
    if (values.size() != 2) node.wrong("its values have shape {}; two are needed", values.shape());
    if (depth < 1) node.wrong("its depth is {}", depth);
    const Shape places = indices.shape();
    Ints shape(places.begin(), places.end());
    shape.push_back(depth);
    node.check_size(shape);
    const auto number = [](int64_t n) { return constant_value(Tensor::scalar(n, int64)); };
    const Operand negative = node.call("numpy.Less", {indices, number(0)});
    const Operand counted =
        node.call("numpy.Where", {negative, node.call("numpy.Add", {indices, number(depth)}), indices});
    const Operand hot = node.call(
        "nn.OneHot", {counted}, Config::object({{"num_classes", depth}, {"axis", axis}, {"dtype", "bool"}}));
    const Tensor flat = reshape(values, {2});
    const auto value = [&](int64_t i) { return constant_value(reshape(slice(flat, {{i, i + 1}}), Shape{})); };
    node.give(node.cast(node.call("numpy.Where", {hot, value(1), value(0)}), values.dtype()));
}

}  // namespace

void add_constants(OperatorReaders& readers) {
    readers["Constant"] = constant;
    readers["ConstantOfShape"] = constant_of_shape;
    readers["Shape"] = shape_of;
    readers["Size"] = size_of_value;
    readers["Range"] = range;
    readers["EyeLike"] = eye_like;
    readers["OneHot"] = one_hot;
}

}  // namespace keratin::onnx
