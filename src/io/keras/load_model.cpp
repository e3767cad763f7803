#include "io/file.hpp"
#include "io/hdf5/superblock.hpp"
#include "io/keras/lookups.hpp"
#include "io/keras/model_file.hpp"
#include "io/keras/modern_config.hpp"
#include "io/keras/weights.hpp"

#include "core/config_json.hpp"
#include "core/registry.hpp"
#include "layers/shared_objects.hpp"
#include "layers/values_from_file.hpp"
#include "models/model_node.hpp"

#include <keratin/core/error.hpp>
#include <keratin/io/saving.hpp>
#include <keratin/layers/registry.hpp>

#include <new>
#include <stdexcept>

namespace keratin {
namespace {

using io::hdf5::Reader;

/// What a config makes go wrong is wrong with the file that holds it, but for classes that the program could
/// have made known.
template <class Make>
auto from_file(const std::string& file, const Make& make) -> decltype(make()) {
    try {
        return make();
    } catch (const UnknownClass& error) {
        fail<ValueError>("{}: {}", file, error.what());
    } catch (const FormatError& error) {
        if (!error.file().empty()) throw;
        fail_at(file, {}, "{}", error.what());
    } catch (const IoError&) {
        throw;
    } catch (const Error& error) {
        fail_at(file, {}, "{}", error.what());
    } catch (const std::bad_alloc&) {
        fail_at(file, {}, "its config asks for more memory than there is");
    } catch (const std::length_error&) {
        fail_at(file, {}, "its config asks for more memory than there can be");
    }
}

const Config* member(const Config& node, const char* key) {
    const Config* value = node.is_object() ? node.find(key) : nullptr;
    return value && !value->is_null() ? value : nullptr;
}

/// The model of a config whose variables have no values yet.
std::shared_ptr<Model> built_model(const Config& node, const std::string& name, const Reader& weights) {
    return from_file(name, [&] {
        const detail::SharedObjects shared;
        const detail::ValuesFromFile values(io::count_numbers(weights.root()));
        return detail::model_of_node(node, "load_model");
    });
}

void compile(Model& model, const Config* config, const std::string& name) {
    if (config && config->is_object()) from_file(name, [&] { model.compile_from_config(*config); });
}

LoadedModel load(const io::ModelFile& file, const LoadOptions& options) {
    const Reader weights(file.weights(), options.limits);
    const Config node = io::modern_config(file.config());
    const std::shared_ptr<Model> model = built_model(node, file.name(), weights);
    const std::vector<io::WeightGroup> groups = io::weight_tree(*model);
    io::Fillings fillings =
        from_file(file.name(), [&] { return io::layer_fillings(weights.root(), groups, false); });
    if (options.compile) compile(*model, member(node, "compile_config"), file.name());
    if (model->compiled() && model->optimizer().built())
        for (io::Filling& one : io::optimizer_fillings(weights.root(), model->optimizer()))
            fillings.push_back(std::move(one));
    io::fill(weights, fillings);
    io::read_lookups(groups, file, weights);
    return LoadedModel(model);
}

/// A text that the file holds as JSON; null for none.
Config json_attribute(const Reader& file, const std::string& name, const char* attribute) {
    const auto found = file.root().attributes.find(attribute);
    if (found == file.root().attributes.end()) return {};
    const auto* text = std::get_if<std::string>(&found->second);
    if (!text) fail_at(name, {}, "its attribute \"{}\" is no text", attribute);
    return config_from_json(*text, fmt::format("{}: its attribute \"{}\"", name, attribute));
}

LoadedModel load_legacy(std::shared_ptr<const io::Source> source, const LoadOptions& options) {
    const std::string name = source->name();
    const Reader file(std::move(source), options.limits);
    const Config config = json_attribute(file, name, "model_config");
    if (!config.is_object())
        fail_at(name, {}, "there is no model in it{}",
                io::is_legacy(file.root()) || file.root().find_group("layers")
                    ? ", only weights; make the model and call load_weights()"
                    : "");
    const Config node =
        from_file(name, [&] { return io::modern_config(config, io::legacy_reset_after(file.root())); });
    const std::shared_ptr<Model> model = built_model(node, name, file);
    io::Fillings fillings =
        from_file(name, [&] { return io::legacy_fillings(file.root(), *model, false, false); });
    const Config training = options.compile ? json_attribute(file, name, "training_config") : Config();
    if (training.is_object()) {
        Config compiled = io::modern_config(training);
        if (const Config* optimizer = member(compiled, "optimizer_config"))
            compiled.set("optimizer", Config(*optimizer));
        compile(*model, &compiled, name);
        if (model->compiled() && model->optimizer().built())
            for (io::Filling& one : io::legacy_optimizer_fillings(file.root(), model->optimizer()))
                fillings.push_back(std::move(one));
    }
    io::fill(file, fillings);
    return LoadedModel(model);
}

LoadedModel load(const std::shared_ptr<const io::Source>& source, const LoadOptions& options) {
    if (!io::begins_with(*source, "PK") && io::hdf5::find_signature(*source))
        return load_legacy(source, options);
    return load(*io::ModelFile::open(source, options.limits), options);
}

}  // namespace

LoadedModel load_model(const std::string& path, const LoadOptions& options) {
    if (const auto folder = io::ModelFile::open_folder(path)) return load(*folder, options);
    return load(std::make_shared<io::InputFile>(path), options);
}

LoadedModel load_model(std::vector<uint8_t> file, const LoadOptions& options) {
    return load(io::source_of("load_model", std::move(file)), options);
}

}  // namespace keratin
