#include "common/changed_batches.hpp"

#include <keratin/core/random.hpp>
#include <keratin/core/threads.hpp>

#include <algorithm>

namespace apps {

using namespace keratin;

ChangedBatches::ChangedBatches(Dataset data, const Options& options, Change change)
    : data_(std::move(data)), options_(options), change_(std::move(change)) {}

int64_t ChangedBatches::steps() const {
    return (data_.size() + options_.batch_size - 1) / options_.batch_size;
}

std::optional<Batch> ChangedBatches::operator()(int64_t epoch, int64_t step) {
    if (step >= steps()) return std::nullopt;
    const auto draw = [&](int64_t what) {
        return SeedGenerator::Draw{options_.seed,
                                   static_cast<uint64_t>((epoch * (steps() + 1) + what) * 2 + 1)};
    };
    if (step == 0) order_ = random::permutation(data_.size(), draw(0));
    const int64_t first = step * options_.batch_size;
    const int64_t count = std::min(options_.batch_size, data_.size() - first);
    const int64_t uniforms = options_.uniforms;
    const Tensor numbers = random::uniform({count, uniforms}, {.minval = -1, .maxval = 1}, draw(step + 1));
    Tensor x = Tensor::empty(data_.x.shape().with(0, count));
    Tensor y = Tensor::empty({count}, int64);
    const int64_t pixels = x.size() / count;
    float* const images = x.mutable_data<float>().data();
    int64_t* const labels = y.mutable_data<int64_t>().data();
    parallel_for(count, count * pixels * options_.work, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const auto index = order_.data<int64_t>()[static_cast<size_t>(first + i)];
            change_(data_.x.data<uint8_t>().data() + index * pixels,
                    numbers.data<float>().data() + i * uniforms, static_cast<float>(data_.scale),
                    images + i * pixels);
            labels[i] = data_.y.data<int64_t>()[static_cast<size_t>(index)];
        }
    });
    return Batch{x, y};
}

}  // namespace apps
