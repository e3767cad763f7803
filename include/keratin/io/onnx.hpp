#pragma once

#include <keratin/core/tensor.hpp>
#include <keratin/io/limits.hpp>
#include <keratin/models/model.hpp>

#include <map>
#include <memory>
#include <string>

/// Models to and from ONNX, the exchange format of PyTorch, ONNX Runtime and others. A library of its own:
/// link keratin::onnx, of find_package(keratin COMPONENTS onnx). docs/onnx.md lists layers and operators.
namespace keratin::io {

struct SaveOnnxOptions {
    /// True: the file's inputs and outputs are the model's, (batch, height, width, channels). False: those
    /// of rank 3 and 4 have the channels behind the batch, as in PyTorch.
    bool channels_last = true;
    std::string graph_name = {};  ///< the model's name when empty
};

/// Writes what the model computes at inference as an ONNX file of opset 17, with the weights, as float32
/// whatever the model computes in; the batch is open and called "batch". Written beside the file first, then
/// renamed over it. Throws ValueError, naming the layer, for what ONNX cannot say (text, lookups, masks of
/// recurrent layers, code of one's own) and for a model that is not built; IoError.
KERATIN_EXPORT void save_onnx(const Model& model, const std::string& path,
                              const SaveOnnxOptions& options = {});

struct LoadOnnxOptions {
    /// True: images and sequences that the graph has as (batch, channels, ..) come in and go out as
    /// (batch, .., channels), as Keras has them. False: as the graph says, with a Permute at either end.
    bool channels_last = true;
    /// True: sequences that the graph has as (steps, batch, ..), of any number of steps, come in and go out
    /// as (batch, steps, ..), as Keras has them, and so do states. False: such a graph is refused, as is any
    /// that mixes what stands along the first axis of its inputs, if its extent is open: that is the batch.
    bool batch_first = true;
    /// Inputs of the graph, by name, that have this value from now on.
    std::map<std::string, Tensor> constants = {};
    ReadLimits limits = {};
};

/// Reads an ONNX file as a functional model of Keras's layers, which trains as any other. Convolutions in
/// PyTorch's order of axes become layers in Keras's. Operators up to opset 21, outside of control flow and
/// sequences; what has no layer becomes a layers::Operation. Throws FormatError, naming the node, for a file
/// that is not valid, wants more than the limits allow, mixes rows of a batch, or uses what keratin does not
/// know; IoError.
KERATIN_EXPORT std::shared_ptr<Model> load_onnx(const std::string& path, const LoadOnnxOptions& options = {});

}  // namespace keratin::io
