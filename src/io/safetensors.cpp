#include <keratin/io/safetensors.hpp>

#include "io/file.hpp"
#include "io/safetensors_stream.hpp"

#include <zlib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

namespace keratin::io {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t largest_header = 100'000'000;  ///< bytes; the format's own limit

struct Type {
    std::string_view name;
    DType dtype;
};
constexpr std::array<Type, 6> types = {
    {{"F32", float32}, {"F64", float64}, {"I32", int32}, {"I64", int64}, {"U8", uint8}, {"BOOL", bool_}}};

std::string_view type_name(DType dtype) {
    return std::find_if(types.begin(), types.end(), [&](const Type& type) { return type.dtype == dtype; })
        ->name;
}

/// One entry of a header, checked against everything but its neighbours.
struct Entry {
    std::string name;
    DType dtype;
    Shape shape;
    uint64_t begin;
    uint64_t end;
};

class HeaderReader {
public:
    explicit HeaderReader(const Source& file) : path_(file.name()), file_(file) {}

    std::vector<Entry> read() {
        if (file_.size() < 8)
            fail<FormatError>("{}: {} bytes are too few; a safetensors file starts with 8", path_,
                              file_.size());
        std::array<uint8_t, 8> length{};
        file_.read(0, length.data(), length.size());
        uint64_t bytes = 0;
        for (size_t i = 8; i-- > 0;) bytes = bytes << 8 | length[i];
        if (bytes > largest_header || bytes > file_.size() - 8)
            fail<FormatError>(
                "{}: byte 0: the header is said to have {} bytes; the file has {}, and the format allows {}",
                path_, bytes, file_.size() - 8, largest_header);
        data_begin_ = 8 + bytes;
        std::string text(static_cast<size_t>(bytes), '\0');
        file_.read(8, text.data(), text.size());
        if (text.empty() || text.front() != '{')
            fail<FormatError>("{}: byte 8: the header must start with '{{'", path_);
        return entries(parse(text));
    }
    uint64_t data_begin() const { return data_begin_; }

private:
    /// Depth and duplicate keys are checked while parsing: nlohmann would keep the last of two equal keys.
    Json parse(const std::string& text) const {
        std::vector<std::set<std::string>> keys;
        std::string complaint;
        const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
            if (depth > 4) complaint = "is nested deeper than any safetensors header";
            if (event == Json::parse_event_t::object_start) keys.emplace_back();
            if (event == Json::parse_event_t::object_end) keys.pop_back();
            if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second)
                complaint = fmt::format("has the key \"{}\" twice", value.get<std::string>());
            if (!complaint.empty()) throw std::runtime_error(complaint);
            return true;
        };
        try {
            return Json::parse(text, watch);
        } catch (const Json::exception& error) {
            fail<FormatError>("{}: byte 8: the header is not JSON: {}", path_, error.what());
        } catch (const std::runtime_error& error) {
            fail<FormatError>("{}: byte 8: the header {}", path_, error.what());
        }
    }

    std::vector<Entry> entries(const Json& header) const {
        std::vector<Entry> list;
        for (const auto& [name, node] : header.items()) {
            if (name == "__metadata__")
                check_metadata(node);
            else
                list.push_back(entry(name, node));
        }
        check_cover(list);
        return list;
    }

    void check_metadata(const Json& node) const {
        if (!node.is_object()) fail<FormatError>("{}: __metadata__ must be an object of strings", path_);
        for (const auto& [key, value] : node.items())
            if (!value.is_string())
                fail<FormatError>("{}: __metadata__: the value of \"{}\" is no string", path_, key);
    }

    static uint64_t unsigned_number(const Json& node) {
        if (!node.is_number_unsigned())
            throw std::runtime_error("expected a whole number that is not negative");
        return node.get<uint64_t>();
    }

    Entry entry(const std::string& name, const Json& node) const {
        try {
            if (!node.is_object() || node.size() != 3)
                throw std::runtime_error("needs dtype, shape and data_offsets");
            const auto text = node.at("dtype").get<std::string>();
            const auto type =
                std::find_if(types.begin(), types.end(), [&](const Type& t) { return t.name == text; });
            if (type == types.end())
                throw std::runtime_error("dtype \"" + text + "\" is not among F32, F64, I32, I64, U8, BOOL");
            const Json& offsets = node.at("data_offsets");
            if (!offsets.is_array() || offsets.size() != 2)
                throw std::runtime_error("data_offsets must be two numbers");
            Entry result{name, type->dtype, shape(node.at("shape")), unsigned_number(offsets[0]),
                         unsigned_number(offsets[1])};
            const uint64_t room = file_.size() - data_begin_;
            const auto bytes = static_cast<uint64_t>(result.shape.size()) * size_of(result.dtype);
            if (result.begin > result.end || result.end > room || result.end - result.begin != bytes)
                throw std::runtime_error(
                    fmt::format("data_offsets [{}, {}] do not hold {} bytes of shape {} within the "
                                "{} bytes of data",
                                result.begin, result.end, bytes, result.shape, room));
            return result;
        } catch (const Json::exception& error) {
            fail<FormatError>("{}: tensor \"{}\": {}", path_, name, error.what());
        } catch (const FormatError&) {
            throw;
        } catch (const std::runtime_error& error) {
            fail<FormatError>("{}: tensor \"{}\": {}", path_, name, error.what());
        }
    }

    Shape shape(const Json& node) const {
        if (!node.is_array() || node.size() > static_cast<size_t>(Shape::max_rank))
            throw std::runtime_error(
                fmt::format("shape must be a list of at most {} extents", Shape::max_rank));
        std::vector<int64_t> extents;
        uint64_t elements = 1;
        for (const Json& extent : node) {
            const uint64_t value = unsigned_number(extent);
            if (value > file_.size() || (value != 0 && elements > file_.size() / value))
                throw std::runtime_error(fmt::format("extent {} is more than the file could hold", value));
            elements *= value;
            extents.push_back(static_cast<int64_t>(value));
        }
        return Shape(extents);
    }

    /// Tensors follow one another without holes or overlaps, from the header's end to the file's.
    void check_cover(std::vector<Entry> list) const {
        std::sort(list.begin(), list.end(), [](const Entry& a, const Entry& b) {
            return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
        });
        uint64_t at = 0;
        for (const Entry& entry : list) {
            if (entry.begin != at)
                fail<FormatError>("{}: tensor \"{}\" begins at byte {} of the data, {} were expected: {}",
                                  path_, entry.name, entry.begin, at,
                                  entry.begin < at ? "tensors overlap" : "there is a hole");
            at = entry.end;
        }
        if (at != file_.size() - data_begin_)
            fail<FormatError>("{}: {} bytes follow the last tensor, which ends at byte {}", path_,
                              file_.size() - data_begin_ - at, data_begin_ + at);
    }

    const std::string path_;
    const Source& file_;
    uint64_t data_begin_ = 0;
};

