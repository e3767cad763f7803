#include "layers/operations/call.hpp"

#include <keratin/core/error.hpp>

#include <cmath>
#include <limits>

/// Constants as Keras writes them beside the tensors of a call.
namespace keratin::operations {
namespace {

/// The extents of nested lists; throws ValueError when they are ragged.
struct Flattened {
    std::vector<int64_t> extents;
    std::vector<const Config*> leaves;

    Flattened(const Config& nested, const std::string& owner) : leaves{&nested} {
        while (!leaves.empty() && leaves.front()->is_list()) {
            const size_t extent = leaves.front()->as_list().size();
            if (extents.size() == Shape::max_rank)
                fail<ValueError>("{}: a constant has more than {} axes", owner, Shape::max_rank);
            extents.push_back(static_cast<int64_t>(extent));
            std::vector<const Config*> inner;
            for (const Config* list : leaves) {
                if (!list->is_list() || list->as_list().size() != extent)
                    fail<ValueError>("{}: a constant is a list of lists of different lengths", owner);
                for (const Config& item : list->as_list()) inner.push_back(&item);
            }
            leaves = std::move(inner);
        }
        for (const Config* leaf : leaves)
            if (!leaf->is_number() && !leaf->is_bool())
                fail<ValueError>("{}: a constant holds {}, which is no number", owner, leaf->to_json());
    }
};

double as_double(const Config& leaf) {
    return leaf.is_bool() ? leaf.as_bool() : leaf.as_number();
}

Tensor filled(const Flattened& flat, DType dtype, const std::string& owner) {
    const Shape shape(flat.extents);
    if (is_floating(dtype)) {
        std::vector<double> values;
        for (const Config* leaf : flat.leaves) values.push_back(as_double(*leaf));
        return convert(Tensor::from(values, shape), dtype);
    }
    std::vector<int64_t> values;
    const auto [least, most] = dtype == int32   ? std::pair<int64_t, int64_t>(INT32_MIN, INT32_MAX)
                               : dtype == uint8 ? std::pair<int64_t, int64_t>(0, 255)
                                                : std::pair<int64_t, int64_t>(INT64_MIN, INT64_MAX);
    for (const Config* leaf : flat.leaves) {
        if (!leaf->is_bool() && !leaf->is_integer())
            fail<ValueError>("{}: a constant of {} holds {}", owner, dtype, leaf->to_json());
        values.push_back(leaf->is_bool() ? leaf->as_bool() : leaf->as_integer());
        if (values.back() < least || values.back() > most)
            fail<ValueError>("{}: a constant of {} holds {}", owner, dtype, values.back());
    }
    return convert(Tensor::from(values, shape), dtype);
}

/// What NumPy makes of a list, in Keras's widths.
DType dtype_of(const Flattened& flat) {
    DType dtype = flat.leaves.empty() ? float32 : bool_;
    for (const Config* leaf : flat.leaves) {
        if (leaf->is_bool()) continue;
        if (!leaf->is_integer()) return float32;
        const bool wide = leaf->as_integer() < INT32_MIN || leaf->as_integer() > INT32_MAX;
        if (dtype != int64) dtype = wide ? int64 : int32;
    }
    return dtype;
}

Config nested(const Tensor& x, const Tensor& values, int axis, int64_t& next) {
    if (axis == x.rank()) {
        const int64_t at = next++;
        if (is_floating(x.dtype())) return values.data<double>()[static_cast<size_t>(at)];
        const int64_t value = values.data<int64_t>()[static_cast<size_t>(at)];
        return x.dtype() == bool_ ? Config(value != 0) : Config(value);
    }
    Config::List list;
    for (int64_t i = 0; i < x.shape()[axis]; ++i) list.push_back(nested(x, values, axis + 1, next));
    return list;
}

}  // namespace

std::string_view wrapper_of(const Config& literal) {
    const Config* name = literal.is_object() ? literal.find("class_name") : nullptr;
    for (const char* wrapper : {"__tensor__", "__numpy__"})
        if (name && *name == Config(wrapper)) return wrapper;
    return {};
}

Tensor tensor_of(const Config& literal, const std::string& owner) {
    if (!wrapper_of(literal).empty()) {
        const Config& config = literal["config"];
        return filled(Flattened(config["value"], owner), dtype(config["dtype"].as_string()), owner);
    }
    if (!literal.is_list()) return {};
    const Flattened flat(literal, owner);
    return filled(flat, dtype_of(flat), owner);
}

Config literal_of(const Tensor& tensor, std::string_view wrapper) {
    const Tensor values = convert(tensor, is_floating(tensor.dtype()) ? float64 : int64);
    int64_t next = 0;
    Config value = nested(tensor, values, 0, next);
    if (wrapper.empty()) return value;
    return Config::object(
        {{"class_name", wrapper},
         {"config", Config::object({{"value", std::move(value)}, {"dtype", name(tensor.dtype())}})}});
}

}  // namespace keratin::operations
