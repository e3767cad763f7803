#pragma once

#include <keratin/core/error.hpp>

namespace keratin {

/// A config has not the member or the kind of value that its reader asks for. Who read it out of a file makes
/// it that file's FormatError.
class ConfigError : public ValueError {
public:
    using ValueError::ValueError;
};

}  // namespace keratin
