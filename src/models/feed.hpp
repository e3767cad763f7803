#pragma once

#include <keratin/core/random.hpp>
#include <keratin/models/training.hpp>

#include <memory>
#include <optional>

namespace keratin {

/// A place in a stream of random numbers, as checkpoints hold it.
Config to_config(const SeedGenerator::Draw& draw);
SeedGenerator::Draw draw_from(const Config& config);

/// Where a run takes its batches from.
class Feed {
public:
    virtual ~Feed() = default;
    /// Batches of an epoch; 0 when only the end will tell.
    virtual int64_t steps() const = 0;
    virtual std::optional<Batch> next(int64_t epoch, int64_t step) = 0;
    /// What a feed of the same data needs to go on with this step of an epoch.
    virtual Config state(int64_t step) const = 0;
    /// Throws ValueError when the data do not go with it. May move the default generator.
    virtual void restore(const Config& state, int64_t epoch) = 0;
};

struct FeedOptions {
    int64_t batch_size = 32;
    bool shuffle = false;
    std::optional<int64_t> steps = {};  ///< batches of an epoch; the samples go round and round then
};

/// Batches of whole tensors; y and sample_weight may be undefined. A uint8 x becomes float32(x) * scale as it
/// is gathered. Shuffles anew in each epoch, from the default generator.
///
/// A batch is gathered when it is asked for, by all threads: a step keeps them all busy, so gathering beside
/// it would only take turns with it.
class TensorFeed final : public Feed {
public:
    TensorFeed(const ValidationData& data, const FeedOptions& options);

    int64_t steps() const override { return options_.steps.value_or(batches()); }
    std::optional<Batch> next(int64_t epoch, int64_t step) override;
    /// The order is not in it: the draw that it came from is.
    Config state(int64_t step) const override;
    void restore(const Config& state, int64_t epoch) override;

private:
    int64_t batches() const { return (samples_ + options_.batch_size - 1) / options_.batch_size; }
    Tensor rows(const Tensor& x, double scale, int64_t first, int64_t count) const;

    const ValidationData data_;
    const FeedOptions options_;
    const int64_t samples_;
    int64_t position_ = 0;        ///< of the next batch; runs on over epochs when their steps are given
    SeedGenerator::Draw draw_{};  ///< that the order comes from
    Tensor order_;
};

/// Batches of the caller's own.
std::unique_ptr<Feed> source_feed(const BatchSource& source, std::optional<int64_t> steps);

/// Rows [first, first + count) without a copy, or converted when x is uint8 with a scale.
Tensor batch_rows(const Tensor& x, double scale, int64_t first, int64_t count);

}  // namespace keratin
