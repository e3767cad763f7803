#include "io/keras/sharded_weights.hpp"

#include "core/config_json.hpp"
#include "io/file.hpp"
#include "io/hdf5/file.hpp"
#include "io/keras/model_file.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <memory>
#include <vector>

namespace keratin::io {
namespace {

constexpr uint64_t most_index_bytes = uint64_t{16} << 20;
constexpr const char* weight_map = "weight_map";

/// "x_00002.weights.h5" of "x.weights.json", beside which it is.
std::string shard_name(const std::string& index, size_t number) {
    std::string name = index.substr(index.rfind('/') + 1);  // npos + 1 is 0
    name.resize(name.size() - std::string_view(".json").size());
    constexpr std::string_view word = ".weights";  // Keras takes all of them away
    for (size_t at = 0; (at = name.find(word, at)) != std::string::npos;) name.erase(at, word.size());
    return fmt::format("{}_{:05}.weights.h5", name, number);
}

Config read_index(const std::string& path) {
    const InputFile file(path);
    if (file.size() > most_index_bytes)
        fail_at(path, {}, "it has {} bytes; an index of shards has at most {}", file.size(),
                most_index_bytes);
    std::string text(static_cast<size_t>(file.size()), '\0');
    file.read(0, text.data(), text.size());
    Config index = config_from_json(text, path);
    const Config* map = index.is_object() ? index.find(weight_map) : nullptr;
    if (!map || !map->is_object()) fail_at(path, {}, "there is no object \"{}\" in it", weight_map);
    return *map;
}

/// Deals the tensors of a tree out to trees of their own.
class Dealer {
public:
    Dealer(std::string index, double most_bytes) : index_(std::move(index)), most_(most_bytes) { next(); }

    void deal(const hdf5::NewGroup& group, const std::string& path) {
        if (!group.attributes.empty()) shards.back().group(path).attributes = group.attributes;
        std::vector<std::string> names;
        for (const auto& [name, dataset] : group.datasets) {
            make_room(dataset.tensor, path + "/" + name);
            hdf5::NewGroup& part = shards.back().group(path);
            part.attributes = group.attributes;
            part.datasets.emplace(name, dataset);
            const std::string shard = shard_name(index_, shards.size() - 1);
            if (names.empty() || names.back() != shard) names.push_back(shard);
        }
        if (names.size() == 1)
            map.emplace_back("/" + path, names.front());
        else if (!names.empty())
            map.emplace_back("/" + path, Config::List(names.begin(), names.end()));
        for (const auto& [name, inner] : group.groups) deal(inner, path.empty() ? name : path + "/" + name);
    }

    std::vector<hdf5::NewGroup> shards;
    Config::Object map;
    uint64_t total_bytes = 0;

private:
    void make_room(const Tensor& tensor, const std::string& path) {
        const uint64_t bytes = static_cast<uint64_t>(tensor.shape().size()) * size_of(tensor.dtype());
        if (static_cast<double>(bytes) > most_)
            fail<ValueError>(
                "{}: {} has {} bytes, and max_shard_size lets {:.0f} be in one file; make it larger", index_,
                path, bytes, most_);
        if (static_cast<double>(here_ + bytes) > most_) next();
        here_ += bytes;
        total_bytes += bytes;
    }
    void next() {
        if (shards.size() == most_shards)
            fail<ValueError>("{}: max_shard_size of {:.0f} bytes makes more than {} files; make it larger",
                             index_, most_, most_shards);
        shards.emplace_back();
        here_ = 0;
    }

