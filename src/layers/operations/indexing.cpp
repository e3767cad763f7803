#include "layers/operations/table.hpp"
#include "ops/strided.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/indexing.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

/// x[...] and what takes elements by indices (keras.src.ops.numpy, core, nn).
namespace keratin::operations {
namespace {

bool is_of_class(const Config& node, const char* class_name) {
    const Config* name = node.is_object() ? node.find("class_name") : nullptr;
    return name && *name == Config(class_name);
}

/// Python's start:stop:step, with null for what is left out.
Slice slice_of(const Config& node, const Call& call) {
    const Config& config = node["config"];
    const auto bound = [&](const char* key, int64_t otherwise) {
        const Config* value = config.find(key);
        return value && !value->is_null() ? value->as_integer() : otherwise;
    };
    const int64_t step = bound("step", 1);
    if (step == 0 || step == INT64_MIN) fail<ValueError>("{}: a slice has the step {}", call.owner(), step);
    return {bound("start", step > 0 ? 0 : INT64_MAX), bound("stop", Slice::end), step};
}

/// One part of a key after the other: what it selects, and the axes of the result.
class Selection {
public:
    Selection(const Call& call, const Shape& x) : x_(x), call_(call) {
        const Config& key = call.literal(1);
        const Config::List parts = key.is_list() ? key.as_list() : Config::List{key};
        size_t named = 0;
        for (const Config& part : parts) named += !part.is_null() && !is_of_class(part, "__ellipsis__");
        const size_t rank = x.extents().size();
        if (named > rank || parts.size() > 2 * Shape::max_rank)
            fail<ShapeError>("{}: {} indices are too many for x of shape {}", call.owner(), named, x);
        bool first = true;
        for (const Config& part : parts) {
            if (!is_of_class(part, "__ellipsis__")) {
                add(part);
            } else if (first) {
                for (size_t i = named; i < rank; ++i) whole();
                first = false;
            } else {
                fail<ValueError>("{}: a key has one ... at most", call.owner());
            }
        }
        while (slices_.size() < rank) whole();
    }
    Shape shape() const {
        if (kept_.size() > Shape::max_rank)
            fail<ShapeError>("{}: the result would have {} axes", call_.owner(), kept_.size());
        std::vector<int64_t> extents;
        for (const int axis : kept_)
            extents.push_back(axis < 0 ? 1 : extent_of(x_[axis], slices_[static_cast<size_t>(axis)]));
        return Shape(extents);
    }
    Tensor of(const Tensor& x) const { return reshape(slice(x, slices_), shape()); }

private:
    /// Of an open axis the same number, if that is left of any that is not empty; else it stays open.
    static int64_t extent_of(int64_t n, const Slice& part) {
        const auto left = [&](int64_t of) { return ops::sliced({of}, {part}).shape[0]; };
        if (n != open) return left(n);
        return left(1) == left(2) && left(2) == left(int64_t{1} << 60) ? left(1) : open;
    }
    void whole() {
        kept_.push_back(static_cast<int>(slices_.size()));
        slices_.emplace_back();
    }
    void add(const Config& part) {
        if (part.is_null()) return kept_.push_back(-1);
        if (is_of_class(part, "__slice__")) {
            whole();
            slices_.back() = slice_of(part, call_);
            return;
        }
        if (!part.is_integer())
            fail<ValueError>("{}: x is indexed by {}; keratin takes integers, slices, None and ...",
                             call_.owner(), part.to_json());
        const int64_t index = part.as_integer();
        const int64_t n = x_[static_cast<int>(slices_.size())];
        if (n != open && (index < -n || index >= n))
            fail<ValueError>("{}: index {} is outside an axis of extent {}", call_.owner(), index, n);
        const int64_t place = n == open ? 0 : index < 0 ? index + n : index;
        slices_.emplace_back(place, place + 1);
    }

