#include "models/feed.hpp"

#include "core/context.hpp"

#include <keratin/core/random.hpp>

#include <algorithm>
#include <cstring>

namespace keratin {
namespace {

Tensor scaled_rows(const Tensor& x, double scale, const int64_t* index, int64_t count) {
    Tensor rows = Tensor::empty(x.shape().with(0, count), float32);
    const int64_t width = x.shape()[0] ? x.size() / x.shape()[0] : 0;
    kernels::kernels<float>().gather_scale(context(), x.data<uint8_t>().data(), index,
                                           static_cast<float>(scale), rows.mutable_data<float>().data(),
                                           count, width);
    return rows;
}

Tensor gathered_rows(const Tensor& x, const int64_t* index, int64_t count) {
    Tensor rows = Tensor::empty(x.shape().with(0, count), x.dtype());
    const size_t width = static_cast<size_t>(x.size() / x.shape()[0]) * size_of(x.dtype());
    auto* to = static_cast<char*>(rows.mutable_raw());
    const auto* from = static_cast<const char*>(x.raw());
    for (int64_t row = 0; row < count; ++row, to += width)
        std::memcpy(to, from + static_cast<size_t>(index[row]) * width, width);
    return rows;
}

bool is_scaled(const Tensor& x, double scale) {
    return x.dtype() == uint8 && scale != 1.0;
}

class TensorFeed final : public Feed {
public:
    TensorFeed(const ValidationData& data, const FeedOptions& options)
        : data_(data), options_(options), samples_(data.x.shape()[0]) {}

    int64_t steps() const override { return options_.steps.value_or(batches()); }

    std::optional<Batch> next(int64_t, int64_t step) override {
        if (step >= steps() || samples_ == 0) return std::nullopt;
        if (position_ >= batches() || (step == 0 && !options_.steps)) position_ = 0;
        if (position_ == 0 && options_.shuffle) order_ = random::permutation(samples_);
        const int64_t first = position_++ * options_.batch_size;
        const int64_t count = std::min(options_.batch_size, samples_ - first);
        return Batch{rows(data_.x, data_.scale, first, count), rows(data_.y, 1.0, first, count),
                     rows(data_.sample_weight, 1.0, first, count)};
    }

private:
    int64_t batches() const { return (samples_ + options_.batch_size - 1) / options_.batch_size; }

    Tensor rows(const Tensor& x, double scale, int64_t first, int64_t count) const {
        if (!x.defined()) return {};
        if (!options_.shuffle) return batch_rows(x, scale, first, count);
        const int64_t* index = order_.data<int64_t>().data() + first;
        return is_scaled(x, scale) ? scaled_rows(x, scale, index, count) : gathered_rows(x, index, count);
    }

    const ValidationData data_;
    const FeedOptions options_;
    const int64_t samples_;
    int64_t position_ = 0;  ///< of the next batch; runs on over epochs when their steps are given
    Tensor order_;
};

class SourceFeed final : public Feed {
public:
    SourceFeed(const BatchSource& source, std::optional<int64_t> steps) : source_(source), steps_(steps) {}

    int64_t steps() const override { return steps_.value_or(0); }

    std::optional<Batch> next(int64_t epoch, int64_t step) override {
        if (steps_ && step >= *steps_) return std::nullopt;
        return source_(epoch, step);
    }

private:
    const BatchSource source_;
    const std::optional<int64_t> steps_;
};

}  // namespace

Tensor batch_rows(const Tensor& x, double scale, int64_t first, int64_t count) {
    if (is_scaled(x, scale)) {
        std::vector<int64_t> index(static_cast<size_t>(count));
        for (size_t i = 0; i < index.size(); ++i) index[i] = first + static_cast<int64_t>(i);
        return scaled_rows(x, scale, index.data(), count);
    }
    const int64_t samples = x.shape()[0];
    return x.view(x.shape().with(0, count), samples ? first * (x.size() / samples) : 0);
}

std::unique_ptr<Feed> tensor_feed(const ValidationData& data, const FeedOptions& options) {
    return std::make_unique<TensorFeed>(data, options);
}

std::unique_ptr<Feed> source_feed(const BatchSource& source, std::optional<int64_t> steps) {
    return std::make_unique<SourceFeed>(source, steps);
}

}  // namespace keratin
