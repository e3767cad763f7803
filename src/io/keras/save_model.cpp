#include "core/config_json.hpp"
#include "io/elements.hpp"
#include "io/file.hpp"
#include "io/keras/model_file.hpp"
#include "io/keras/self_test.hpp"
#include "io/keras/sharded_weights.hpp"
#include "io/keras/weights.hpp"
#include "io/model_weights.hpp"
#include "io/zip.hpp"
#include "layers/shared_objects.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/version.hpp>
#include <keratin/io/saving.hpp>
#include <keratin/layers/registry.hpp>

#include <algorithm>
#include <array>

namespace keratin {
namespace {

constexpr const char* keras_version = "3.15.1";  ///< whose form this is

std::string keratin_version() {
    return fmt::format("{}.{}.{}", KERATIN_VERSION_MAJOR, KERATIN_VERSION_MINOR, KERATIN_VERSION_PATCH);
}

void write_optimizer(io::hdf5::NewGroup& root, const Model& model) {
    if (model.optimizer().built()) return io::write_groups(root, io::optimizer_tree(model.optimizer()));
    // Keras looks for the whole state; before the first step it is that of a new one.
    const auto untrained = optimizers::Optimizer::from_config(model.optimizer().serialize());
    untrained->build(model.trainable_variables());
    io::write_groups(root, io::optimizer_tree(*untrained));
}

io::hdf5::NewGroup weights_of(const Model& model, bool with_optimizer) {
    io::hdf5::NewGroup root;
    io::write_groups(root, io::weight_tree(model));
    if (with_optimizer && model.compiled() && model.built()) write_optimizer(root, model);
    return root;
}

}  // namespace

void Model::save(const std::string& path) const {
    save(path, {});
}

void Model::save(const std::string& path, const SaveOptions& options) const {
    if (path.ends_with(".h5") || path.ends_with(".hdf5"))
        fail<ValueError>(
            "{}: save got {}; the format of Keras 2 is read, not written; end the name in \".keras\", or "
            "call save_weights() with \".weights.h5\"",
            name(), path);
    if (!path.ends_with(".keras"))
        fail<ValueError>("{}: save got {}; the name must end in \".keras\"", name(), path);
    if (options.max_shard_size)
        fail<ValueError>(
            "{}: save got max_shard_size, and a \".keras\" file has no shards; call save_weights() with "
            "\".weights.json\"",
            name());
    if (!options.overwrite) io::require_free(path);
    const detail::SharedObjects shared(io::shared_layers(*this));
    Config node = serialize(*this);
    node.set("compile_config", options.include_optimizer ? get_compile_config() : Config::object());
    const std::string config = config_to_json(node, name());
    const std::string metadata =
        Config::object({{"keras_version", keras_version}, {"keratin_version", keratin_version()}}).to_json();
    const io::hdf5::NewGroup weights = weights_of(*this, options.include_optimizer);
    const io::hdf5::Image image = io::hdf5::write(weights);
    const std::vector<uint8_t> self_test =
        options.self_test.defined() ? io::self_test_of(*this, options.self_test) : std::vector<uint8_t>();

    io::AtomicFile file(path);
    io::ZipWriter zip(file);
    zip.add(io::metadata_member, std::array{io::piece_of(metadata)});
    zip.add(io::config_member, std::array{io::piece_of(config)});
    zip.add(io::weights_member, image.pieces());
    if (!self_test.empty()) zip.add(io::self_test_member, std::array{io::Piece(self_test)});
    zip.finish();
    file.commit();
}

namespace {

/// Anything else is safetensors, as "weights" is; these would be taken for what they are not.
bool is_of_another_format(const std::string& path) {
    constexpr std::array endings = {".h5", ".hdf5", ".keras", ".npz", ".npy", ".onnx", ".json"};
    return std::any_of(endings.begin(), endings.end(), [&](const char* end) { return path.ends_with(end); });
}

}  // namespace

void Model::save_weights(const std::string& path) const {
    save_weights(path, {});
}

void Model::save_weights(const std::string& path, const SaveOptions& options) const {
    const std::vector<Variable> all = variables();
    if (all.empty())
        fail<ValueError>("{}: save_weights found no variables; build the model first, or call it once",
                         name());
    if (!options.overwrite) io::require_free(path);
    const bool in_shards = path.ends_with(io::shard_index_suffix);
    if (in_shards != options.max_shard_size.has_value())
        fail<ValueError>(
            "{}: save_weights got {} {} max_shard_size; weights in shards need both that option and a name "
            "that ends in \"{}\"",
            name(), path, in_shards ? "without" : "with", io::shard_index_suffix);
    if (in_shards) {
        io::save_sharded(path, weights_of(*this, options.include_optimizer), *options.max_shard_size,
                         options.overwrite);
    } else if (path.ends_with(".weights.h5")) {
        const io::hdf5::Image image = io::hdf5::write(weights_of(*this, options.include_optimizer));
        io::AtomicFile file(path);
        for (const io::Piece piece : image.pieces()) file.write(piece.data(), piece.size());
        file.commit();
    } else if (is_of_another_format(path)) {
        fail<ValueError>(
            "{}: save_weights got {}; the name must end in \".weights.h5\", \".weights.json\" (with "
            "max_shard_size) or \".safetensors\"; io::save_tensors() writes other files of tensors",
            name(), path);
    } else {
        io::save_named_weights(path, all);
    }
}

}  // namespace keratin
