#pragma once

#include <keratin/core/tensor.hpp>

#include <cstdint>
#include <string>

namespace keratin::detail {

/// While it lives, variables that layers of this thread make stay without values, which are about to be read
/// from a file. Together they may have no more numbers than the file: throws ValueError before memory is
/// asked for.
class ValuesFromFile {
public:
    explicit ValuesFromFile(uint64_t numbers) : numbers_(numbers), left_(numbers), outer_(current_) {
        current_ = this;
    }
    ~ValuesFromFile() { current_ = outer_; }
    ValuesFromFile(const ValuesFromFile&) = delete;
    ValuesFromFile& operator=(const ValuesFromFile&) = delete;

    static ValuesFromFile* now() { return current_; }
    /// Memory for the variable of this path.
    Tensor room_for(const std::string& path, const Shape& shape, DType dtype);
    /// Zeros for one that no file has; there are fewer of them than of the others, or few.
    Tensor zeros_for(const std::string& path, const Shape& shape, DType dtype);

private:
    static thread_local ValuesFromFile* current_;
    static void take(uint64_t& left, uint64_t all, const std::string& path, const Shape& shape);

    uint64_t numbers_, left_;
    uint64_t unsaved_left_ = numbers_ + (uint64_t{1} << 20);
    ValuesFromFile* outer_;
};

}  // namespace keratin::detail
