#pragma once

#include <keratin/core/error.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace keratin {

/// One word of a closed list. A literal that is none of them does not compile; named() takes words known only
/// at run time.
///
///     inline constexpr std::array<std::string_view, 2> sides = {"left", "right"};
///     using Side = Word<sides>;
///     Side side = "left";
template <const auto& accepted>
class Word {
public:
    consteval Word(const char* literal) : index_(find(literal)) {  // NOLINT: implicit by design
        if (index_ == accepted.size()) throw "this word is not accepted; see the list that Word is made of";
    }
    /// Throws ValueError listing the accepted words.
    static Word named(std::string_view text) {
        const size_t index = find(text);
        if (index < accepted.size()) return Word(index);
        std::string list;
        for (size_t i = 0; i < accepted.size(); ++i) {
            if (i > 0) list += i + 1 < accepted.size() ? ", " : " or ";
            list += '"' + std::string(accepted[i]) + '"';
        }
        fail<ValueError>("\"{}\" is not accepted; use {}", std::string(text), list);
    }

    constexpr std::string_view text() const { return accepted[index_]; }
    constexpr bool is(std::string_view word) const { return text() == word; }
    friend constexpr bool operator==(const Word& a, const Word& b) = default;

private:
    constexpr explicit Word(size_t index) : index_(index) {}
    static constexpr size_t find(std::string_view text) {
        size_t i = 0;
        while (i < accepted.size() && accepted[i] != text) ++i;
        return i;
    }

    size_t index_;
};

}  // namespace keratin
