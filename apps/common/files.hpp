#pragma once

#include <string>

namespace apps {

/// Throws before a long training rather than after it. Nothing for an empty path.
void require_writable(const std::string& path);

}  // namespace apps
