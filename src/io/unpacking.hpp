#pragma once

#include "io/source.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace keratin::io {

/// Bytes that deflating makes one of, at most: what announces more cannot be whole.
inline constexpr uint64_t most_deflate_gain = 1032;

/// The bytes that a source unpacks to, from the first to the last. What is damaged, cut off or followed by
/// other bytes throws FormatError, the last of which only a read() at the end can find.
class Unpacking {
public:
    enum class Form { plain, deflated, gzip };  ///< as they are; as in ZIP; one or more members

    Unpacking(const Source& packed, Form form);
    ~Unpacking();

    /// As many bytes as were asked for, or as there are left; returns how many.
    size_t read(void* to, size_t bytes);
    /// No more bytes than this can come, whatever the source holds.
    uint64_t most() const;
    bool plain() const { return form_ == Form::plain; }

private:
    struct Stream;

    void refill();
    void end_member();
    [[noreturn]] void damaged(const char* why) const;

    const Source& packed_;
    Form form_;
    std::unique_ptr<Stream> stream_;
    std::vector<uint8_t> piece_;  ///< of the packed bytes
    uint64_t taken_ = 0;          ///< of them
    uint64_t given_ = 0;
    bool ended_ = false;
};

/// gzip for what begins like it, else plain.
Unpacking::Form form_of(const Source& source);

}  // namespace keratin::io
