#include <keratin/data/utils.hpp>

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace keratin::utils {

Tensor to_categorical(const Tensor& x, std::optional<int64_t> num_classes) {
    const Shape shape = x.rank() > 1 && x.shape().back() == 1 ? x.shape().slice(0, -1) : x.shape();
    const Tensor classes = convert(x, int64).view(shape);
    const std::span<const int64_t> values = classes.data<int64_t>();
    if (values.empty() && !num_classes)
        fail<ValueError>("to_categorical: x of shape {} has no class to count; give num_classes", x.shape());
    const int64_t depth = num_classes ? *num_classes : *std::max_element(values.begin(), values.end()) + 1;
    for (const int64_t value : values)
        if (value < 0 || value >= depth)
            fail<ValueError>("to_categorical: x holds class {}; classes are 0 to num_classes - 1, here {}",
                             value, depth - 1);
    return one_hot(classes, depth);
}

Tensor normalize(const Tensor& x, int axis, double order) {
    if (!(order >= 1)) fail<ValueError>("normalize: order is {}; it must be at least 1", order);
    if (axis < -x.rank() || axis >= x.rank())
        fail<ValueError>("normalize: axis is {}; x of shape {} has {} axes", axis, x.shape(), x.rank());
    const Tensor values = is_floating(x.dtype()) ? x : cast(x, float32);
    Tensor norm;
    if (order == 2)
        norm = sqrt(reduce_sum(square(values), axis, true));
    else if (std::isinf(order))
        norm = reduce_max(abs(values), axis, true);
    else
        norm = pow(reduce_sum(pow(abs(values), order), axis, true), 1 / order);
    return values / where(norm == 0, ones_like(norm), norm);
}

Tensor pad_sequences(std::span<const Tensor> sequences, const PadSequencesOptions& options) {
    if (sequences.empty()) fail<ValueError>("pad_sequences: there is no sequence; give at least one");
    if (options.maxlen && *options.maxlen < 1)
        fail<ValueError>("pad_sequences: maxlen is {}; it must be at least 1", *options.maxlen);
    const Tensor* first = nullptr;  // with a step, which tells the shape of all
    int64_t longest = 0;
    for (const Tensor& sequence : sequences) {
        if (!sequence.defined() || sequence.rank() == 0)
            fail<ShapeError>("pad_sequences: a sequence must have steps, (steps, ...)");
        longest = std::max(longest, sequence.shape()[0]);
        if (!first && sequence.shape()[0] > 0) first = &sequence;
    }
    const Shape step = first ? first->shape().slice(1, first->rank()) : Shape{};
    const int64_t length = options.maxlen.value_or(longest);
    Tensor result =
        full(Shape{static_cast<int64_t>(sequences.size()), length} + step, options.value, options.dtype);
    auto* to = static_cast<char*>(result.mutable_raw());
    const auto step_bytes = static_cast<size_t>(step.size()) * size_of(options.dtype);
    for (size_t i = 0; i < sequences.size(); ++i, to += static_cast<size_t>(length) * step_bytes) {
        const Tensor sequence = convert(sequences[i], options.dtype);
        const int64_t steps = sequence.shape()[0];
        if (steps == 0) continue;
        if (sequence.shape().slice(1, sequence.rank()) != step)
            fail<ShapeError>(
                "pad_sequences: sequence {} has shape {}; its steps must have shape {} as the first's", i,
                sequence.shape(), step);
        const int64_t kept = std::min(steps, length);
        const int64_t from = options.truncating.is("pre") ? steps - kept : 0;
        const int64_t at = options.padding.is("pre") ? length - kept : 0;
        std::memcpy(to + static_cast<size_t>(at) * step_bytes,
                    static_cast<const char*>(sequence.raw()) + static_cast<size_t>(from) * step_bytes,
                    static_cast<size_t>(kept) * step_bytes);
    }
    return result;
}

Tensor pad_sequences(const std::vector<std::vector<int64_t>>& sequences, const PadSequencesOptions& options) {
    return pad_sequences<int64_t>(sequences, options);
}

}  // namespace keratin::utils
