#pragma once

#include <keratin/core/error.hpp>

#include <string>

namespace keratin {

/// A config names a class that nobody has registered, or a function: the file may be as it should, and the
/// program lack what it needs.
class UnknownClass : public ValueError {
public:
    using ValueError::ValueError;
};

/// While an exception is handled: throws one that says where it came from, an UnknownClass for an
/// UnknownClass, else a ValueError.
[[noreturn]] void throw_with_place(const std::string& text);

}  // namespace keratin