constexpr const char* checksum_name = "crc32";
constexpr uint64_t checksum_bytes = 8;  ///< hexadecimal digits

class Checksum {
public:
    void add(const void* data, size_t bytes) {
        crc_ = ::crc32_z(crc_, static_cast<const Bytef*>(data), bytes);
    }
    std::string text() const { return fmt::format("{:08x}", crc_); }

private:
    uLong crc_ = ::crc32_z(0, nullptr, 0);
};

/// The checksum is the last tensor, of all that stands before its digits.
void check_sum(const Source& file, const std::vector<Entry>& entries) {
    const auto is_it = [](const Entry& entry) {
        return entry.name == checksum_name && entry.dtype == uint8 && entry.shape == Shape{checksum_bytes};
    };
    const uint64_t at = file.size() - checksum_bytes;
    if (entries.empty() || !is_it(entries.back()) ||
        entries.back().end - entries.back().begin != checksum_bytes)
        fail_at(file.name(), {}, "its last tensor is not a checksum, \"{}\" of {} digits", checksum_name,
                checksum_bytes);
    Checksum sum;
    std::vector<char> piece(static_cast<size_t>(std::min<uint64_t>(at, 1 << 20)));
    for (uint64_t offset = 0; offset < at; offset += piece.size()) {
        const auto bytes = static_cast<size_t>(std::min<uint64_t>(piece.size(), at - offset));
        file.read(offset, piece.data(), bytes);
        sum.add(piece.data(), bytes);
    }
    std::string written(checksum_bytes, '\0');
    file.read(at, written.data(), written.size());
    if (written != sum.text())
        fail_at(file.name(), at,
                "the checksum of what stands before is {}, not as written here: it is damaged", sum.text());
}

}  // namespace

