#pragma once

#include <keratin/core/export.hpp>

#include <fmt/core.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace keratin {

/// Base of everything that keratin throws. The text names the owner (a layer's path or an op), the rule, what
/// was received and how to mend it.
class KERATIN_EXPORT Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A shape, rank or axis does not fit.
class KERATIN_EXPORT ShapeError : public Error {
public:
    using Error::Error;
};

/// An argument is outside what is accepted: an unknown name, a negative size, a call in the wrong state.
class KERATIN_EXPORT ValueError : public Error {
public:
    using Error::Error;
};

/// An element type does not fit; cast() is the usual remedy.
class KERATIN_EXPORT DTypeError : public Error {
public:
    using Error::Error;
};

/// The system refused: a file cannot be opened, read, written or renamed. Names the path and the cause.
class KERATIN_EXPORT IoError : public Error {
public:
    using Error::Error;
};

/// A file is not what it claims to be. Names the file, the offset where known and the reason.
class KERATIN_EXPORT FormatError : public Error {
public:
    using Error::Error;
};

/// Throws E with a formatted text: fail<ShapeError>("{}: input has {} channels; ...", name, n).
template <class E, class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) {
    throw E(fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace keratin
