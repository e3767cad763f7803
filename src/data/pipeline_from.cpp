#include "data/guarded.hpp"
#include "data/stage.hpp"
#include "models/feed.hpp"

#include <keratin/core/error.hpp>

/// Where pipelines begin.
namespace keratin::data {
namespace {

Pipeline source(uint64_t argument, Stage::Start start, int64_t cardinality) {
    auto runs = std::make_shared<std::atomic<uint64_t>>(0);
    return Pipeline(
        std::make_shared<const Stage>(Stage{std::move(start), cardinality, std::move(runs), argument}));
}

}  // namespace

Pipeline from_tensor_slices(const Tensors& x, const Tensors& y, const Tensors& sample_weight) {
    const Batch all{x, y, sample_weight};
    const int64_t rows = rows_of(all, "from_tensor_slices");
    return source(
        static_cast<uint64_t>(rows),
        [all, rows](uint64_t) {
            return [all, rows, row = int64_t{0}]() mutable -> std::optional<Batch> {
                if (row == rows) return std::nullopt;
                return row_of(all, row++);
            };
        },
        rows);
}

Pipeline from_tensor_slices(const Dataset& data) {
    const Pipeline rows = from_tensor_slices(data.x, data.y);
    if (data.x.dtype() != uint8 || data.scale == 1.0) return rows;
    return rows.map(
        [scale = data.scale](Batch sample) {
            const Tensor& x = sample.x;
            sample.x = batch_rows(x.view(Shape{1} + x.shape()), scale, 0, 1).view(x.shape());
            return sample;
        },
        {.seed = 0});
}

Pipeline from_generator(std::function<Elements()> start, const GeneratorOptions& options) {
    if (!start) fail<ValueError>("from_generator: the function is empty; give one that begins a run");
    const uint64_t seed = seed_or_drawn(options.seed);
    return source(
        seed,
        [start = std::move(start), seed](uint64_t run) {
            Guarded begin(mixed(seed, run));
            Elements next = begin(start);
            if (!next)
                fail<ValueError>(
                    "from_generator: the run that began is an empty function; give one that gives elements");
            return [next = std::move(next), guarded = begin]() mutable -> std::optional<Batch> {
                if (!next) return std::nullopt;
                std::optional<Batch> element = guarded(next);
                if (!element) next = nullptr;  // a function that is asked again may begin again
                return element;
            };
        },
        options.cardinality);
}

}  // namespace keratin::data
