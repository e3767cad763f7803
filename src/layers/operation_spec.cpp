#include "layers/operations/plan.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

/// Shapes and dtypes of an operation's results, found by trying it on zeros.
namespace keratin::layers {
namespace {

using Output = Operation::Output;

constexpr int64_t largest_stand_in = int64_t{1} << 24;  ///< elements
constexpr int64_t large = int64_t{1} << 20;             ///< elements that are better not made

/// What stands for an open batch and for other open extents, in the order in which they are tried: the second
/// divides by more numbers, the last ones have what others are too short for.
struct Trial {
    int64_t batch, other, largest;
};
constexpr std::array<Trial, 4> trials = {
    {{2, 8, largest_stand_in}, {12, 24, largest_stand_in}, {2, 240, large}, {2, 4096, large}}};

/// The shapes with their open extents filled in: the batch, and others.
std::vector<Tensor> stand_ins(const std::vector<Shape>& shapes, const std::vector<DType>& dtypes,
                              const Trial& trial, const std::string& owner) {
    std::vector<Tensor> tensors;
    for (size_t i = 0; i < shapes.size(); ++i) {
        Shape shape = shapes[i];
        for (int axis = 0; axis < shape.rank(); ++axis)
            if (shape[axis] == Shape::unknown)
                shape = shape.with(axis, axis == 0 ? trial.batch : trial.other);
        if (shape.size() > trial.largest)
            fail<ShapeError>("{}: an input of shape {} is too large", owner, shapes[i]);
        tensors.push_back(zeros(shape, dtypes[i]));
    }
    return tensors;
}

/// As broadcast(), where an open extent goes with any.
Shape broadcast_open(const Shape& a, const Shape& b, const std::string& owner) {
    std::vector<int64_t> left, right;
    for (const auto& [shape, filled] : {std::pair(&a, &left), std::pair(&b, &right)}) {
        filled->assign(static_cast<size_t>(std::max(a.rank(), b.rank()) - shape->rank()), 1);
        filled->insert(filled->end(), shape->begin(), shape->end());
    }
    std::vector<size_t> open;
    for (size_t axis = 0; axis < left.size(); ++axis) {
        int64_t &x = left[axis], &y = right[axis];
        if (x != Shape::unknown && y != Shape::unknown) continue;
        if (std::max(x, y) <= 1) open.push_back(axis);
        x = y = std::max<int64_t>(std::max(x, y), 1);
    }
    Shape shape = broadcast(Shape(left), Shape(right), owner.c_str());
    for (const size_t axis : open) shape = shape.with(static_cast<int>(axis), Shape::unknown);
    return shape;
}

bool is_large(const Shape& shape) {
    int64_t elements = 1;
    for (const int64_t extent : shape) {
        if (extent == 0) return false;
        const int64_t factor = extent == Shape::unknown ? 8 : extent;
        if (elements > large / factor) return true;
        elements *= factor;
    }
    return false;
}

std::vector<Output> outputs_of(const std::vector<Tensor>& results) {
    std::vector<Output> outputs;
    for (const Tensor& y : results) outputs.push_back({y.shape(), y.dtype()});
    return outputs;
}

/// What the results have in common with those of a run with other open extents: where they differ, an extent
/// is open.
std::vector<Output> common(const std::vector<Tensor>& results, const std::vector<Tensor>& others,
                           const Shape& input, const std::string& owner) {
    if (others.size() != results.size())
        fail<ShapeError>("{}: how many results it has hangs on an extent that is open in {}", owner, input);
    std::vector<Output> outputs = outputs_of(results);
    for (size_t i = 0; i < outputs.size(); ++i) {
        Shape& shape = outputs[i].shape;
        const Shape& other = others[i].shape();
        if (other.rank() != shape.rank())
            fail<ShapeError>("{}: the rank of its result hangs on an extent that is open in {}", owner,
                             input);
        for (int axis = 0; axis < shape.rank(); ++axis)
            if (shape[axis] != other[axis]) shape = shape.with(axis, Shape::unknown);
    }
    return outputs;
}

/// Of what begins behind the end of a stand-in nothing is left.
bool has_empty(const std::vector<Output>& outputs) {
    return std::any_of(outputs.begin(), outputs.end(), [](const Output& y) {
        return std::find(y.shape.begin(), y.shape.end(), 0) != y.shape.end();
    });
}

}  // namespace

/// What a function of single numbers makes of inputs that are too large to try it on.
Operation::Output Operation::broadcast_spec(const std::vector<Shape>& shapes,
                                            const std::vector<DType>& dtypes) const {
    std::vector<Tensor> numbers;
    for (const DType dtype : dtypes) numbers.push_back(zeros({}, dtype));
    const std::vector<Tensor> result = plan_->run(numbers, name(), largest_stand_in);
    Shape shape = result.front().shape();  // the constants'
    for (const Shape& input : shapes) shape = broadcast_open(shape, input, name());
    return {shape, result.front().dtype()};
}

std::vector<Output> Operation::compute_output_spec(const std::vector<Shape>& shapes,
                                                   const std::vector<DType>& dtypes) const {
    const NoGradient pause;
    if (operations::is_elementwise(plan_->function) && std::any_of(shapes.begin(), shapes.end(), is_large))
        return {broadcast_spec(shapes, dtypes)};
    const auto trace = [&](const Trial& trial) {
        return plan_->run(stand_ins(shapes, dtypes, trial, name()), name(), trial.largest);
    };
    if (std::all_of(shapes.begin(), shapes.end(), [](const Shape& shape) { return shape.is_static(); }))
        return outputs_of(trace({1, 1, largest_stand_in}));
    std::optional<std::vector<Output>> found;
    std::exception_ptr refused;
    for (const Trial& trial : trials) {
        try {
            const std::vector<Tensor> results = trace(trial);
            const std::vector<Tensor> others = trace({2 * trial.batch, 2 * trial.other, trial.largest});
            found = common(results, others, shapes.front(), name());
            if (!has_empty(*found)) break;
        } catch (const Error&) {
            if (!refused) refused = std::current_exception();
        }
    }
    if (!found) std::rethrow_exception(refused);
    return *found;
}

std::vector<Shape> Operation::compute_output_shapes(const std::vector<Shape>& inputs) const {
    std::vector<Shape> shapes;
    for (const Output& output : compute_output_spec(inputs, std::vector<DType>(inputs.size(), float32)))
        shapes.push_back(output.shape);
    return shapes;
}

}  // namespace keratin::layers
