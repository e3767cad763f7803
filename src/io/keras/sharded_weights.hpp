#pragma once

#include "io/hdf5/reader.hpp"
#include "io/hdf5/writer.hpp"

#include <keratin/io/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

/// Weights in several HDF5 files, the shards: "NAME.weights.json" is an index of which group of variables is
/// in which of the files "NAME_00000.weights.h5", "NAME_00001.weights.h5", ... beside it (Keras's
/// ShardedH5IOStore).
namespace keratin::io {

/// How the index's name ends.
inline constexpr const char* shard_index_suffix = ".weights.json";
/// All of them are open at once.
inline constexpr size_t most_shards = 512;

/// Shards that read like one file. Throws FormatError for an index that is damaged, names other files than
/// plain ones beside it, or does not say of every dataset in them once where it is; IoError.
class ShardedWeights {
public:
    ShardedWeights(std::string index, const ReadLimits& limits);

    const hdf5::Group& root() const { return groups_.front(); }
    void read_into(const hdf5::Dataset& dataset, Tensor& into) const;

private:
    struct Shard {
        hdf5::Reader reader;
        size_t listed = 0;  ///< datasets that the index names
    };
    /// The variables at this path that a shard has.
    void add(const std::string& path, const std::string& name, const ReadLimits& limits);
    Shard& shard(const std::string& name, const ReadLimits& limits);
    /// Of the whole; made where it is not there.
    hdf5::Group& group(std::string_view path);

    std::string index_;
    std::map<std::string, Shard> shards_;
    /// Of all shards so far.
    uint64_t unpacked_bytes_ = 0, structure_bytes_ = 0, bytes_ = 0;
    std::deque<hdf5::Group> groups_;  ///< of the whole, the root first
    std::unordered_set<const hdf5::Group*> seen_;
    std::unordered_map<const hdf5::Dataset*, const hdf5::Reader*> readers_;
};

/// Writes the index and shards of at most so many GiB of numbers each. Throws ValueError for a tensor that is
/// larger, and for too many shards; IoError. What fails before all is written leaves the old files alone;
/// from then on there is no index until all shards are in place, so that no old one goes with new shards.
void save_sharded(const std::string& index, const hdf5::NewGroup& root, double gigabytes, bool overwrite);

}  // namespace keratin::io
