#include "common/files.hpp"

#include <keratin/core/error.hpp>

#include <unistd.h>

#include <filesystem>

namespace apps {

using keratin::fail;
using keratin::IoError;

void require_writable(const std::string& path) {
    if (path.empty()) return;
    const std::filesystem::path parent = std::filesystem::absolute(path).parent_path();
    if (!std::filesystem::is_directory(parent))
        fail<IoError>("{}: cannot be written, there is no directory {}", path, parent.string());
    if (std::filesystem::is_directory(path)) fail<IoError>("{}: cannot be written, it is a directory", path);
    if (access(parent.c_str(), W_OK) != 0)
        fail<IoError>("{}: cannot be written, the directory {} may not be changed", path, parent.string());
}

}  // namespace apps