    const Shape x_;
    const Call& call_;
    std::vector<Slice> slices_;
    std::vector<int> kept_;  ///< the axes that stay; -1 for a new one
};

/// Indices as Keras takes them: negative ones count from the end.
Tensor indices_of(const Call& call, size_t operand, int64_t extent) {
    const Tensor x = call.as(operand, int64);
    return where(x < 0, x + extent, x);
}

Results taken_results(const Call& call, const Shapes& operands) {
    const Along along(call, operands[0]);
    const Shape& x = along.shape;
    return first_dtype(call, x.slice(0, along.axis) + operands[1] + x.slice(along.axis + 1, x.rank()));
}

Tensor taken(const Call& call) {
    const Along along(call, call.tensor(0).shape());
    return gather(reshape(call.tensor(0), along.shape), indices_of(call, 1, along.shape[along.axis]),
                  along.axis);
}

Results taken_along_results(const Call& call, const Shapes& operands) {
    const Along along(call, operands[0]);
    const Along indices(call, operands[1]);
    if (along.shape.rank() != indices.shape.rank())
        fail<ShapeError>("{}: x {} and indices {} must have one rank", call.owner(), operands[0],
                         operands[1]);
    const Shape common =
        broadcast_open(along.shape.with(along.axis, 1), indices.shape.with(along.axis, 1), call.owner());
    return first_dtype(call, common.with(along.axis, indices.shape[along.axis]));
}

Tensor taken_along(const Call& call) {
    const Along along(call, call.tensor(0).shape());
    const Along indices(call, call.tensor(1).shape());
    return take_along_axis(reshape(call.tensor(0), along.shape),
                           reshape(indices_of(call, 1, along.shape[along.axis]), indices.shape), along.axis);
}

/// inputs[start : start + shape], moved inwards where it would stand over, as XLA has it.
Tensor sliced(const Call& call) {
    const Tensor x = call.tensor(0), starts = call.as(1, int64);
    const std::vector<int64_t> extents = call.sizes("shape");
    std::vector<Slice> slices;
    for (int axis = 0; axis < x.rank(); ++axis) {
        const int64_t n = x.shape()[axis];
        const int64_t start = std::clamp<int64_t>(starts.data<int64_t>()[static_cast<size_t>(axis)], 0, n);
        const int64_t extent = extents[static_cast<size_t>(axis)];
        if (extent > n - start) call.wrong("shape", "that is more than there is");
        slices.emplace_back(start, extent == -1 ? n : start + extent);
    }
    return slice(x, slices);
}

Results sliced_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands[0];
    const std::vector<int64_t> extents = call.sizes("shape");
    if (operands[1].rank() != 1 || extents.size() != x.extents().size() ||
        (operands[1][0] != open && operands[1][0] != x.rank()))
        fail<ShapeError>("{}: start_indices and shape need one number for each axis of {}", call.owner(), x);
    const Tensor starts = call.as(1, int64);
    const bool known = starts.size() == x.rank();  // they are constant
    Shape shape = x;
    for (int axis = 0; axis < x.rank(); ++axis) {
        const int64_t n = x[axis], extent = extents[static_cast<size_t>(axis)];
        const int64_t start =
            known && n != open ? std::clamp<int64_t>(starts.data<int64_t>()[static_cast<size_t>(axis)], 0, n)
                               : 0;
        if (extent < -1 || (n != open && extent > n - start))
            call.wrong("shape", "that is more than there is");
        shape = shape.with(axis, extent != -1 ? extent : known && n != open ? n - start : open);
    }
    return first_dtype(call, shape);
}

Tensor one_hot_of(const Call& call) {
    const Tensor indices = call.as(0, int64);
    const Tensor y = one_hot(indices, call.integer("num_classes"), call.dtype().value_or(float32));
    const int axis = y.shape().normalize_axis(call.axis(), call.owner().c_str());
    std::vector<int> permutation;
    for (int i = 0; i < indices.rank(); ++i) permutation.push_back(i);
    permutation.insert(permutation.begin() + axis, indices.rank());
    return axis == indices.rank() ? y : transpose(y, permutation);
}

Results one_hot_results(const Call& call, const Shapes& operands) {
    call.only("sparse", false);
    const int64_t depth = call.integer("num_classes");
    if (depth < 0) call.wrong("num_classes", "it must not be negative");
    const Shape& x = operands.front();
    const int axis = (x + Shape{1}).normalize_axis(call.axis(), call.owner().c_str());
    return {{x.slice(0, axis) + Shape{depth} + x.slice(axis, x.rank()), call.dtype().value_or(float32)}};
}

/// Ones up to the diagonal k, or from it on, over the last two axes.
Tensor triangle(const Call& call, bool upper) {
    const Tensor x = call.tensor(0);
    const int64_t k = call.integer("k");
    const int64_t rows = x.shape()[-2], columns = x.shape()[-1];
    const Tensor row = reshape(arange(0, rows, 1, int64), {rows, 1});
    const Tensor column = reshape(arange(0, columns, 1, int64), {1, columns});
    const Tensor distance = column - row;
    return where(upper ? distance >= k : distance <= k, x, Tensor::scalar(0, x.dtype()));
}

Results triangle_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands.front();
    if (x.rank() < 2) fail<ShapeError>("{}: x of shape {} has no matrices", call.owner(), x);
    return {{x}};
}

const Function functions[] = {
    {"numpy.GetItem", "x key", "",
     [](const Call& c) { return Selection(c, c.tensor(0).shape()).of(c.tensor(0)); },
     [](const Call& c, const Shapes& operands) {
         return first_dtype(c, Selection(c, operands.front()).shape());
     }},
    {"numpy.Take", "x indices", R"({"axis":null})", taken, taken_results},
    {"numpy.TakeAlongAxis", "x indices", R"({"axis":null})", taken_along, taken_along_results},
    {"core.Slice", "inputs start_indices", R"({"shape":"!"})", sliced, sliced_results},
    {"nn.OneHot", "x", R"({"num_classes":"!","axis":-1,"dtype":null,"sparse":false})", one_hot_of,
     one_hot_results},
    {"numpy.Tril", "x", R"({"k":0})", [](const Call& c) { return triangle(c, false); }, triangle_results},
    {"numpy.Triu", "x", R"({"k":0})", [](const Call& c) { return triangle(c, true); }, triangle_results},
};

}  // namespace

std::span<const Function> index_functions() {
    return functions;
}

}  // namespace keratin::operations
