#pragma once

#include <keratin/core/error.hpp>
#include <keratin/io/limits.hpp>

#include "io/source.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

/// What the programs of this folder have in common. Each reads the bytes that libFuzzer makes up; a
/// keratin::Error is a fine answer to them, and any other exception, a report of a sanitizer, a second of
/// time or too much memory is a finding.
namespace fuzz {

/// Small, so that what may be unpacked stays far from the limit on memory that run.sh sets.
constexpr keratin::io::ReadLimits limits{.unpacked_bytes = 64 << 20};

/// Calls read(source), a shared pointer to the bytes as a keratin::io::Source; a target returns what this
/// does.
template <class Read>
int try_reading(const uint8_t* bytes, size_t size, const Read& read) {
    try {
        read(keratin::io::source_of("fuzz", {bytes, bytes + size}));
    } catch (const keratin::Error&) {
    }
    return 0;
}

}  // namespace fuzz
