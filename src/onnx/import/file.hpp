#pragma once

#include "io/source.hpp"
#include "onnx/proto.hpp"

#include <keratin/core/tensor.hpp>

#include <string>

namespace keratin::onnx {

/// The newest versions that are known here.
constexpr int64_t newest_opset = 21, newest_ir_version = 10;

/// A model of a file, taken apart and nothing more. FormatError for what is no model, is newer than what is
/// known here, or would take much more memory than the file has bytes.
pb::ModelProto read_model(const io::Source& file);

/// The bytes of tensors that lie in files beside the model's. A name is refused that leads out of its
/// directory.
class ExternalFiles {
public:
    explicit ExternalFiles(std::string model_path) : model_path_(std::move(model_path)) {}
    /// `bytes` of them, as the entries of external_data say.
    void read(const pb::TensorProto& tensor, void* to, uint64_t bytes) const;
    /// Throws FormatError for entries that are wrong, or name more than there is.
    void check(const pb::TensorProto& tensor, uint64_t bytes) const;

private:
    struct Place;
    Place place_of(const pb::TensorProto& tensor, uint64_t bytes) const;
    std::string model_path_;
};

/// The tensor of a message. FormatError beginning with `what`, "initializer 'w'".
Tensor tensor_of(const pb::TensorProto& proto, const ExternalFiles* external, const std::string& file,
                 const std::string& what);
/// Its size in memory, worked out from its dims. The same errors, and for data of another size.
uint64_t bytes_of(const pb::TensorProto& proto, const ExternalFiles* external, const std::string& file,
                  const std::string& what);

}  // namespace keratin::onnx
