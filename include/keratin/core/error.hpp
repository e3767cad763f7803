#pragma once

#include <keratin/core/export.hpp>

#include <fmt/core.h>

#include <cstdint>
#include <memory>
#include <optional>
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

/// A file is not what it claims to be. The text reads "FILE: at byte OFFSET: REASON", as far as they are
/// known.
class KERATIN_EXPORT FormatError : public Error {
public:
    explicit FormatError(std::string reason);
    FormatError(std::string file, std::optional<uint64_t> offset, std::string reason);
    ~FormatError() override;

    const std::string& file()
        const noexcept;  ///< as it was given; "FILE: MEMBER" inside an archive; may be ""
    std::optional<uint64_t> offset() const noexcept;
    const std::string& reason() const noexcept;

private:
    struct Details;
    std::shared_ptr<const Details> details_;  // an exception's copies must not throw
};

/// Throws E with a formatted text: fail<ShapeError>("{}: input has {} channels; ...", name, n).
template <class E, class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) {
    throw E(fmt::format(text, std::forward<Args>(args)...));
}

/// Throws the FormatError of a place in a file.
template <class... Args>
[[noreturn]] void fail_at(const std::string& file, std::optional<uint64_t> offset,
                          fmt::format_string<Args...> reason, Args&&... args) {
    throw FormatError(file, offset, fmt::format(reason, std::forward<Args>(args)...));
}

}  // namespace keratin
