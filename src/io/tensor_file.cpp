#include <keratin/io/tensor_file.hpp>

#include "core/config_json.hpp"
#include "io/file.hpp"
#include "io/hdf5/reader.hpp"
#include "io/hdf5/writer.hpp"
#include "io/keras/model_file.hpp"
#include "io/keras/sharded_weights.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>
#include <keratin/io/npy.hpp>
#include <keratin/io/safetensors.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <limits>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace keratin::io {
namespace {

constexpr uint64_t free_path_bytes = uint64_t{32} << 20;  ///< of datasets, in even the smallest file

/// "vars/2" before "vars/10".
bool natural_less(const std::string& a, const std::string& b) {
    const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (!digit(a[i]) || !digit(b[j])) {
            if (a[i] != b[j]) return a[i] < b[j];
            ++i, ++j;
            continue;
        }
        const auto end_of = [&](const std::string& text, size_t at) {
            while (at < text.size() && digit(text[at])) ++at;
            return at;
        };
        const std::string_view left = std::string_view(a).substr(i, end_of(a, i) - i),
                               right = std::string_view(b).substr(j, end_of(b, j) - j);
        if (left.size() != right.size()) return left.size() < right.size();
        if (left != right) return left < right;
        i += left.size(), j += right.size();
    }
    return a.size() - i < b.size() - j;
}

/// A dataset that several links lead to has all their names and is read once; such a group has one name.
/// `reader`: of a file of that name and size, or of several.
template <class Reader>
NamedTensors read_hdf5(const Reader& reader, const std::string& file, uint64_t size = 0) {
    NamedTensors tensors;
    std::unordered_map<const hdf5::Dataset*, Tensor> read;
    std::unordered_set<const hdf5::Group*> seen;
    // Long names of groups in one another, and many links at their end: the paths together may be far more
    // than the file.
    uint64_t spent = 0;
    const auto below = [&, most = free_path_bytes + size](const std::string& path, const std::string& name) {
        spent += path.size() + name.size();
        if (spent > most) fail_at(file, {}, "the paths of its datasets take more than {} bytes", most);
        return path + name;
    };
    std::vector<std::pair<const hdf5::Group*, std::string>> waiting{{&reader.root(), ""}};
    while (!waiting.empty()) {
        const auto [group, path] = std::move(waiting.back());
        waiting.pop_back();
        for (const auto& [name, dataset] : group->datasets) {
            const auto [found, is_new] = read.try_emplace(dataset);
            if (is_new) found->second = reader.read(*dataset);
            tensors.emplace_back(below(path, name), found->second);
        }
        for (const auto& [name, child] : group->groups)
            if (seen.insert(child).second) waiting.emplace_back(child, below(path, name) + "/");
    }
    std::sort(tensors.begin(), tensors.end(),
              [](const auto& a, const auto& b) { return natural_less(a.first, b.first); });
    return tensors;
}

NamedTensors read_hdf5(const std::shared_ptr<const Source>& source, const ReadLimits& limits) {
    return read_hdf5(hdf5::Reader(source, limits), source->name(), source->size());
}

void write_hdf5(const std::string& path, const NamedTensors& tensors) {
    hdf5::NewGroup root;
    for (const auto& [name, tensor] : tensors) {
        const size_t slash = name.rfind('/');
        const std::string_view folder =
            slash == std::string::npos ? "" : std::string_view(name).substr(0, slash);
        hdf5::NewGroup& group = root.group(folder);
        if (!group.datasets.emplace(name.substr(slash + 1), hdf5::NewDataset{tensor}).second)
            fail<ValueError>("save_tensors: two tensors are called \"{}\"; names must be unique", name);
    }
    const hdf5::Image image = hdf5::write(root);
    AtomicFile file(path);
    for (const Piece piece : image.pieces()) file.write(piece.data(), piece.size());
    file.commit();
}

}  // namespace

NamedTensors load_tensors(const std::string& path, const ReadLimits& limits) {
    switch (file_format(path)) {
        case FileFormat::keras:
            return read_hdf5(ModelFile::open(path, limits)->weights(), limits);
        case FileFormat::h5_model:
        case FileFormat::h5_weights:
            return read_hdf5(std::make_shared<InputFile>(path), limits);
        case FileFormat::h5_shards:
            return read_hdf5(ShardedWeights(path, limits), path);
        case FileFormat::safetensors:
            return load_safetensors(path);
        case FileFormat::npz:
            return load_npz(path, limits);
        case FileFormat::npy:
            return {{std::filesystem::path(path).stem().string(), load_npy(path)}};
        case FileFormat::onnx:
            break;
    }
    fail<ValueError>("load_tensors: {} is an ONNX file; io::load_onnx() of the component onnx reads it",
                     path);
}

void save_tensors(const std::string& path, const NamedTensors& tensors) {
    if (path.ends_with(".safetensors")) return save_safetensors(path, tensors);
    if (path.ends_with(".npz")) return save_npz(path, tensors);
    if (path.ends_with(".h5")) return write_hdf5(path, tensors);
    if (!path.ends_with(".npy"))
        fail<ValueError>("save_tensors: {} must end in .safetensors, .npz, .h5 or .npy", path);
    if (tensors.size() != 1)
        fail<ValueError>("save_tensors: {} holds one tensor, and there are {}; end the name in .npz", path,
                         tensors.size());
    save_npy(path, tensors.front().second);
}

std::map<std::string, std::string> load_metadata(const std::string& path, const ReadLimits& limits) {
    const FileFormat format = file_format(path);
    if (format == FileFormat::safetensors) return load_safetensors_metadata(path);
    std::map<std::string, std::string> metadata;
    if (format == FileFormat::keras) {
        const auto file = ModelFile::open(path, limits);
        if (!file->has(metadata_member)) return metadata;
        const Config config = config_from_json(file->text(metadata_member), path + ": " + metadata_member);
        if (!config.is_object()) return metadata;
        for (const auto& [key, value] : config.members())
            metadata.emplace(key, value.is_string() ? value.as_string() : value.to_json());
    } else if (format == FileFormat::h5_model || format == FileFormat::h5_weights) {
        const hdf5::Reader reader(std::make_shared<InputFile>(path), limits);
        for (const char* key : {"keras_version", "backend"}) {
            const auto found = reader.root().attributes.find(key);
            if (found == reader.root().attributes.end()) continue;
            if (const auto* text = std::get_if<std::string>(&found->second)) metadata.emplace(key, *text);
        }
    }
    return metadata;
}

}  // namespace keratin::io
