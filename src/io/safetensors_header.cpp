#include "io/safetensors_header.hpp"

#include <keratin/core/error.hpp>

#include "core/json_events.hpp"
#include "io/bytes.hpp"
#include "io/elements.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace keratin::io {
namespace {

using Entry = SafetensorsHeader::Entry;

struct Type {
    std::string_view name;
    DType dtype;
};
constexpr std::array<Type, 8> types = {{{"F64", float64},
                                        {"F32", float32},
                                        {"F16", float16},
                                        {"BF16", bfloat16},
                                        {"I64", int64},
                                        {"I32", int32},
                                        {"U8", uint8},
                                        {"BOOL", bool_}}};

/// Follows the one form that a header has.
class HeaderReader : public JsonEvents {
public:
    HeaderReader(uint64_t data_begin, uint64_t data_bytes)
        : data_begin_(data_begin), data_bytes_(data_bytes) {}

    SafetensorsHeader result() { return std::move(header_); }

    void null() override { wrong(); }
    void boolean(bool) override { wrong(); }
    void number(double) override { wrong(); }
    void begin_object() override {
        if (where_ == Where::start)
            where_ = Where::header;
        else if (where_ == Where::value)
            where_ = Where::tensor;
        else if (where_ == Where::metadata_value)
            where_ = Where::metadata;
        else
            wrong();
    }
    void name(std::string name) override {
        if (where_ == Where::tensor)
            begin_field(name);
        else if (++names_ > most_names)
            refuse(fmt::format("the header has more than {} names", most_names));
        else if (where_ == Where::metadata)
            metadata_key_ = std::move(name);
        else
            begin_member(std::move(name));
    }
    void string(std::string value) override {
        if (where_ == Where::dtype)
            set_dtype(value);
        else if (where_ == Where::metadata)
            add_metadata(std::move(value));
        else
            wrong();
    }
    void begin_list() override {
        if ((where_ != Where::shape && where_ != Where::offsets) || in_list_) wrong();
        in_list_ = true;
    }
    void integer(int64_t value) override {
        const size_t most = where_ == Where::shape ? static_cast<size_t>(Shape::max_rank) : 2;
        std::vector<int64_t>& numbers = where_ == Where::shape ? extents_ : offsets_;
        if (!in_list_ || value < 0 || numbers.size() == most) wrong();
        numbers.push_back(value);
    }
    void end_list() override {
        if (where_ == Where::offsets && offsets_.size() != 2) wrong();
        in_list_ = false;
        where_ = Where::tensor;
    }
    void end_object() override {
        if (where_ == Where::tensor) end_tensor();
        where_ = Where::header;  // or behind it, where nothing can come
    }

private:
    enum class Where { start, header, value, tensor, dtype, shape, offsets, metadata_value, metadata };

    [[noreturn]] void wrong() const {
        const std::string tensor = "tensor " + quoted(entry_.name);
        switch (where_) {
            case Where::start:
            case Where::header:
                refuse("the header must be an object");
            case Where::value:
            case Where::tensor:
                refuse(tensor + " needs dtype, shape and data_offsets, and nothing else");
            case Where::dtype:
                refuse(tensor + ": dtype must be a text");
            case Where::shape:
                refuse(
                    fmt::format("{}: shape must be a list of at most {} whole numbers that are not negative",
                                tensor, Shape::max_rank));
            case Where::offsets:
                refuse(tensor + ": data_offsets must be two whole numbers that are not negative");
            case Where::metadata_value:
            case Where::metadata:
                break;
        }
        refuse("__metadata__ must be an object of texts" +
               (where_ == Where::metadata ? ", and " + quoted(metadata_key_) + " is none" : ""));
    }

