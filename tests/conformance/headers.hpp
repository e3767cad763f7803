#pragma once

#include "support/files.hpp"

#include <filesystem>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>

/// What the public headers declare, read from their text: a list that cannot fall behind.
namespace conformance {

/// The first group of every match of a pattern in the headers of a folder of include/keratin, the folders
/// inside included.
inline std::set<std::string> in_headers(const std::string& folder, const std::string& pattern) {
    std::set<std::string> found;
    const std::regex declaration(pattern);
    const std::string root = std::string(KERATIN_SOURCE_DIR) + "/include/keratin/" + folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.path().extension() != ".hpp") continue;
        const std::string text = test::read_file(entry.path().string());
        for (std::sregex_iterator match(text.begin(), text.end(), declaration), end; match != end; ++match)
            found.insert((*match)[1]);
    }
    if (found.empty()) throw std::runtime_error("nothing declared in " + root);
    return found;
}

/// Every public function of include/keratin/ops that gives tensors.
inline std::set<std::string> public_ops() {
    return in_headers("ops", R"((?:KERATIN_EXPORT|inline) (?:Tensor|Moments) (operator[^\s(]+|\w+)\()");
}

/// Every public layer.
inline std::set<std::string> public_layers() {
    return in_headers("layers", R"(class KERATIN_EXPORT (\w+) : public Layer)");
}

}  // namespace conformance
