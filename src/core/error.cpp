#include <keratin/core/error.hpp>

#include <keratin/core/printable.hpp>

namespace keratin {
namespace {

std::string text_of(const std::string& file, std::optional<uint64_t> offset, const std::string& reason) {
    std::string text = file.empty() ? "" : file + ": ";
    if (offset) text += fmt::format("at byte {}: ", *offset);
    return printable(text + reason);
}

}  // namespace

struct FormatError::Details {
    std::string file;
    std::optional<uint64_t> offset;
    std::string reason;
};

FormatError::FormatError(std::string reason) : FormatError({}, {}, std::move(reason)) {}

FormatError::FormatError(std::string file, std::optional<uint64_t> offset, std::string reason)
    : Error(text_of(file, offset, reason)),
      details_(std::make_shared<const Details>(Details{std::move(file), offset, printable(reason)})) {}

FormatError::~FormatError() = default;

const std::string& FormatError::file() const noexcept {
    return details_->file;
}

std::optional<uint64_t> FormatError::offset() const noexcept {
    return details_->offset;
}

const std::string& FormatError::reason() const noexcept {
    return details_->reason;
}

}  // namespace keratin
