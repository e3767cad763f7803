#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace keratin::io {

/// For each path of a variable the place of its name in a file: that of the same name, or, when not all are
/// there, by their order where numbers that were counted differ, as in "sequential_1/dense_2/kernel" for
/// "sequential/dense/kernel": the same model, made once more in the same process. None when that assigns no
/// one name to each path.
std::optional<std::vector<size_t>> matching_names(const std::vector<std::string>& paths,
                                                  const std::vector<std::string>& names);

}  // namespace keratin::io
