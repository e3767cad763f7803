#pragma once

#include <keratin/core/tensor.hpp>

#include <cstdint>
#include <string>

namespace keratin::detail {

/// While it lives, variables that layers of this thread make stay without values, which are about to be read
/// from a file. Together they may have no more numbers than the file: throws FormatError before memory is
/// asked for.
class ValuesFromFile {
public:
    ValuesFromFile(std::string file, uint64_t numbers)
        : file_(std::move(file)), numbers_(numbers), left_(numbers), outer_(current_) {
        current_ = this;
    }
    ~ValuesFromFile() { current_ = outer_; }
    ValuesFromFile(const ValuesFromFile&) = delete;
    ValuesFromFile& operator=(const ValuesFromFile&) = delete;

    static ValuesFromFile* now() { return current_; }
    /// Memory for the variable of this path.
    Tensor room_for(const std::string& path, const Shape& shape, DType dtype);

private:
    static thread_local ValuesFromFile* current_;

    std::string file_;
    uint64_t numbers_, left_;
    ValuesFromFile* outer_;
};

}  // namespace keratin::detail
