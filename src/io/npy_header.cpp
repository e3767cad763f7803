#include "io/npy_header.hpp"

#include <keratin/core/error.hpp>

#include "io/bytes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace keratin::io {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr uint64_t longest_header = 65'535;  ///< bytes; more is for structures only

struct Type {
    std::string_view name;  ///< without the order of bytes
    DType dtype;
};
constexpr std::array<Type, 7> types = {{{"f8", float64},
                                        {"f4", float32},
                                        {"f2", float16},
                                        {"i8", int64},
                                        {"i4", int32},
                                        {"u1", uint8},
                                        {"b1", bool_}}};

/// Reads the one form of Python's dictionaries that a header may have; nothing is evaluated.
class DictionaryReader {
public:
    DictionaryReader(const std::string& file, uint64_t first, std::string_view text)
        : file_(file), first_(first), text_(text) {}

    NpyHeader read() {
        std::array<bool, 3> seen{};
        expect('{');
        while (!accept('}')) {
            read_member(seen);
            if (!accept(',') && peek() != '}') fail_here("',' or '}'");
        }
        if (!seen[0] || !seen[1] || !seen[2]) refuse("the header needs descr, fortran_order and shape");
        skip_spaces();
        if (at_ != text_.size()) fail_here("the end of the header");
        return header_;
    }

private:
    void read_member(std::array<bool, 3>& seen) {
        constexpr std::array<std::string_view, 3> known = {"descr", "fortran_order", "shape"};
        const std::string_view key = string();
        const auto found = static_cast<size_t>(std::find(known.begin(), known.end(), key) - known.begin());
        if (found == known.size()) refuse(fmt::format("the header has {}, which it must not", quoted(key)));
        if (std::exchange(seen[found], true)) refuse(fmt::format("the header has {} twice", quoted(key)));
        expect(':');
        if (found == 0)
            read_descr();
        else if (found == 1)
            header_.fortran_order = boolean();
        else
            read_shape();
    }
    void read_descr() {
        if (peek() == '[' || peek() == '(')
            refuse("the array has a structured dtype; save its fields as arrays of their own");
        const std::string_view descr = string();
        const char order = descr.empty() ? ' ' : descr.front();
        const std::string_view name = descr.substr(std::min<size_t>(1, descr.size()));
        if (name.starts_with('O') || descr == "O")
            refuse(
                "the array holds Python objects: those are pickles, which can run any code when they are "
                "read, so they never are; save arrays of numbers");
        const auto type =
            std::find_if(types.begin(), types.end(), [&](const Type& t) { return t.name == name; });
        const bool known = type != types.end() &&
                           (order == '<' || order == '>' || (order == '|' && size_of(type->dtype) == 1));
        if (!known)
            refuse(
                fmt::format("dtype {} is not read; float64, float32, float16, int64, int32, uint8 and bool "
                            "are; NumPy's astype() makes such",
                            quoted(descr)));
        header_.dtype = type->dtype;
        header_.big_endian = order == '>';
    }
    void read_shape() {
        std::vector<int64_t> extents;
        uint64_t elements = 1;
        expect('(');
        while (!accept(')')) {
            if (extents.size() == static_cast<size_t>(Shape::max_rank))
                refuse(fmt::format("the array has more than keratin's {} axes", Shape::max_rank));
            extents.push_back(whole_number());
            if (extents.back() != 0) {
                constexpr uint64_t most = uint64_t{1} << 56;
                const auto n = static_cast<uint64_t>(extents.back());
                if (elements > most / n) refuse(fmt::format("extent {} is more than any file could hold", n));
                elements *= n;
            }
            if (!accept(',') && peek() != ')') fail_here("',' or ')'");
        }
        header_.shape = Shape(extents);
    }

