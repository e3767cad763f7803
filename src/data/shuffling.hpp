#pragma once

#include <cstdint>
#include <optional>
#include <vector>

/// The orders that Python programs get from their seeds, so that a split made there is the same one here.
namespace keratin::data {

/// Of 0 .. n-1 after numpy.random.RandomState(seed).shuffle(). Throws ValueError, naming the owner, for a
/// seed of more than 32 bits.
std::vector<int64_t> numpy_order(int64_t n, uint64_t seed, const char* owner);
/// After random.seed(seed); random.shuffle().
std::vector<int64_t> python_order(int64_t n, uint64_t seed);

/// Elements of the buffer that Keras shuffles batches of that size from, or single elements. Throws
/// ValueError, naming the owner, for a batch_size below 1.
int64_t buffer_for(std::optional<int64_t> batch_size, const char* owner);

/// The seed, or one below a million from the default generator, as Keras draws it.
uint64_t seed_or_small(std::optional<uint64_t> seed);

}  // namespace keratin::data
