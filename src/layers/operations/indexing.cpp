#include "layers/operations/table.hpp"

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
    Selection(const Tensor& x, const Config& key, const Call& call) : x_(x), call_(call) {
        const Config::List parts = key.is_list() ? key.as_list() : Config::List{key};
        size_t named = 0;
        for (const Config& part : parts) named += !part.is_null() && !is_of_class(part, "__ellipsis__");
        const size_t rank = x.shape().extents().size();
        if (named > rank || parts.size() > 2 * Shape::max_rank)
            fail<ShapeError>("{}: {} indices are too many for x of shape {}", call.owner(), named, x.shape());
        bool open = true;
        for (const Config& part : parts) {
            if (!is_of_class(part, "__ellipsis__")) {
                add(part);
            } else if (open) {
                for (size_t i = named; i < rank; ++i) whole();
                open = false;
            } else {
                fail<ValueError>("{}: a key has one ... at most", call.owner());
            }
        }
        while (slices_.size() < rank) whole();
    }
    Tensor result() const {
        if (kept_.size() > Shape::max_rank)
            fail<ShapeError>("{}: the result would have {} axes", call_.owner(), kept_.size());
        const Tensor y = slice(x_, slices_);
        std::vector<int64_t> extents;
        for (const int axis : kept_) extents.push_back(axis < 0 ? 1 : y.shape()[axis]);
        return reshape(y, Shape(extents));
    }

private:
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
        const int64_t n = x_.shape()[static_cast<int>(slices_.size())];
        if (index < -n || index >= n)
            fail<ValueError>("{}: index {} is outside an axis of extent {}", call_.owner(), index, n);
        const int64_t place = index < 0 ? index + n : index;
        slices_.emplace_back(place, place + 1);
    }

    const Tensor x_;
    const Call& call_;
    std::vector<Slice> slices_;
    std::vector<int> kept_;  ///< the axes that stay; -1 for a new one
};

/// Indices as Keras takes them: negative ones count from the end.
Tensor indices_of(const Call& call, size_t operand, int64_t extent) {
    const Tensor x = call.as(operand, int64);
    return where(x < 0, x + extent, x);
}

Tensor taken(const Call& call) {
    const std::optional<int> given = call.optional_axis();
    const Tensor x = given ? call.tensor(0) : reshape(call.tensor(0), {-1});
    const int axis = x.shape().normalize_axis(given.value_or(0), call.owner().c_str());
    const Tensor indices = indices_of(call, 1, x.shape()[axis]);
    call.check_growth(x.shape(), axis, indices.size());
    return gather(x, indices, axis);
}

Tensor taken_along(const Call& call) {
    const std::optional<int> given = call.optional_axis();
    const Tensor x = given ? call.tensor(0) : reshape(call.tensor(0), {-1});
    const int axis = x.shape().normalize_axis(given.value_or(0), call.owner().c_str());
    const Tensor indices = indices_of(call, 1, x.shape()[axis]);
    return take_along_axis(x, given ? indices : reshape(indices, {-1}), axis);
}

/// inputs[start : start + shape], moved inwards where it would stand over, as XLA has it.
Tensor sliced(const Call& call) {
    const Tensor x = call.tensor(0);
    const Tensor starts = call.as(1, int64);
    const std::vector<int64_t> extents = call.sizes("shape");
    if (starts.rank() != 1 || starts.size() != x.rank() || extents.size() != x.shape().extents().size())
        fail<ShapeError>("{}: start_indices and shape need one number for each axis of {}", call.owner(),
                         x.shape());
    std::vector<Slice> slices;
    for (int axis = 0; axis < x.rank(); ++axis) {
        const int64_t n = x.shape()[axis];
        const int64_t start = std::clamp<int64_t>(starts.data<int64_t>()[static_cast<size_t>(axis)], 0, n);
        const int64_t extent = extents[static_cast<size_t>(axis)];
        if (extent < -1 || extent > n - start) call.wrong("shape", "that is more than there is");
        slices.emplace_back(start, extent == -1 ? n : start + extent);
    }
    return slice(x, slices);
}

Tensor one_hot_of(const Call& call) {
    call.only("sparse", false);
    const Tensor indices = call.as(0, int64);
    const int64_t depth = call.integer("num_classes");
    std::vector<int64_t> extents(indices.shape().begin(), indices.shape().end());
    extents.push_back(depth);
    call.result(extents);
    const Tensor y = one_hot(indices, depth, call.dtype().value_or(float32));
    const int axis = y.shape().normalize_axis(call.axis(), call.owner().c_str());
    std::vector<int> permutation;
    for (int i = 0; i < indices.rank(); ++i) permutation.push_back(i);
    permutation.insert(permutation.begin() + axis, indices.rank());
    return axis == indices.rank() ? y : transpose(y, permutation);
}

/// Ones up to the diagonal k, or from it on, over the last two axes.
Tensor triangle(const Call& call, bool upper) {
    const Tensor x = call.tensor(0);
    if (x.rank() < 2) fail<ShapeError>("{}: x of shape {} has no matrices", call.owner(), x.shape());
    const int64_t k = call.integer("k");
    const int64_t rows = x.shape()[-2], columns = x.shape()[-1];
    const Tensor row = reshape(arange(0, rows, 1, int64), {rows, 1});
    const Tensor column = reshape(arange(0, columns, 1, int64), {1, columns});
    const Tensor distance = column - row;
    return where(upper ? distance >= k : distance <= k, x, Tensor::scalar(0, x.dtype()));
}

const Function functions[] = {
    {"numpy.GetItem", "x key", "",
     [](const Call& c) {
         const Config& key = c.literal(1);
         return Selection(c.tensor(0), key.is_null() ? Config::List{Config()} : key, c).result();
     }},
    {"numpy.Take", "x indices", R"({"axis":null})", taken},
    {"numpy.TakeAlongAxis", "x indices", R"({"axis":null})", taken_along},
    {"core.Slice", "inputs start_indices", R"({"shape":"!"})", sliced},
    {"nn.OneHot", "x", R"({"num_classes":"!","axis":-1,"dtype":null,"sparse":false})", one_hot_of},
    {"numpy.Tril", "x", R"({"k":0})", [](const Call& c) { return triangle(c, false); }},
    {"numpy.Triu", "x", R"({"k":0})", [](const Call& c) { return triangle(c, true); }},
};

}  // namespace

std::span<const Function> index_functions() {
    return functions;
}

}  // namespace keratin::operations
