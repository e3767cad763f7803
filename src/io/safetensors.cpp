#include <keratin/io/safetensors.hpp>

#include "core/json_events.hpp"
#include "io/bytes.hpp"
#include "io/checksum.hpp"
#include "io/elements.hpp"
#include "io/file.hpp"
#include "io/safetensors_header.hpp"
#include "io/safetensors_stream.hpp"

#include <algorithm>
#include <set>

namespace keratin::io {
namespace {

/// The tensors as they lie in the file: larger elements first, so that each is aligned.
std::vector<const Tensor*> in_order_of_data(const NamedTensors& tensors) {
    std::vector<const Tensor*> order;
    for (const auto& [name, tensor] : tensors) order.push_back(&tensor);
    std::stable_sort(order.begin(), order.end(), [](const Tensor* a, const Tensor* b) {
        return size_of(a->dtype()) > size_of(b->dtype());
    });
    return order;
}

std::string header_of(const NamedTensors& tensors, const std::vector<const Tensor*>& order,
                      const std::map<std::string, std::string>& metadata) {
    std::map<const Tensor*, uint64_t> begins;
    uint64_t begin = 0;
    for (const Tensor* tensor : order) {
        begins[tensor] = begin;
        begin += bytes_of(*tensor);
    }
    std::string text = "{";
    if (!metadata.empty()) {
        text += "\"__metadata__\":{";
        for (const auto& [key, value] : metadata)
            text += json_quoted(key, "save_safetensors") + ":" + json_quoted(value, "save_safetensors") + ",";
        text.back() = '}';
        text += ',';
    }
    for (const auto& [name, tensor] : tensors)
        text +=
            fmt::format("{}:{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{},{}]}},",
                        json_quoted(name, "save_safetensors"), safetensors_name(tensor.dtype()),
                        fmt::join(tensor.shape(), ","), begins[&tensor], begins[&tensor] + bytes_of(tensor));
    if (text.back() == ',') text.pop_back();
    text += '}';
    text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the data is aligned for whoever maps the file
    return text;
}

/// A tensor in the mapping, which lives as long as it.
Tensor mapped(const std::shared_ptr<uint8_t>& file, const SafetensorsHeader::Entry& entry) {
    const auto release = [](void* owner) { delete static_cast<std::shared_ptr<uint8_t>*>(owner); };
    auto owner = std::make_unique<std::shared_ptr<uint8_t>>(file);
    Storage storage =
        Storage::adopt(file.get() + entry.begin, static_cast<size_t>(entry.bytes), owner.get(), release);
    owner.release();
    return Tensor::adopt(std::move(storage), entry.shape, entry.dtype);
}

constexpr const char* checksum_name = "crc32";
constexpr size_t checksum_bytes = 8;  ///< hexadecimal digits

std::string digits_of(uint32_t sum) {
    return fmt::format("{:08x}", sum);
}

/// The checksum is the last tensor, of all that stands before its digits.
void check_sum(const Source& file, const std::vector<SafetensorsHeader::Entry>& entries) {
    if (entries.empty() || entries.back().name != checksum_name || entries.back().dtype != uint8 ||
        entries.back().bytes != checksum_bytes || entries.back().begin + checksum_bytes != file.size())
        fail_at(file.name(), {}, "its last tensor is not a checksum, \"{}\" of {} digits", checksum_name,
                checksum_bytes);
    const uint64_t at = file.size() - checksum_bytes;
    const std::shared_ptr<const Source> whole(std::shared_ptr<const Source>(), &file);
    const std::string sum = digits_of(crc32_of(*part_of(whole, file.name(), 0, at)));
    std::string written(checksum_bytes, '\0');
    file.read(at, written.data(), written.size());
    if (written != sum)
        fail_at(file.name(), at,
                "the checksum of what stands before is {}, not as written here: it is damaged", sum);
}

}  // namespace

void write_safetensors(const Sink& sink, const NamedTensors& given, const SafetensorsOptions& options,
                       bool checksum) {
    NamedTensors tensors = given;
    if (checksum) tensors.emplace_back(checksum_name, zeros({int64_t{checksum_bytes}}, uint8));
    std::set<std::string_view> names;
    for (const auto& [name, tensor] : tensors) {
        if (!tensor.defined()) fail<ValueError>("save_safetensors: tensor \"{}\" is undefined", name);
        if (name == "__metadata__" || !names.insert(name).second)
            fail<ValueError>("save_safetensors: the name \"{}\" is {}; names must be unique", name,
                             name == "__metadata__" ? "reserved by the format" : "given twice");
    }
    const std::vector<const Tensor*> order = in_order_of_data(tensors);
    const std::string header = header_of(tensors, order, options.metadata);
    if (tensors.size() + options.metadata.size() > most_names || header.size() > largest_header)
        fail<ValueError>(
            "save_safetensors: {} names in a header of {} bytes; no more than {} in {} are read again",
            tensors.size() + options.metadata.size(), header.size(), most_names, largest_header);
    std::vector<uint8_t> length;
    append_little_endian(length, header.size(), 8);

    std::vector<Piece> pieces = {{length}, {reinterpret_cast<const uint8_t*>(header.data()), header.size()}};
    for (const Tensor* tensor : order) pieces.push_back(piece_of(*tensor));
    std::string digits;
    if (checksum) {  // no tensor comes behind one of bytes that was given last
        pieces.pop_back();
        digits = digits_of(crc32_of(pieces));
        pieces.emplace_back(reinterpret_cast<const uint8_t*>(digits.data()), digits.size());
    }
    for (const Piece& piece : pieces) sink(piece.data(), piece.size());
}

void save_safetensors(const std::string& path, const NamedTensors& tensors,
                      const SafetensorsOptions& options) {
    AtomicFile file(path);
    write_safetensors([&](const void* data, size_t bytes) { file.write(data, bytes); }, tensors, options);
    file.commit();
}

NamedTensors read_safetensors(const Source& source, bool checksum) {
    SafetensorsHeader header = read_safetensors_header(source);
    if (checksum) {
        check_sum(source, header.entries);
        header.entries.pop_back();
    }
    NamedTensors tensors;
    for (const SafetensorsHeader::Entry& entry : header.entries)
        tensors.emplace_back(entry.name, read_safetensors_tensor(source, entry));
    return tensors;
}

NamedTensors load_safetensors(const std::string& path, const SafetensorsLoadOptions& options) {
    const InputFile file(path);
    const SafetensorsHeader header = read_safetensors_header(file);
    const std::shared_ptr<uint8_t> map = options.map ? file.map() : nullptr;
    NamedTensors tensors;
    for (const SafetensorsHeader::Entry& entry : header.entries) {
        const bool in_place =
            map && entry.bytes > 0 && entry.dtype != bool_ && entry.begin % size_of(entry.dtype) == 0;
        tensors.emplace_back(entry.name,
                             in_place ? mapped(map, entry) : read_safetensors_tensor(file, entry));
    }
    return tensors;
}

std::map<std::string, std::string> load_safetensors_metadata(const std::string& path) {
    return read_safetensors_header(InputFile(path)).metadata;
}

}  // namespace keratin::io
