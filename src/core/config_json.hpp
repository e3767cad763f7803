#pragma once

#include <keratin/core/config.hpp>

#include <string>
#include <string_view>

namespace keratin {

/// Config::from_json() of a text out of a file, which its FormatErrors name.
Config config_from_json(std::string_view text, const std::string& file);

}  // namespace keratin
