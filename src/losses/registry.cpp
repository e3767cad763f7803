#include "core/registry.hpp"
#include "core/config_reader.hpp"
#include "core/registered.hpp"
#include "losses/by_shape.hpp"

#include <keratin/losses/cosine_similarity.hpp>
#include <keratin/losses/crossentropy.hpp>
#include <keratin/losses/divergence.hpp>
#include <keratin/losses/focal.hpp>
#include <keratin/losses/hinge.hpp>
#include <keratin/losses/loss.hpp>
#include <keratin/losses/regression.hpp>
#include <keratin/losses/robust.hpp>

namespace keratin::losses {
namespace {

/// A reduction's name, or null for none.
void read_reduction(ConfigReader& reader, const Config& config, Reduction& value) {
    const char* key = "reduction";
    const std::string word = reader.text(key, std::string(name(value)));
    value = reader.at(key, [&] { return reduction(word); });
    const Config* given = config.is_object() ? config.find(key) : nullptr;
    if (given && given->is_null()) value = Reduction::none;
}

template <class L, class Options>
std::shared_ptr<Loss> make(const Config& config) {
    Options o;
    ConfigReader fields(config, L().class_name());
    fields.read("name", o.name);
    read_reduction(fields, config, o.reduction);
    if constexpr (requires { o.from_logits; }) fields.read("from_logits", o.from_logits);
    if constexpr (requires { o.label_smoothing; }) fields.read("label_smoothing", o.label_smoothing);
    if constexpr (requires { o.ignore_class; }) fields.read("ignore_class", o.ignore_class);
    if constexpr (requires { o.axis; }) fields.read("axis", o.axis);
    if constexpr (requires { o.apply_class_balancing; })
        fields.read("apply_class_balancing", o.apply_class_balancing);
    if constexpr (requires { o.alpha; }) fields.read("alpha", o.alpha);
    if constexpr (requires { o.gamma; }) fields.read("gamma", o.gamma);
    if constexpr (requires { o.delta; }) fields.read("delta", o.delta);
    fields.finish();
    return std::make_shared<L>(std::move(o));
}

Registry<Loss>& registry() {
    static Registry<Loss> all(
        "loss", "keras.losses", "Loss::register_class()",
        {
            {"SparseCategoricalCrossentropy",
             {"sparse_categorical_crossentropy"},
             make<SparseCategoricalCrossentropy, SparseCategoricalCrossentropyOptions>},
            {"CategoricalCrossentropy",
             {"categorical_crossentropy"},
             make<CategoricalCrossentropy, CategoricalCrossentropyOptions>},
            {"BinaryCrossentropy",
             {"binary_crossentropy", "bce", "BCE"},
             make<BinaryCrossentropy, BinaryCrossentropyOptions>},
            {"BinaryFocalCrossentropy",
             {"binary_focal_crossentropy"},
             make<BinaryFocalCrossentropy, BinaryFocalCrossentropyOptions>},
            {"CategoricalFocalCrossentropy",
             {"categorical_focal_crossentropy"},
             make<CategoricalFocalCrossentropy, CategoricalFocalCrossentropyOptions>},
            {"MeanSquaredError",
             {"mean_squared_error", "mse", "MSE"},
             make<MeanSquaredError, MeanSquaredErrorOptions>},
            {"MeanAbsoluteError",
             {"mean_absolute_error", "mae", "MAE"},
             make<MeanAbsoluteError, MeanAbsoluteErrorOptions>},
            {"MeanAbsolutePercentageError",
             {"mean_absolute_percentage_error", "mape", "MAPE"},
             make<MeanAbsolutePercentageError, MeanAbsolutePercentageErrorOptions>},
            {"MeanSquaredLogarithmicError",
             {"mean_squared_logarithmic_error", "msle", "MSLE"},
             make<MeanSquaredLogarithmicError, MeanSquaredLogarithmicErrorOptions>},
            {"Huber", {"huber"}, make<Huber, HuberOptions>},
            {"LogCosh", {"log_cosh"}, make<LogCosh, LogCoshOptions>},
            {"Hinge", {"hinge"}, make<Hinge, HingeOptions>},
            {"SquaredHinge", {"squared_hinge"}, make<SquaredHinge, SquaredHingeOptions>},
            {"CategoricalHinge", {"categorical_hinge"}, make<CategoricalHinge, CategoricalHingeOptions>},
            {"KLDivergence", {"kl_divergence", "kld", "KLD"}, make<KLDivergence, KLDivergenceOptions>},
            {"Poisson", {"poisson"}, make<Poisson, PoissonOptions>},
            {"CosineSimilarity", {"cosine_similarity"}, make<CosineSimilarity, CosineSimilarityOptions>},
        });
    return all;
}

}  // namespace

std::shared_ptr<Loss> Loss::from_name(std::string_view name) {
    if (name == "crossentropy" || name == "ce") return std::make_shared<CrossentropyByShape>();
    return registry().make(name, Config());
}

Config Loss::serialize() const {
    if (class_name().empty())
        fail<ValueError>("{}: a loss made of a function has no config; derive a class from Loss", name());
    return registry().serialize(class_name(), get_config());
}

std::shared_ptr<Loss> Loss::from_config(const Config& node) {
    if (node.is_string()) return from_name(node.as_string());
    return registry().from_config(node);
}

void Loss::register_class(std::string class_name, Factory factory) {
    registry().add(std::move(class_name), std::move(factory));
}

}  // namespace keratin::losses

std::vector<std::string> keratin::detail::registered_losses() {
    return losses::registry().builtin_names();
}