    std::string index_;
    double most_;
    uint64_t here_ = 0;
};

}  // namespace

ShardedWeights::ShardedWeights(std::string index, const ReadLimits& limits) : index_(std::move(index)) {
    groups_.emplace_back();
    const Config map = read_index(index_);
    for (const auto& [key, value] : map.members()) {
        if (!key.starts_with('/') || !key.ends_with("/vars"))
            fail_at(index_, {}, "{} is no place of variables, such as \"/layers/dense/vars\"", quoted(key));
        const std::string path = key.substr(1);
        const Config::List one = {value};
        const Config::List& names = value.is_list() ? value.as_list() : one;
        if (names.empty()) fail_at(index_, {}, "{} is in no shard", quoted(key));
        for (const Config& name : names) {
            if (!name.is_string()) fail_at(index_, {}, "the shard of {} is no name", quoted(key));
            add(path, name.as_string(), limits);
        }
    }
    for (const auto& [name, shard] : shards_)
        if (shard.listed != shard.reader.count_datasets())
            fail_at(index_, {}, "{} has {} datasets, of which the index names {}", quoted(name),
                    shard.reader.count_datasets(), shard.listed);
}

ShardedWeights::Shard& ShardedWeights::shard(const std::string& name, const ReadLimits& limits) {
    if (const auto found = shards_.find(name); found != shards_.end()) return found->second;
    if (shards_.size() == most_shards) fail_at(index_, {}, "it has more than {} shards", most_shards);
    // Only what stands beside the index: a stranger could name any file of the machine otherwise.
    const bool is_name =
        !name.empty() && name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
    if (!is_name) fail_at(index_, {}, "its shard {} is no plain name of a file beside it", quoted(name));
    const auto folder = ModelFile::open_folder(directory_of(index_));
    if (!folder || !folder->has(name))
        fail_at(index_, {}, "its shard {} is no plain file beside it", quoted(name));
    hdf5::Reader reader(folder->member(name), {.unpacked_bytes = limits.unpacked_bytes - unpacked_bytes_});
    unpacked_bytes_ += reader.unpacked_bytes();
    structure_bytes_ += reader.structure_bytes();
    bytes_ += reader.size();
    if (structure_bytes_ > hdf5::free_memory + bytes_)
        fail_at(index_, {}, "what its shards describe takes {} bytes of memory, too many for files of {}",
                structure_bytes_, bytes_);
    return shards_.emplace(name, Shard{std::move(reader)}).first->second;
}

void ShardedWeights::add(const std::string& path, const std::string& name, const ReadLimits& limits) {
    Shard& from = shard(name, limits);
    const hdf5::Group* vars = from.reader.root().find_group(path);
    if (!vars || vars->datasets.empty())
        fail_at(index_, {}, "it has {} in {}, and there is none", quoted(path), quoted(name));
    if (!seen_.insert(vars).second) fail_at(index_, {}, "it has {} of {} twice", quoted(path), quoted(name));
    hdf5::Group& whole = group(path);
    for (const auto& [number, dataset] : vars->datasets) {
        if (!whole.datasets.emplace(number, dataset).second ||
            !readers_.emplace(dataset, &from.reader).second)
            fail_at(index_, {}, "{} is there twice, in {} and before", quoted(path + "/" + number),
                    quoted(name));
        ++from.listed;
    }
}

hdf5::Group& ShardedWeights::group(std::string_view path) {
    hdf5::Group* at = &groups_.front();
    while (!path.empty()) {
        const size_t slash = std::min(path.find('/'), path.size());
        const auto [next, is_new] = at->groups.try_emplace(std::string(path.substr(0, slash)));
        if (is_new) next->second = &groups_.emplace_back();
        at = const_cast<hdf5::Group*>(next->second);  // one of groups_
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return *at;
}

void ShardedWeights::read_into(const hdf5::Dataset& dataset, Tensor& into) const {
    readers_.at(&dataset)->read_into(dataset, into);
}

void save_sharded(const std::string& index, const hdf5::NewGroup& root, double gigabytes, bool overwrite) {
    if (!(gigabytes > 0)) fail<ValueError>("{}: max_shard_size is {}; it must be positive", index, gigabytes);
    Dealer dealer(index, gigabytes * (1 << 30));
    dealer.deal(root, "");
    const auto total = static_cast<int64_t>(dealer.total_bytes);
    const Config whole = Config::object({{"metadata", Config::object({{"total_size", total}})},
                                         {weight_map, Config::object(std::move(dealer.map))}});
    const std::string text = whole.to_json(4);
    std::vector<std::unique_ptr<AtomicFile>> files;
    for (size_t i = 0; i < dealer.shards.size(); ++i) {
        const std::string path = directory_of(index) + "/" + shard_name(index, i);
        if (!overwrite) require_free(path);
        const hdf5::Image image = hdf5::write(dealer.shards[i]);
        files.push_back(std::make_unique<AtomicFile>(path));
        for (const Piece piece : image.pieces()) files.back()->write(piece.data(), piece.size());
        files.back()->sync();
    }
    AtomicFile file(index);
    file.write(text.data(), text.size());
    file.sync();
    remove_file(index);
    for (const auto& one : files) one->commit();
    file.commit();
}

}  // namespace keratin::io
