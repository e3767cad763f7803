#pragma once

#include <cstdint>

namespace keratin::io {

/// What a file from a stranger may ask for. Whatever it says is checked against these and against its own
/// size before memory is asked for; past a limit, reading throws FormatError.
struct ReadLimits {
    uint64_t unpacked_bytes = uint64_t{1} << 30;  ///< all that the file unpacks to, taken together
};

}  // namespace keratin::io
