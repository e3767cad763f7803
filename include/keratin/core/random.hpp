#pragma once

#include <keratin/core/dtype.hpp>
#include <keratin/core/export.hpp>
#include <keratin/core/shape.hpp>
#include <keratin/core/tensor.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace keratin {

/// Restarts the default random generator: everything drawn afterwards without a seed of its own repeats.
KERATIN_EXPORT void set_random_seed(uint64_t seed);

/// A stream of random numbers (Philox 4x32-10, Salmon et al. 2011): draw number k of a seed is always the
/// same, on any number of threads. Copies share the position in the stream, as references to one Keras
/// SeedGenerator do.
class KERATIN_EXPORT SeedGenerator {
public:
    SeedGenerator();  ///< seeded from the default generator
    explicit SeedGenerator(uint64_t seed);

    /// Key of one draw: the stream and the position in it. next() moves the position by one.
    struct Draw {
        uint64_t seed;
        uint64_t counter;
    };
    Draw next() const;
    uint64_t seed() const;
    Draw state() const;  ///< the position, not moved
    void set_state(const Draw& state) const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

namespace random {

/// Seeds: without one, the numbers come from the default generator (set_random_seed); with one, the call
/// always gives the same numbers.
struct NormalOptions {
    double mean = 0.0;
    double stddev = 1.0;
    DType dtype = float32;
    std::optional<uint64_t> seed = {};
};
struct UniformOptions {
    double minval = 0.0;
    double maxval = 1.0;  ///< not reached
    DType dtype = float32;
    std::optional<uint64_t> seed = {};
};

/// Throws ValueError for a negative stddev, DTypeError for a dtype that is not floating.
KERATIN_EXPORT Tensor normal(const Shape& shape, const NormalOptions& options = {});
/// Normal numbers, those beyond two standard deviations drawn again (keras.random.truncated_normal).
KERATIN_EXPORT Tensor truncated_normal(const Shape& shape, const NormalOptions& options = {});
/// Floating dtypes, or integers in [minval, maxval).
KERATIN_EXPORT Tensor uniform(const Shape& shape, const UniformOptions& options = {});
/// The numbers 0 .. n-1 in random order, int64.
KERATIN_EXPORT Tensor permutation(int64_t n, std::optional<uint64_t> seed = {});

KERATIN_EXPORT Tensor normal(const Shape& shape, const NormalOptions& options, SeedGenerator::Draw draw);
KERATIN_EXPORT Tensor truncated_normal(const Shape& shape, const NormalOptions& options,
                                       SeedGenerator::Draw draw);
KERATIN_EXPORT Tensor uniform(const Shape& shape, const UniformOptions& options, SeedGenerator::Draw draw);
KERATIN_EXPORT Tensor permutation(int64_t n, SeedGenerator::Draw draw);

}  // namespace random
}  // namespace keratin
