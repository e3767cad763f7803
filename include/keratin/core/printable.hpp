#pragma once

#include <keratin/core/export.hpp>

#include <string>
#include <string_view>

namespace keratin {

/// A text out of a file, fit for a screen: control characters, with which it could give orders to a terminal,
/// and bytes that are no UTF-8 become "\x1B" and the like. The rest stays. A FormatError's text is such.
KERATIN_EXPORT std::string printable(std::string_view text);

}  // namespace keratin
