#pragma once

#include <keratin/core/export.hpp>
#include <keratin/core/tensors.hpp>
#include <keratin/models/training.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>

namespace keratin::data {

struct Stage;

struct ShuffleOptions {
    std::optional<uint64_t> seed = {};     ///< without one, drawn from the default generator
    bool reshuffle_each_iteration = true;  ///< another order in every run
};
struct BatchOptions {
    bool drop_remainder = false;  ///< without the last batch when it is short
};
struct MapOptions {
    std::optional<uint64_t> seed =
        {};  ///< of what the function draws; without one, from the default generator
};

struct GeneratorOptions {
    int64_t cardinality = -2;           ///< elements of a run, or Pipeline::infinite, or Pipeline::unknown
    std::optional<uint64_t> seed = {};  ///< as MapOptions::seed
};

/// Samples or batches on their way to a model (tf.data.Dataset): where they come from, and what is done with
/// them one by one. A cheap value: every call gives a new pipeline that shares what it continues, and nothing
/// happens before it is run through, by a range-for or by fit(), evaluate() and predict().
///
///     auto batches = data::from_tensor_slices(train).shuffle(1000, {.seed = 1}).batch(64).prefetch();
///     model.fit(batches, {.epochs = 5});
///
/// Each run shuffles anew. Run number k from one source, with the same seeds, gives the same bits, with or
/// without prefetch() and for any number of threads. Several threads may run through one pipeline at once; an
/// iterator belongs to one thread.
class KERATIN_EXPORT Pipeline : public BatchSource {
public:
    using Elements =
        std::function<std::optional<Batch>()>;  ///< the next element of a run, nothing at its end
    class Iterator;

    static constexpr int64_t infinite = -1;
    static constexpr int64_t unknown = -2;

    explicit Pipeline(std::shared_ptr<const Stage> stage);

    /// In another order: each next element is drawn from a buffer of that many, which is then filled up.
    /// Throws ValueError for a buffer below 1.
    Pipeline shuffle(int64_t buffer_size, const ShuffleOptions& options = {}) const;
    /// n elements stacked along a new first axis. Throws ValueError for n below 1; a run throws ShapeError
    /// when shapes differ, DTypeError when dtypes do.
    Pipeline batch(int64_t n, const BatchOptions& options = {}) const;
    /// The rows of each element: undoes batch().
    Pipeline unbatch() const;
    /// That often, endlessly when negative.
    Pipeline repeat(int64_t count = -1) const;
    /// f of each element; a run has a copy of f. No tape records in f. What f draws at random, from the
    /// default generator or a layer's, depends on that generator's seed, on the seed of the options, the run
    /// and the element alone; the generator's own position stays.
    Pipeline map(std::function<Batch(Batch)> f, const MapOptions& options = {}) const;
    Pipeline map(std::function<Tensor(Tensor)> f, const MapOptions& options = {}) const;  ///< of x alone
    /// Lets a thread of its own prepare up to n elements beforehand. It begins with the run and ends with the
    /// iterator, at the latest when f or the generator returns. What they throw comes out in the element's
    /// place. A run does not survive fork(): in the child it throws ValueError.
    Pipeline prefetch(int64_t n = 2) const;
    Pipeline take(int64_t count) const;  ///< the first ones; all when negative
    Pipeline skip(int64_t count) const;  ///< those after; none when negative

    /// Elements of a run, or infinite, or unknown.
    int64_t cardinality() const;

    Iterator begin() const;  ///< a new run
    std::default_sentinel_t end() const { return {}; }

private:
    std::shared_ptr<const Stage> stage_;
};

/// An input iterator: the element is there until ++.
class KERATIN_EXPORT Pipeline::Iterator {
public:
    using value_type = Batch;
    using difference_type = std::ptrdiff_t;

    explicit Iterator(Elements elements);

    const Batch& operator*() const { return *element_; }
    const Batch* operator->() const { return &*element_; }
    Iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return !element_; }

private:
    std::shared_ptr<Elements> elements_;
    std::optional<Batch> element_;
};

/// One element per row of the tensors (tf.data.Dataset.from_tensor_slices). Throws ShapeError when the first
/// extents differ.
KERATIN_EXPORT Pipeline from_tensor_slices(const Tensors& x, const Tensors& y = {},
                                           const Tensors& sample_weight = {});
/// The same; a uint8 x with a scale becomes float32(x) * scale row by row.
KERATIN_EXPORT Pipeline from_tensor_slices(const Dataset& data);
/// What `start`, called once for each run, gives one by one (tf.data.Dataset.from_generator). Draws and tapes
/// are as in map().
KERATIN_EXPORT Pipeline from_generator(std::function<Pipeline::Elements()> start,
                                       const GeneratorOptions& options = {});

}  // namespace keratin::data
