#pragma once

#include "io/hdf5/output.hpp"

#include <cstdint>
#include <string_view>

namespace keratin::io::hdf5 {

/// Collections of texts (a global heap), one behind the other, to stand at one place of a file.
class TextHeap {
public:
    explicit TextHeap(uint64_t address) : address_(address) {}
    /// Keeps a text; returns the element that stands for it.
    Output add(std::string_view text);
    /// Ends the last collection; all bytes.
    const Output& finish();

private:
    void begin();
    void end();

    uint64_t address_;
    Output out_;
    size_t begin_ = 0;  ///< of the open collection
    uint16_t objects_ = 0;
};

}  // namespace keratin::io::hdf5
