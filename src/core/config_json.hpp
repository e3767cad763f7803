#pragma once

#include <keratin/core/config.hpp>

#include <string>
#include <string_view>

namespace keratin {

/// Config::from_json() of a text out of a file, which its FormatErrors name.
Config config_from_json(std::string_view text, const std::string& file);

/// Config::to_json() for a file. Throws ValueError, naming `owner` and the place, for a number that is not
/// finite: JSON has none, and as null it would be read as another value.
std::string config_to_json(const Config& config, const std::string& owner);

/// Config::to_json() for a message: of a long text the beginning.
std::string short_json(const Config& config);

}  // namespace keratin