    int64_t whole_number() {
        skip_spaces();
        int64_t value = 0;
        const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
        if (error != std::errc() || value < 0) fail_here("a whole number that is not negative");
        at_ = static_cast<size_t>(end - text_.data());
        return value;
    }
    bool boolean() {
        skip_spaces();
        for (const std::string_view word : {"True", "False"})
            if (text_.substr(at_).starts_with(word)) {
                at_ += word.size();
                return word == "True";
            }
        fail_here("True or False");
    }
    std::string_view string() {
        const char quote = peek();
        const size_t end = quote == '\'' || quote == '"' ? text_.find(quote, at_ + 1) : text_.npos;
        if (end == text_.npos) fail_here("a text in quotes");
        const std::string_view text = text_.substr(at_ + 1, end - at_ - 1);
        if (text.find('\\') != text.npos) fail_here("a text without escapes");
        at_ = end + 1;
        return text;
    }
    void skip_spaces() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    }
    char peek() {
        skip_spaces();
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    bool accept(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }
    void expect(char c) {
        if (!accept(c)) fail_here(fmt::format("'{}'", c));
    }
    [[noreturn]] void fail_here(std::string_view expected) const {
        refuse(fmt::format("the header is malformed: {} was expected", expected));
    }
    [[noreturn]] void refuse(const std::string& reason) const {
        throw FormatError(file_, first_ + at_, reason);
    }

    const std::string& file_;
    const uint64_t first_;
    const std::string_view text_;
    size_t at_ = 0;
    NpyHeader header_;
};

}  // namespace

NpyHeader read_npy_header(const Source& file) {
    std::array<uint8_t, 12> start{};
    const auto available = static_cast<size_t>(std::min<uint64_t>(start.size(), file.size()));
    file.read(0, start.data(), available);
    if (available < 10 || !std::equal(magic.begin(), magic.end(), start.begin(),
                                      [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; }))
        fail_at(file.name(), 0, "this is no .npy file: it does not start with \\x93NUMPY and a version");
    if (start[6] < 1 || start[6] > 3 || start[7] != 0)
        fail_at(file.name(), 6, "version {}.{} of the format is not read; 1.0, 2.0 and 3.0 are", start[6],
                start[7]);
    const size_t width = start[6] == 1 ? 2 : 4;
    const uint64_t first = 8 + width;
    const uint64_t length = available < first ? 0 : little_endian(&start[8], width);
    if (available < first || length > longest_header || length > file.size() - first)
        fail_at(file.name(), 8, "the header is said to have {} bytes; the file has {}, and {} are read",
                length, file.size(), longest_header);
    const std::string text = file.text(first, static_cast<size_t>(length));
    NpyHeader header = DictionaryReader(file.name(), first, text).read();
    header.bytes = first + length;
    const uint64_t wanted = static_cast<uint64_t>(header.shape.size()) * size_of(header.dtype);
    if (const uint64_t rest = file.size() - header.bytes; rest != wanted)
        fail_at(file.name(), header.bytes, "{} bytes of elements are announced, {} follow; the file is {}",
                wanted, rest, rest < wanted ? "cut off" : "too long");
    return header;
}

std::string npy_header(const Tensor& tensor, const std::string& owner) {
    const auto type =
        std::find_if(types.begin(), types.end(), [&](const Type& t) { return t.dtype == tensor.dtype(); });
    if (type == types.end())
        fail<DTypeError>("{} is {}, which NumPy does not have; cast it to float32, or use save_safetensors()",
                         owner, tensor.dtype());
    const Shape& shape = tensor.shape();
    std::string text = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                   size_of(tensor.dtype()) == 1 ? '|' : '<', type->name,
                                   fmt::join(shape, ", "), shape.rank() == 1 ? "," : "");
    // NumPy leaves room for the first extent to grow to 21 digits, and aligns the elements at 64 bytes.
    if (shape.rank() > 0) text.append(21 - fmt::formatted_size("{}", shape[0]), ' ');
    constexpr size_t first = 10;
    text.append(63 - (first + text.size()) % 64, ' ');
    text += '\n';
    std::string bytes(magic);
    bytes += {'\1', '\0', static_cast<char>(text.size() & 0xFF), static_cast<char>(text.size() >> 8)};
    return bytes + text;
}

}  // namespace keratin::io
