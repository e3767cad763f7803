#include "data/stage.hpp"

#include <keratin/core/error.hpp>

#include <cstring>
#include <vector>

namespace keratin::data {
namespace {

size_t bytes_of(const Tensor& x) {
    return static_cast<size_t>(x.size()) * size_of(x.dtype());
}

/// The tensors that `part` picks from the samples, along a new first axis.
template <class Part>
Tensor stacked_part(const std::vector<Batch>& samples, const char* what, const Part& part) {
    const Tensor& first = part(samples.front());
    Tensor result = Tensor::empty(Shape{static_cast<int64_t>(samples.size())} + first.shape(), first.dtype());
    auto* to = static_cast<char*>(result.mutable_raw());
    for (size_t i = 0; i < samples.size(); ++i) {
        const Tensor& x = part(samples[i]);
        if (x.dtype() != first.dtype())
            fail<DTypeError>(
                "Pipeline::batch: {} of element {} of a batch is {}, that of the first {}; cast it", what, i,
                x.dtype(), first.dtype());
        if (x.shape() != first.shape())
            fail<ShapeError>(
                "Pipeline::batch: {} of element {} of a batch has shape {}, that of the first {}; resize or "
                "pad it with map()",
                what, i, x.shape(), first.shape());
        if (bytes_of(x)) std::memcpy(to + i * bytes_of(x), x.raw(), bytes_of(x));
    }
    return result;
}

Tensors stacked_parts(const std::vector<Batch>& samples, const char* what, Tensors Batch::*member) {
    Tensors result;
    const size_t count = (samples.front().*member).size();
    for (size_t i = 0; i < samples.size(); ++i)
        if ((samples[i].*member).size() != count)
            fail<ShapeError>("Pipeline::batch: element {} of a batch has {} tensors for {}, the first {}", i,
                             (samples[i].*member).size(), what, count);
    for (size_t k = 0; k < count; ++k)
        result.push_back(stacked_part(
            samples, what, [&](const Batch& sample) -> const Tensor& { return (sample.*member)[k]; }));
    return result;
}

}  // namespace

Batch stacked(const std::vector<Batch>& samples) {
    return {stacked_parts(samples, "x", &Batch::x), stacked_parts(samples, "y", &Batch::y),
            stacked_parts(samples, "sample_weight", &Batch::sample_weight)};
}

Batch row_of(const Batch& batch, int64_t row) {
    const auto part = [&](const Tensor& x) {
        const Shape sample = x.shape().slice(1, x.rank());
        return x.view(sample, row * sample.size());
    };
    return {batch.x.map(part), batch.y.map(part), batch.sample_weight.map(part)};
}

int64_t rows_of(const Batch& batch, const char* owner) {
    std::optional<int64_t> rows;
    for (const Tensors* part : {&batch.x, &batch.y, &batch.sample_weight})
        for (size_t i = 0; i < part->size(); ++i) {
            const Tensor& x = (*part)[i];
            if (!x.defined() || x.rank() == 0)
                fail<ShapeError>("{}: a tensor of rank 0 has no rows; give (n, ...)", owner);
            if (rows && x.shape()[0] != *rows)
                fail<ShapeError>(
                    "{}: a tensor of shape {} among tensors of {} rows; the first extents must agree", owner,
                    x.shape(), *rows);
            rows = x.shape()[0];
        }
    return rows.value_or(0);
}

}  // namespace keratin::data