void write_safetensors(const Sink& sink, const NamedTensors& tensors, const SafetensorsOptions& options,
                       bool checksum) {
    Json header = Json::object();
    if (!options.metadata.empty()) header["__metadata__"] = options.metadata;
    uint64_t offset = 0;
    for (const auto& [name, tensor] : tensors) {
        if (!tensor.defined()) fail<ValueError>("save_safetensors: tensor \"{}\" is undefined", name);
        if (name == "__metadata__" || header.contains(name))
            fail<ValueError>("save_safetensors: the name \"{}\" is {}; names must be unique", name,
                             name == "__metadata__" ? "reserved by the format" : "given twice");
        const uint64_t end = offset + static_cast<uint64_t>(tensor.size()) * size_of(tensor.dtype());
        header[name] = {{"dtype", type_name(tensor.dtype())},
                        {"shape", std::vector<int64_t>(tensor.shape().begin(), tensor.shape().end())},
                        {"data_offsets", {offset, end}}};
        offset = end;
    }
    if (checksum)
        header[checksum_name] = {{"dtype", "U8"},
                                 {"shape", {checksum_bytes}},
                                 {"data_offsets", {offset, offset + checksum_bytes}}};
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the data is aligned for whoever maps the file
    std::array<uint8_t, 8> length{};
    for (size_t i = 0; i < 8; ++i) length[i] = static_cast<uint8_t>(text.size() >> (8 * i));

    Checksum sum;
    const auto write = [&](const void* data, size_t bytes) {
        if (checksum) sum.add(data, bytes);
        sink(data, bytes);
    };
    write(length.data(), length.size());
    write(text.data(), text.size());
    for (const auto& [name, tensor] : tensors)
        write(tensor.raw(), static_cast<size_t>(tensor.size()) * size_of(tensor.dtype()));
    if (checksum) sink(sum.text().data(), checksum_bytes);
}

void save_safetensors(const std::string& path, const NamedTensors& tensors,
                      const SafetensorsOptions& options) {
    AtomicFile file(path);
    write_safetensors([&](const void* data, size_t bytes) { file.write(data, bytes); }, tensors, options);
    file.commit();
}

NamedTensors load_safetensors(const std::string& path) {
    return read_safetensors(InputFile(path));
}

NamedTensors read_safetensors(const Source& file, bool checksum) {
    const std::string& path = file.name();
    HeaderReader header(file);
    std::vector<Entry> entries = header.read();
    if (checksum) {
        check_sum(file, entries);
        entries.pop_back();
    }
    NamedTensors tensors;
    for (const Entry& entry : entries) {
        Tensor tensor = Tensor::empty(entry.shape, entry.dtype);
        file.read(header.data_begin() + entry.begin, tensor.mutable_raw(), entry.end - entry.begin);
        if (entry.dtype == bool_) {
            const auto* bytes = static_cast<const uint8_t*>(tensor.raw());
            if (std::any_of(bytes, bytes + tensor.size(), [](uint8_t b) { return b > 1; }))
                fail<FormatError>("{}: tensor \"{}\": a BOOL is neither 0 nor 1", path, entry.name);
        }
        tensors.emplace_back(entry.name, std::move(tensor));
    }
    return tensors;
}

}  // namespace keratin::io
