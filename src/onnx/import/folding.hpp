#pragma once

#include <keratin/core/tensor.hpp>

#include <cstdint>

namespace keratin::onnx {

/// Counts what constants take while a model is read, and what working them out costs: a node of 40 bytes may
/// ask for 64 MiB, and a file has room for many nodes.
class Folding {
public:
    Folding() = default;
    /// Of a file whose weights and messages have so many bytes.
    Folding(uint64_t file_bytes, uint64_t allowed) : file_(file_bytes), allowed_(allowed) {}

    void hold(const Tensor& tensor);
    void drop(const Tensor& tensor);
    /// What can still be held at once.
    uint64_t room() const;
    /// Counts numbers that are computed; false once they are more than a file of this size is worth.
    bool work(uint64_t numbers);

private:
    uint64_t file_ = 0, allowed_ = 0, held_ = 0, worked_ = 0;
};

}  // namespace keratin::onnx
