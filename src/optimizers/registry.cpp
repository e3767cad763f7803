#include "core/registry.hpp"
#include "core/config_reader.hpp"
#include "core/registered.hpp"

#include <keratin/optimizers/adadelta.hpp>
#include <keratin/optimizers/adagrad.hpp>
#include <keratin/optimizers/adam.hpp>
#include <keratin/optimizers/adamax.hpp>
#include <keratin/optimizers/lion.hpp>
#include <keratin/optimizers/loss_scale_optimizer.hpp>
#include <keratin/optimizers/nadam.hpp>
#include <keratin/optimizers/optimizer.hpp>
#include <keratin/optimizers/rmsprop.hpp>
#include <keratin/optimizers/schedules.hpp>
#include <keratin/optimizers/sgd.hpp>

#include <algorithm>

namespace keratin::optimizers {
namespace {

void read_rate(ConfigReader& reader, LearningRate& value) {
    const char* key = "learning_rate";
    if (const Config* given = reader.find(key))
        value = reader.at(key, [&] {
            return given->is_number() ? LearningRate(given->as_number())
                                      : LearningRate(LearningRateSchedule::from_config(*given));
        });
}

double required_number(ConfigReader& reader, const char* key) {
    const Config& value = reader.require(key);
    return reader.at(key, [&] { return value.as_number(); });
}

template <class T>
std::vector<T> required_list(ConfigReader& reader, const char* key) {
    const Config& value = reader.require(key);
    return reader.at(key, [&] {
        std::vector<T> all;
        for (const Config& item : value.as_list()) all.push_back(static_cast<T>(item.as_number()));
        return all;
    });
}

template <class O, class Options>
std::shared_ptr<Optimizer> make(const Config& config) {
    Options o;
    ConfigReader fields(config, O().class_name());
    fields.read("name", o.name);
    read_rate(fields, o.learning_rate);
    if constexpr (requires { o.beta_1; }) fields.read("beta_1", o.beta_1);
    if constexpr (requires { o.beta_2; }) fields.read("beta_2", o.beta_2);
    if constexpr (requires { o.epsilon; }) fields.read("epsilon", o.epsilon);
    if constexpr (requires { o.amsgrad; }) fields.read("amsgrad", o.amsgrad);
    if constexpr (requires { o.momentum; }) fields.read("momentum", o.momentum);
    if constexpr (requires { o.nesterov; }) fields.read("nesterov", o.nesterov);
    if constexpr (requires { o.rho; }) fields.read("rho", o.rho);
    if constexpr (requires { o.centered; }) fields.read("centered", o.centered);
    if constexpr (requires { o.initial_accumulator_value; })
        fields.read("initial_accumulator_value", o.initial_accumulator_value);
    // None is not the default everywhere: AdamW's decay is switched off by it.
    if (const Config* decay = config.is_object() ? config.find("weight_decay") : nullptr;
        decay && decay->is_null())
        o.weight_decay.reset();
    fields.read("weight_decay", o.weight_decay);
    fields.read("clipnorm", o.clipnorm);
    fields.read("clipvalue", o.clipvalue);
    fields.read("global_clipnorm", o.global_clipnorm);
    fields.read("use_ema", o.use_ema);
    fields.read("ema_momentum", o.ema_momentum);
    fields.read("ema_overwrite_frequency", o.ema_overwrite_frequency);
    fields.read("loss_scale_factor", o.loss_scale_factor);
    fields.read("gradient_accumulation_steps", o.gradient_accumulation_steps);
    fields.finish();
    return std::make_shared<O>(std::move(o));
}

std::shared_ptr<Optimizer> make_loss_scale(const Config& config) {
    ConfigReader fields(config, "LossScaleOptimizer");
    LossScaleOptimizerOptions o;
    fields.read("name", o.name);
    fields.read("initial_scale", o.initial_scale);
    fields.read("dynamic_growth_steps", o.dynamic_growth_steps);
    const OptimizerHandle inner = Optimizer::from_config(fields.require("inner_optimizer"));
    fields.finish();
    return std::make_shared<LossScaleOptimizer>(inner, std::move(o));
}

Registry<Optimizer>& registry() {
    static Registry<Optimizer> all("optimizer", "keras.optimizers", "Optimizer::register_class()",
                                   {
                                       {"SGD", {"sgd"}, make<SGD, SGDOptions>},
                                       {"Adam", {"adam"}, make<Adam, AdamOptions>},
                                       {"AdamW", {"adamw"}, make<AdamW, AdamWOptions>},
                                       {"RMSprop", {"rmsprop"}, make<RMSprop, RMSpropOptions>},
                                       {"Adagrad", {"adagrad"}, make<Adagrad, AdagradOptions>},
                                       {"Adadelta", {"adadelta"}, make<Adadelta, AdadeltaOptions>},
                                       {"Adamax", {"adamax"}, make<Adamax, AdamaxOptions>},
                                       {"Nadam", {"nadam"}, make<Nadam, NadamOptions>},
                                       {"Lion", {"lion"}, make<Lion, LionOptions>},
                                       {"LossScaleOptimizer", {"lossscaleoptimizer"}, make_loss_scale},
                                   });
    return all;
}

template <class S>
std::shared_ptr<LearningRateSchedule> make_schedule(const Config& config, const char* class_name) {
    ConfigReader fields(config, class_name);
    typename S::Options o{};
    o.initial_learning_rate = required_number(fields, "initial_learning_rate");
    if constexpr (requires { o.decay_steps; }) fields.read("decay_steps", o.decay_steps);
    if constexpr (requires { o.first_decay_steps; }) fields.read("first_decay_steps", o.first_decay_steps);
    if constexpr (requires { o.decay_rate; }) o.decay_rate = required_number(fields, "decay_rate");
    if constexpr (requires { o.staircase; }) fields.read("staircase", o.staircase);
    if constexpr (requires { o.end_learning_rate; }) fields.read("end_learning_rate", o.end_learning_rate);
    if constexpr (requires { o.power; }) fields.read("power", o.power);
    if constexpr (requires { o.cycle; }) fields.read("cycle", o.cycle);
    if constexpr (requires { o.alpha; }) fields.read("alpha", o.alpha);
    if constexpr (requires { o.warmup_target; }) fields.read("warmup_target", o.warmup_target);
    if constexpr (requires { o.warmup_steps; }) fields.read("warmup_steps", o.warmup_steps);
    if constexpr (requires { o.t_mul; }) fields.read("t_mul", o.t_mul);
    if constexpr (requires { o.m_mul; }) fields.read("m_mul", o.m_mul);
    fields.read("name", o.name);
    fields.finish();
    return std::make_shared<S>(std::move(o));
}

template <class S>
Registry<LearningRateSchedule>::Entry schedule_entry(const char* class_name) {
    return {
        class_name, {}, [class_name](const Config& config) { return make_schedule<S>(config, class_name); }};
}

std::shared_ptr<LearningRateSchedule> make_piecewise(const Config& config) {
    ConfigReader fields(config, "PiecewiseConstantDecay");
    std::string name = "PiecewiseConstant";
    fields.read("name", name);
    auto boundaries = required_list<int64_t>(fields, "boundaries");
    auto values = required_list<double>(fields, "values");
    fields.finish();
    return std::make_shared<schedules::PiecewiseConstantDecay>(std::move(boundaries), std::move(values),
                                                               name);
}

Registry<LearningRateSchedule>& schedule_registry() {
    using namespace schedules;
    static Registry<LearningRateSchedule> all("learning-rate schedule", "keras.optimizers.schedules",
                                              "LearningRateSchedule::register_class()",
                                              {
                                                  schedule_entry<ExponentialDecay>("ExponentialDecay"),
                                                  {"PiecewiseConstantDecay", {}, make_piecewise},
                                                  schedule_entry<PolynomialDecay>("PolynomialDecay"),
                                                  schedule_entry<InverseTimeDecay>("InverseTimeDecay"),
                                                  schedule_entry<CosineDecay>("CosineDecay"),
                                                  schedule_entry<CosineDecayRestarts>("CosineDecayRestarts"),
                                              });
    return all;
}

}  // namespace

std::shared_ptr<Optimizer> Optimizer::from_name(std::string_view name) {
    std::string lower(name);
    for (char& letter : lower)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return registry().make(registry().has(lower) ? lower : name, Config());
}

Config Optimizer::serialize() const {
    if (class_name().empty())
        fail<ValueError>("{}: this optimizer has no class_name(); override it and get_config()", name());
    return registry().serialize(class_name(), get_config());
}

std::shared_ptr<Optimizer> Optimizer::from_config(const Config& node) {
    return node.is_string() ? from_name(node.as_string()) : registry().from_config(node);
}

void Optimizer::register_class(std::string class_name, Factory factory) {
    registry().add(std::move(class_name), std::move(factory));
}

Config LearningRateSchedule::serialize() const {
    if (class_name().empty())
        fail<ValueError>("learning-rate schedule: it has no class_name(); override it and get_config()");
    return schedule_registry().serialize(class_name(), get_config());
}

std::shared_ptr<LearningRateSchedule> LearningRateSchedule::from_config(const Config& node) {
    return schedule_registry().from_config(node);
}

void LearningRateSchedule::register_class(std::string class_name, Factory factory) {
    schedule_registry().add(std::move(class_name), std::move(factory));
}

}  // namespace keratin::optimizers

std::vector<std::string> keratin::detail::registered_optimizers() {
    return optimizers::registry().builtin_names();
}

std::vector<std::string> keratin::detail::registered_schedules() {
    return optimizers::schedule_registry().builtin_names();
}
