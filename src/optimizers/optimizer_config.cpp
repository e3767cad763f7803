#include "optimizers/common.hpp"

/// What an optimizer is told: checked, and as Keras writes it.
namespace keratin::optimizers {

void require_valid(const OptimizerOptions& o) {
    const int clips = o.clipnorm.has_value() + o.clipvalue.has_value() + o.global_clipnorm.has_value();
    if (clips > 1)
        fail<ValueError>("{}: clipnorm, clipvalue and global_clipnorm exclude one another; give one", o.name);
    for (const std::optional<double>& limit : {o.clipnorm, o.clipvalue, o.global_clipnorm})
        if (limit && !(*limit > 0)) fail<ValueError>("{}: a clip of {}; it must be positive", o.name, *limit);

    const auto require = [&](bool holds, const char* what, auto value, const char* be) {
        if (!holds) fail<ValueError>("{}: {} is {}; it must {}", o.name, what, value, be);
    };
    const double rate = o.learning_rate.is_constant() ? o.learning_rate.at(0) : 0.0;
    const double decay = o.weight_decay.value_or(0), loss_scale = o.loss_scale_factor.value_or(1);
    const int64_t overwrite = o.ema_overwrite_frequency.value_or(1),
                  accumulation = o.gradient_accumulation_steps.value_or(2);
    require(rate >= 0, "learning_rate", rate, "not be negative");
    require(decay >= 0, "weight_decay", decay, "not be negative");
    require(!o.use_ema || (o.ema_momentum >= 0 && o.ema_momentum <= 1), "ema_momentum", o.ema_momentum,
            "be in [0, 1]");
    require(overwrite >= 1, "ema_overwrite_frequency", overwrite, "be at least 1");
    require(loss_scale > 0, "loss_scale_factor", loss_scale, "be positive");
    require(accumulation >= 2, "gradient_accumulation_steps", accumulation, "be at least 2");
}

Config Optimizer::get_config() const {
    return base_config();
}

Config Optimizer::base_config() const {
    const auto optional = [](const auto& value) { return value ? Config(*value) : Config(); };
    Config rate = learning_rate();
    if (const auto& schedule = options_.learning_rate.schedule())
        rate = schedule->serialize();
    else if (!options_.learning_rate.is_constant())
        fail<ValueError>("{}: a learning rate given as a function has no config; use a schedule class",
                         name());
    return Config::object({{"name", name()},
                           {"learning_rate", rate},
                           {"weight_decay", optional(options_.weight_decay)},
                           {"clipnorm", optional(options_.clipnorm)},
                           {"global_clipnorm", optional(options_.global_clipnorm)},
                           {"clipvalue", optional(options_.clipvalue)},
                           {"use_ema", options_.use_ema},
                           {"ema_momentum", options_.ema_momentum},
                           {"ema_overwrite_frequency", optional(options_.ema_overwrite_frequency)},
                           {"loss_scale_factor", optional(options_.loss_scale_factor)},
                           {"gradient_accumulation_steps", optional(options_.gradient_accumulation_steps)}});
}

}  // namespace keratin::optimizers
