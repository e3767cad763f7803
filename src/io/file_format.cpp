#include "io/file_format.hpp"

#include "io/file.hpp"
#include "io/hdf5/reader.hpp"
#include "io/hdf5/superblock.hpp"
#include "io/keras/model_file.hpp"
#include "io/keras/sharded_weights.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string_view>

namespace keratin::io {
namespace {

/// What is not unpacked needs no bounds.
constexpr ReadLimits no_limits{.unpacked_bytes = std::numeric_limits<uint64_t>::max()};

bool is_safetensors(const Source& file) {
    std::array<uint8_t, 9> begin{};  // the header's length, which no file needs six bytes for, and the header
    if (file.size() < begin.size()) return false;
    file.read(0, begin.data(), begin.size());
    return begin[5] == 0 && begin[6] == 0 && begin[7] == 0 && begin[8] == '{';
}

/// Whatever the letters' case.
bool is_onnx(std::string_view name) {
    constexpr std::string_view end = ".onnx";
    return name.size() >= end.size() &&
           std::equal(end.begin(), end.end(), name.end() - end.size(),
                      [](char wanted, char found) { return wanted == found || wanted == (found | 0x20); });
}

}  // namespace

std::optional<FileFormat> format_of_plain(const Source& file) {
    if (begins_with(file, "\x93NUMPY")) return FileFormat::npy;
    if (is_safetensors(file)) return FileFormat::safetensors;
    if (file.name().ends_with(shard_index_suffix)) return FileFormat::h5_shards;
    if (is_onnx(file.name())) return FileFormat::onnx;
    return std::nullopt;
}

std::string_view name(FileFormat format) {
    switch (format) {
        case FileFormat::keras:
            return "keras";
        case FileFormat::h5_model:
            return "h5_model";
        case FileFormat::h5_weights:
            return "h5_weights";
        case FileFormat::h5_shards:
            return "h5_shards";
        case FileFormat::safetensors:
            return "safetensors";
        case FileFormat::npz:
            return "npz";
        case FileFormat::npy:
            return "npy";
        case FileFormat::onnx:
            return "onnx";
    }
    return "";
}

FileFormat file_format(const std::string& path) {
    if (const auto folder = ModelFile::open_folder(path)) {
        if (folder->has(config_member)) return FileFormat::keras;
        fail_at(path, {}, "it is a folder without {}, so not a model", config_member);
    }
    const auto file = std::make_shared<InputFile>(path);
    if (begins_with(*file, "PK")) {
        return ModelFile::open(file, no_limits)->has(config_member) ? FileFormat::keras : FileFormat::npz;
    }
    if (hdf5::find_signature(*file)) {
        const hdf5::Reader reader(file, no_limits);
        return reader.root().attributes.contains("model_config") ? FileFormat::h5_model
                                                                 : FileFormat::h5_weights;
    }
    if (const auto format = format_of_plain(*file)) return *format;
    fail_at(
        path, 0,
        "its first bytes are those of none of the formats .keras, .h5, .safetensors, .npz and .npy, and its "
        "name does not end in .onnx or .weights.json");
}

}  // namespace keratin::io
