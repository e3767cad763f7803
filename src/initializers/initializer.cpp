#include <keratin/initializers/initializer.hpp>

#include "core/config_reader.hpp"
#include "core/registered.hpp"
#include "core/registry.hpp"

#include <keratin/initializers/constants.hpp>
#include <keratin/initializers/random.hpp>
#include <keratin/initializers/variance_scaling.hpp>

namespace keratin::initializers {
namespace {

std::shared_ptr<Initializer> make_constant(const Config& config) {
    ConfigReader reader(config, "Constant");
    auto result = std::make_shared<Constant>(reader.number("value", 0.0));
    reader.finish();
    return result;
}

std::shared_ptr<Initializer> make_identity(const Config& config) {
    ConfigReader reader(config, "Identity");
    auto result = std::make_shared<Identity>(reader.number("gain", 1.0));
    reader.finish();
    return result;
}

std::shared_ptr<Initializer> make_orthogonal(const Config& config) {
    ConfigReader reader(config, "Orthogonal");
    const OrthogonalOptions options{.gain = reader.number("gain", 1.0), .seed = reader.seed()};
    reader.finish();
    return std::make_shared<Orthogonal>(options);
}

std::shared_ptr<Initializer> make_uniform(const Config& config) {
    ConfigReader reader(config, "RandomUniform");
    const UniformOptions options{.minval = reader.number("minval", -0.05),
                                 .maxval = reader.number("maxval", 0.05),
                                 .seed = reader.seed()};
    reader.finish();
    return std::make_shared<RandomUniform>(options);
}

template <class Normal>
std::shared_ptr<Initializer> make_normal(const Config& config) {
    ConfigReader reader(config, Normal().class_name());
    const NormalOptions options{
        .mean = reader.number("mean", 0.0), .stddev = reader.number("stddev", 0.05), .seed = reader.seed()};
    reader.finish();
    return std::make_shared<Normal>(options);
}

std::shared_ptr<Initializer> make_scaling(const Config& config) {
    ConfigReader reader(config, "VarianceScaling");
    VarianceScalingOptions options{.scale = reader.number("scale", 1.0),
                                   .mode = reader.text("mode", "fan_in"),
                                   .distribution = reader.text("distribution", "truncated_normal"),
                                   .seed = reader.seed()};
    reader.finish();
    return std::make_shared<VarianceScaling>(std::move(options));
}

template <class Scaling>
std::shared_ptr<Initializer> make_seeded(const Config& config) {
    ConfigReader reader(config, Scaling().class_name());
    const SeedOptions options{.seed = reader.seed()};
    reader.finish();
    return std::make_shared<Scaling>(options);
}

template <class Plain>
std::shared_ptr<Initializer> make_plain(const Config& config) {
    ConfigReader(config, Plain().class_name()).finish();
    return std::make_shared<Plain>();
}

Registry<Initializer>& registry() {
    static Registry<Initializer> all(
        "initializer", "keras.initializers", "Initializer::register_class()",
        {
            {"Zeros", {"zeros", "zero"}, make_plain<Zeros>},
            {"Ones", {"ones", "one"}, make_plain<Ones>},
            {"Constant", {"constant"}, make_constant},
            {"RandomNormal", {"random_normal", "normal"}, make_normal<RandomNormal>},
            {"RandomUniform", {"random_uniform", "uniform"}, make_uniform},
            {"TruncatedNormal", {"truncated_normal"}, make_normal<TruncatedNormal>},
            {"VarianceScaling", {"variance_scaling"}, make_scaling},
            {"GlorotUniform", {"glorot_uniform"}, make_seeded<GlorotUniform>},
            {"GlorotNormal", {"glorot_normal"}, make_seeded<GlorotNormal>},
            {"HeUniform", {"he_uniform"}, make_seeded<HeUniform>},
            {"HeNormal", {"he_normal"}, make_seeded<HeNormal>},
            {"LecunUniform", {"lecun_uniform"}, make_seeded<LecunUniform>},
            {"LecunNormal", {"lecun_normal"}, make_seeded<LecunNormal>},
            {"Orthogonal", {"orthogonal"}, make_orthogonal},
            {"Identity", {"identity"}, make_identity},
        });
    return all;
}

}  // namespace

std::shared_ptr<Initializer> Initializer::from_name(std::string_view name) {
    return registry().make(name, Config());
}

Config Initializer::serialize() const {
    return registry().serialize(class_name(), get_config());
}

std::shared_ptr<Initializer> Initializer::from_config(const Config& node) {
    return registry().from_config(node);
}

void Initializer::register_class(std::string class_name, Factory factory) {
    registry().add(std::move(class_name), std::move(factory));
}

}  // namespace keratin::initializers

std::vector<std::string> keratin::detail::registered_initializers() {
    return initializers::registry().builtin_names();
}
