#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keratin::data {

struct FileIndexOptions {
    bool by_class = true;                       ///< each directory inside is a class
    std::vector<std::string> class_names = {};  ///< those to take; all, sorted, when empty
    bool follow_links = false;
    std::vector<std::string> extensions;  ///< in lower case, with the dot
};

struct FileIndex {
    std::vector<std::string> paths;
    std::vector<int32_t> labels;           ///< by class only
    std::vector<std::string> class_names;  ///< by class only
};

/// The files below a directory in the order of Keras: by class, then by directory, then by name, compared as
/// bytes. Throws IoError for a directory that cannot be read, ValueError, naming the owner, for class names
/// without a directory.
FileIndex index_directory(const std::string& directory, const FileIndexOptions& options, const char* owner);

}  // namespace keratin::data
