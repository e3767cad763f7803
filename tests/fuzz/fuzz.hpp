#pragma once

#include <keratin/core/error.hpp>
#include <keratin/io/limits.hpp>

#include "io/checksum.hpp"
#include "io/source.hpp"
#include "support/processor_time.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

/// What the programs of this folder have in common. Each reads the bytes that libFuzzer makes up; a
/// keratin::Error is a fine answer to them, and any other exception, a report of a sanitizer, much time or
/// too much memory is a finding.
namespace fuzz {

/// Small, so that what may be unpacked stays far from the limit on memory that run.sh sets.
constexpr keratin::io::ReadLimits limits{.unpacked_bytes = 64 << 20};

constexpr double most_seconds = 2;  ///< with the sanitizers, which make everything slower by 2 to 5

/// Calls read(source), a shared pointer to the bytes as a keratin::io::Source; a target returns what this
/// does.
template <class Read>
int try_reading(const uint8_t* bytes, size_t size, const Read& read) {
    keratin::io::checksums_are_verified = false;
    const double begin = test::processor_seconds();
    try {
        read(keratin::io::source_of("fuzz", {bytes, bytes + size}));
    } catch (const keratin::Error&) {
    }
    const double seconds = test::processor_seconds() - begin;
    if (seconds > most_seconds) {
        std::fprintf(stderr, "this input took %.1f s of the processor's time\n", seconds);
        std::abort();
    }
    return 0;
}

}  // namespace fuzz
