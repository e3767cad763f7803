#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace test {

/// Reads a file that has these bytes.
using Loader = std::function<void(const std::string& bytes)>;

/// A loader for what takes a path: the bytes are written to a file of that name in a directory of its own.
Loader through_file(const std::string& name, const std::function<void(const std::string& path)>& load);

struct MalformedOptions {
    size_t bits_of = 256;  ///< bytes from the first on, each of whose bits is flipped
    size_t random = 500;   ///< files with one to four random changes
    uint64_t seed = 1;     ///< of these
    size_t ends_at =
        4096;  ///< up to this many bytes the file is cut off at every length, above at every 64th
};

struct MalformedReport {
    size_t files = 0;
    size_t refused = 0;  ///< of them; the others loaded
};

/// Loads files made of a valid one: cut off, with bits flipped, with bytes overwritten, removed, inserted and
/// moved. Checks that each either loads or gives a keratin::Error that says something, in less than a second,
/// and that memory never grows by more than 64 MB and twice the file.
MalformedReport check_malformed(const std::string& valid, const Loader& load,
                                const MalformedOptions& options = {});

/// The same bounds for one file, which must give a FormatError whose text contains `reason`.
void check_refused(const std::string& bytes, const Loader& load, const std::string& reason);

}  // namespace test
