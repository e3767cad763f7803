#include <keratin/data/pipeline.hpp>

#include "data/guarded.hpp"
#include "data/stage.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <vector>

namespace keratin::data {
namespace {

Pipeline behind(const Stage& from, uint64_t argument, Stage::Start start, int64_t cardinality) {
    return Pipeline(std::make_shared<const Stage>(
        Stage{std::move(start), cardinality, from.runs, mixed(from.arguments, argument)}));
}

void require_positive(const char* call, const char* what, int64_t value) {
    if (value < 1) fail<ValueError>("Pipeline::{}: {} is {}; it must be at least 1", call, what, value);
}

std::optional<int64_t> known(int64_t cardinality) {
    return cardinality < 0 ? std::nullopt : std::optional(cardinality);
}

}  // namespace

Pipeline::Pipeline(std::shared_ptr<const Stage> stage)
    : BatchSource(source_of(stage), known(stage->cardinality), memory_of(stage)), stage_(std::move(stage)) {}

int64_t Pipeline::cardinality() const {
    return stage_->cardinality;
}

Pipeline::Iterator Pipeline::begin() const {
    return Iterator(stage_->next_run());
}

Pipeline::Iterator::Iterator(Elements elements) : elements_(std::make_shared<Elements>(std::move(elements))) {
    ++*this;
}

Pipeline::Iterator& Pipeline::Iterator::operator++() {
    element_ = (*elements_)();
    return *this;
}

Pipeline Pipeline::shuffle(int64_t buffer_size, const ShuffleOptions& options) const {
    require_positive("shuffle", "buffer_size", buffer_size);
    const uint64_t seed = seed_or_drawn(options.seed);
    return behind(
        *stage_, mixed(seed, static_cast<uint64_t>(buffer_size)),
        [from = stage_, buffer_size, seed, anew = options.reshuffle_each_iteration](uint64_t run) {
            return shuffled(from->start(run), buffer_size, seed, anew ? run : 0);
        },
        cardinality());
}

Pipeline Pipeline::batch(int64_t n, const BatchOptions& options) const {
    require_positive("batch", "n", n);
    const bool whole = options.drop_remainder;
    const int64_t all = cardinality();
    const int64_t count = all < 0 ? all : all / n + (!whole && all % n != 0);
    return behind(
        *stage_, static_cast<uint64_t>(n),
        [from = stage_, n, whole](uint64_t run) {
            return [next = from->start(run), n, whole]() -> std::optional<Batch> {
                std::vector<Batch> samples;
                while (static_cast<int64_t>(samples.size()) < n) {
                    std::optional<Batch> sample = next();
                    if (!sample) break;
                    samples.push_back(std::move(*sample));
                }
                if (samples.empty() || (whole && static_cast<int64_t>(samples.size()) < n))
                    return std::nullopt;
                return stacked(samples);
            };
        },
        count);
}

Pipeline Pipeline::unbatch() const {
    return behind(
        *stage_, 0,
        [from = stage_](uint64_t run) {
            return [next = from->start(run), batch = std::optional<Batch>(), row = int64_t{0},
                    rows = int64_t{0}]() mutable -> std::optional<Batch> {
                while (row == rows) {
                    batch = next();
                    if (!batch) return std::nullopt;
                    row = 0;
                    rows = rows_of(*batch, "Pipeline::unbatch");
                }
                return row_of(*batch, row++);
            };
        },
        cardinality() == infinite ? infinite : unknown);
}

Pipeline Pipeline::repeat(int64_t count) const {
    const int64_t once = cardinality();
    const int64_t times = once == 0 || count == 0    ? 0
                          : count < 0                ? infinite
                          : once < 0                 ? once
                          : count > INT64_MAX / once ? INT64_MAX
                                                     : once * count;
    return behind(
        *stage_, static_cast<uint64_t>(count),
        [from = stage_, count](uint64_t run) {
            return [from, count, run, next = Elements(), round = uint64_t{0},
                    empty = true]() mutable -> std::optional<Batch> {
                while (count < 0 || round < static_cast<uint64_t>(count)) {
                    if (!next) next = from->start(round == 0 ? run : mixed(run, round));
                    if (std::optional<Batch> element = next()) {
                        empty = false;
                        return element;
                    }
                    if (empty) break;  // no round will be any better
                    next = nullptr;
                    ++round;
                }
                count = 0;
                return std::nullopt;
            };
        },
        times);
}

Pipeline Pipeline::map(std::function<Batch(Batch)> f, const MapOptions& options) const {
    if (!f) fail<ValueError>("Pipeline::map: the function is empty; give one that takes and gives a Batch");
    const uint64_t seed = seed_or_drawn(options.seed);
    return behind(
        *stage_, seed,
        [from = stage_, f = std::move(f), seed](uint64_t run) {
            return [next = from->start(run), f,
                    guarded = Guarded(mixed(seed, run))]() mutable -> std::optional<Batch> {
                std::optional<Batch> element = next();
                if (!element) return std::nullopt;
                return guarded([&] { return f(std::move(*element)); });
            };
        },
        cardinality());
}

Pipeline Pipeline::map(std::function<Tensor(Tensor)> f, const MapOptions& options) const {
    if (!f) return map(std::function<Batch(Batch)>(), options);
    const auto of_x = [f = std::move(f)](Batch element) {
        element.x = f(element.x);
        return element;
    };
    return map(std::function<Batch(Batch)>(of_x), options);
}

Pipeline Pipeline::prefetch(int64_t n) const {
    require_positive("prefetch", "n", n);
    return behind(
        *stage_, 0, [from = stage_, n](uint64_t run) { return prefetched(from->start(run), n); },
        cardinality());
}

Pipeline Pipeline::take(int64_t count) const {
    if (count < 0) return *this;
    return behind(
        *stage_, static_cast<uint64_t>(count),
        [from = stage_, count](uint64_t run) {
            return [next = from->start(run), left = count]() mutable -> std::optional<Batch> {
                if (left == 0) return std::nullopt;
                --left;
                return next();
            };
        },
        cardinality() == infinite ? count : std::min(cardinality(), count));
}

Pipeline Pipeline::skip(int64_t count) const {
    return behind(
        *stage_, static_cast<uint64_t>(count),
        [from = stage_, count](uint64_t run) {
            return [next = from->start(run), left = count]() mutable -> std::optional<Batch> {
                for (; left != 0; --left)
                    if (left < 0 || !next()) return std::nullopt;
                return next();
            };
        },
        count < 0           ? 0
        : cardinality() < 0 ? cardinality()
                            : std::max<int64_t>(cardinality() - count, 0));
}

}  // namespace keratin::data