    void begin_member(std::string name) {
        if (name == "__metadata__") {
            if (std::exchange(has_metadata_, true)) refuse("the header has __metadata__ twice");
            where_ = Where::metadata_value;
            return;
        }
        where_ = Where::value;
        entry_ = {std::move(name), float32, {}, 0, 0};
        extents_.clear();
        offsets_.clear();
        fields_ = {};
    }
    void begin_field(const std::string& name) {
        constexpr std::array<std::string_view, 3> known = {"dtype", "shape", "data_offsets"};
        const auto found = static_cast<size_t>(std::find(known.begin(), known.end(), name) - known.begin());
        if (found == known.size() || std::exchange(fields_[found], true)) wrong();
        where_ = found == 0 ? Where::dtype : found == 1 ? Where::shape : Where::offsets;
    }
    void set_dtype(const std::string& word) {
        const auto type =
            std::find_if(types.begin(), types.end(), [&](const Type& t) { return t.name == word; });
        if (type == types.end())
            refuse(
                fmt::format("tensor {}: dtype {} is not read; F64, F32, F16, BF16, I64, I32, U8 and BOOL are",
                            quoted(entry_.name), quoted(word)));
        entry_.dtype = type->dtype;
        where_ = Where::tensor;
    }
    void add_metadata(std::string value) {
        if (!header_.metadata.emplace(metadata_key_, std::move(value)).second)
            refuse("__metadata__ has " + quoted(metadata_key_) + " twice");
    }
    void end_tensor() {
        if (!fields_[0] || !fields_[1] || !fields_[2]) wrong();
        const auto [bytes, most, beyond] = announced(extents_, size_of(entry_.dtype), data_bytes_);
        if (beyond)
            refuse(fmt::format("tensor {}: extent {} is more than the file could hold", quoted(entry_.name),
                               extents_[*beyond]));
        const auto begin = static_cast<uint64_t>(offsets_[0]);
        const auto end = static_cast<uint64_t>(offsets_[1]);
        entry_.shape = Shape(extents_);
        if (begin > end || end > data_bytes_ || end - begin != bytes)
            refuse(
                fmt::format("tensor {}: data_offsets [{}, {}] do not hold {} bytes of shape {} within the {} "
                            "bytes of data",
                            quoted(entry_.name), begin, end, bytes, entry_.shape, data_bytes_));
        entry_.begin = data_begin_ + begin;
        entry_.bytes = bytes;
        header_.entries.push_back(std::move(entry_));
    }

    const uint64_t data_begin_;
    const uint64_t data_bytes_;
    SafetensorsHeader header_;
    Where where_ = Where::start;
    bool in_list_ = false;
    bool has_metadata_ = false;
    size_t names_ = 0;
    std::string metadata_key_;
    Entry entry_{};
    std::vector<int64_t> extents_;
    std::vector<int64_t> offsets_;
    std::array<bool, 3> fields_{};  ///< of the tensor, that were there
};

void require_unique(const std::string& file, const std::vector<Entry>& entries) {
    std::vector<std::string_view> names;
    for (const Entry& entry : entries) names.push_back(entry.name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) fail_at(file, 8, "the header has {} twice", quoted(*twice));
}

/// Tensors follow one another without holes or overlaps, from the header's end to the file's.
void require_cover(const Source& file, uint64_t data_begin, const std::vector<Entry>& entries) {
    std::vector<const Entry*> sorted;
    for (const Entry& entry : entries) sorted.push_back(&entry);
    std::sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) {
        return a->begin != b->begin ? a->begin < b->begin : a->bytes < b->bytes;
    });
    uint64_t at = data_begin;
    for (const Entry* entry : sorted) {
        if (entry->begin != at)
            fail_at(file.name(), entry->begin,
                    "tensor {} begins here, at byte {} was the turn of the next: {}", quoted(entry->name), at,
                    entry->begin < at ? "tensors overlap" : "there is a hole");
        at += entry->bytes;
    }
    if (at != file.size())
        fail_at(file.name(), at, "{} bytes follow the last tensor, which ends here", file.size() - at);
}

}  // namespace

SafetensorsHeader read_safetensors_header(const Source& file) {
    if (file.size() < 8)
        fail_at(file.name(), {}, "{} bytes are too few; a safetensors file starts with 8", file.size());
    std::array<uint8_t, 8> length{};
    file.read(0, length.data(), length.size());
    const uint64_t bytes = little_endian(length.data(), length.size());
    const uint64_t rest = file.size() - 8;
    if (bytes > largest_header || bytes > rest)
        fail_at(file.name(), 0,
                "the header is said to have {} bytes; the file has {}, and the format allows {}", bytes, rest,
                largest_header);
    const std::string text = file.text(8, static_cast<size_t>(bytes));
    if (text.empty() || text.front() != '{') fail_at(file.name(), 8, "the header must start with '{{'");
    HeaderReader reader(8 + bytes, rest - bytes);
    parse_json(text, file.name(), 8, reader);
    SafetensorsHeader header = reader.result();
    require_unique(file.name(), header.entries);
    require_cover(file, 8 + bytes, header.entries);
    return header;
}

std::string_view safetensors_name(DType dtype) {
    return std::find_if(types.begin(), types.end(), [&](const Type& type) { return type.dtype == dtype; })
        ->name;
}

Tensor read_safetensors_tensor(const Source& file, const SafetensorsHeader::Entry& entry) {
    Tensor tensor = Tensor::empty(entry.shape, entry.dtype);
    file.read(entry.begin, tensor.mutable_raw(), static_cast<size_t>(entry.bytes));
    if (entry.dtype == bool_) require_bools(tensor, file.name(), entry.begin);
    return tensor;
}

}  // namespace keratin::io
