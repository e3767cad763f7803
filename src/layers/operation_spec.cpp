#include "layers/operations/plan.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>

#include <algorithm>

/// Shapes and dtypes of an operation's results, without a result being made.
namespace keratin::layers {
namespace {

using operations::Operand;
using Output = Operation::Output;

/// The shape with one element and as many axes.
Shape single(const Shape& shape) {
    return Shape(std::vector<int64_t>(shape.extents().size(), 1));
}

}  // namespace

std::vector<Output> Operation::compute_output_spec(const std::vector<Shape>& shapes,
                                                   const std::vector<DType>& dtypes) const {
    const NoGradient pause;
    std::vector<Tensor> singles;
    for (size_t i = 0; i < shapes.size(); ++i) singles.push_back(zeros(single(shapes[i]), dtypes[i]));
    std::vector<Operand> operands = plan_->operands(singles, name());
    const operations::Results results = plan_->results(operands, shapes, name());
    std::vector<Output> outputs;
    if (std::all_of(results.begin(), results.end(),
                    [](const operations::Result& one) { return one.dtype.has_value(); })) {
        for (const auto& [shape, dtype] : results) outputs.push_back({shape, *dtype});
        return outputs;
    }
    // Dtypes do not hang on extents.
    for (Operand& operand : operands)
        if (operand.tensor.defined() && operand.tensor.size() != 1)
            operand.tensor = zeros(single(operand.tensor.shape()), operand.tensor.dtype());
    const std::vector<Tensor> tried = plan_->run(operands, name());
    for (size_t i = 0; i < results.size(); ++i)
        outputs.push_back({results[i].shape, results[i].dtype.value_or(tried.at(i).dtype())});
    return outputs;
}

std::vector<Shape> Operation::compute_output_shapes(const std::vector<Shape>& inputs) const {
    std::vector<Shape> shapes;
    for (const Output& output : compute_output_spec(inputs, std::vector<DType>(inputs.size(), float32)))
        shapes.push_back(output.shape);
    return shapes;
}

}  // namespace keratin::layers
