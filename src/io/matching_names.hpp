#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace keratin::io {

/// For each path of a variable the place of its name in a file, if it is there. When not all are, but the
/// names are the paths with other counts, as "sequential_1/dense_2/kernel" for "sequential/dense/kernel",
/// then by the order of these: it is the same model, made once more in the same process.
std::vector<std::optional<size_t>> matching_names(const std::vector<std::string>& paths,
                                                  const std::vector<std::string>& names);

}  // namespace keratin::io
