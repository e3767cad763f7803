#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace keratin {

/// What stands in a JSON text, one after the other, so that its reader never holds more than it wants of it.
/// Numbers are finite; texts are UTF-8; nothing is nested deeper than 64 levels.
class JsonEvents {
public:
    virtual ~JsonEvents() = default;

    virtual void null() = 0;
    virtual void boolean(bool value) = 0;
    virtual void integer(int64_t value) = 0;
    virtual void number(double value) = 0;  ///< with a fraction or exponent, or too large for an integer
    virtual void string(std::string value) = 0;
    virtual void begin_object() = 0;
    virtual void name(std::string name) = 0;  ///< of the member whose value comes next; may come twice
    virtual void end_object() = 0;
    virtual void begin_list() = 0;
    virtual void end_list() = 0;

    /// A FormatError of the place where the parser is; with the text's file, if it has one.
    [[noreturn]] void refuse(const std::string& reason) const;

private:
    friend void parse_json(std::string_view text, const std::string& file, uint64_t first,
                           JsonEvents& events);
    const std::string* file_ = nullptr;
    const char* begin_ = nullptr;
    const char* at_ = nullptr;  ///< behind what the parser has read
    uint64_t first_ = 0;
};

/// Throws FormatError, with the offset, for what is not JSON; whatever the events throw goes through. `file`
/// and `first`, where the text begins in it, are for messages.
void parse_json(std::string_view text, const std::string& file, uint64_t first, JsonEvents& events);

/// A text as JSON writes it, in quotes; throws ValueError, with the owner, when it is not UTF-8.
std::string json_quoted(const std::string& text, const char* owner);

}  // namespace keratin
