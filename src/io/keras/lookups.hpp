#pragma once

#include "io/hdf5/reader.hpp"
#include "io/hdf5/writer.hpp"
#include "io/keras/model_file.hpp"
#include "io/keras/weight_tree.hpp"

/// Vocabularies: keratin writes them into the config, Keras keeps those that adapt() found in files of their
/// own, assets/PATH/vocabulary.txt, and the weights of "tf_idf" among the variables.
namespace keratin::io {

/// True for IntegerLookup, StringLookup and TextVectorization; false for null.
bool is_lookup(const Layer* layer);
/// What Keras wants to find among the variables of such a layer.
void write_lookup(hdf5::NewGroup& vars, const Layer* layer);
/// Gives layers whose config has no vocabulary the one in the file.
void read_lookups(const std::vector<WeightGroup>& groups, const ModelFile& file, const hdf5::Reader& weights);

}  // namespace keratin::io
