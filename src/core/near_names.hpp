#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keratin {

/// Which of the known names may have been meant, the nearest first, three at most: "\"adam\", \"adamw\"".
/// Near is what a typing error in every third letter makes of a name, or one that holds the other. Empty for
/// none.
std::string near_names(std::string_view wanted, const std::vector<std::string_view>& known);

}  // namespace keratin
