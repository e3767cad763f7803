#pragma once

#include "io/hdf5/reader.hpp"
#include "io/hdf5/writer.hpp"
#include "io/keras/modern_config.hpp"
#include "io/keras/weight_tree.hpp"

#include <keratin/core/config.hpp>
#include <keratin/optimizers/optimizer.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Variables and the HDF5 files that Keras keeps them in.
namespace keratin::io {

/// A variable and the dataset that it is filled from.
struct Filling {
    Variable variable;
    const hdf5::Dataset* dataset;
};
using Fillings = std::vector<Filling>;

/// What of a file goes where. Throws ValueError, without the file's name, where numbers or shapes of a
/// layer's variables are not the file's; with `skip_mismatch` they are left out.
Fillings layer_fillings(const hdf5::Group& root, const std::vector<WeightGroup>& groups, bool skip_mismatch);
/// The same of an optimizer; nothing when the file has the state of another, or none, as in Keras.
Fillings optimizer_fillings(const hdf5::Group& root, const optimizers::Optimizer& optimizer);

/// Whether a file has its weights by layers, as Keras 1 and 2 wrote them.
bool is_legacy(const hdf5::Group& root);
/// By the order of the layers that have weights, or by their names.
Fillings legacy_fillings(const hdf5::Group& root, const Model& model, bool by_name, bool skip_mismatch);
Fillings legacy_optimizer_fillings(const hdf5::Group& root, const optimizers::Optimizer& optimizer);
/// Whether a GRU's biases have two rows there. Refers to `root`.
ResetAfter legacy_reset_after(const hdf5::Group& root);

/// Reads straight into the variables' memory, on the library's threads.
void fill(const hdf5::Reader& file, const Fillings& fillings);
/// Reads all before the first variable changes, each by `read_into`.
using ReadInto = std::function<void(const hdf5::Dataset&, Tensor&)>;
void fill_at_once(const ReadInto& read_into, const Fillings& fillings);

uint64_t count_numbers(const hdf5::Group& root);

/// As Keras writes it; lookups' own data included.
void write_groups(hdf5::NewGroup& root, const std::vector<WeightGroup>& groups);

}  // namespace keratin::io
