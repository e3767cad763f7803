#pragma once

#include "support/files.hpp"

#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

/// What the public headers declare, read from their text: a list that cannot fall behind.
namespace conformance {

/// The words that follow one of `introductions` and end before `end`, in the headers of a folder of
/// include/keratin, the folders inside included.
inline std::set<std::string> declared(const std::string& folder,
                                      const std::vector<std::string>& introductions, const std::string& end) {
    std::set<std::string> found;
    const std::string root = std::string(KERATIN_SOURCE_DIR) + "/include/keratin/" + folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.path().extension() != ".hpp") continue;
        const std::string text = test::read_file(entry.path().string());
        for (const std::string& introduction : introductions)
            for (size_t at = 0; (at = text.find(introduction, at)) != std::string::npos;) {
                at += introduction.size();
                const std::string word = text.substr(at, text.find(end, at) - at);
                if (word.find_first_of(" \n;") == std::string::npos) found.insert(word);
            }
    }
    if (found.empty()) throw std::runtime_error("nothing declared in " + root);
    return found;
}

/// Every public function of include/keratin/ops that gives tensors.
inline std::set<std::string> public_ops() {
    return declared("ops", {"KERATIN_EXPORT Tensor ", "inline Tensor ", "KERATIN_EXPORT Moments "}, "(");
}

/// Every public layer.
inline std::set<std::string> public_layers() {
    return declared("layers", {"class KERATIN_EXPORT "}, " : public Layer");
}

}  // namespace conformance
