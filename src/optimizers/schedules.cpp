#include <keratin/optimizers/schedules.hpp>

#include <keratin/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace keratin::optimizers::schedules {
namespace {

void require_steps(const char* owner, int64_t decay_steps) {
    if (decay_steps < 1) fail<ValueError>("{}: decay_steps is {}; it must be at least 1", owner, decay_steps);
}

double share(int64_t step, double of) {
    return static_cast<double>(step) / of;
}

}  // namespace

ExponentialDecay::ExponentialDecay(Options options) : options_(std::move(options)) {
    require_steps("ExponentialDecay", options_.decay_steps);
}

double ExponentialDecay::operator()(int64_t step) const {
    double exponent = share(step, static_cast<double>(options_.decay_steps));
    if (options_.staircase) exponent = std::floor(exponent);
    return options_.initial_learning_rate * std::pow(options_.decay_rate, exponent);
}

Config ExponentialDecay::get_config() const {
    return Config::object({{"initial_learning_rate", options_.initial_learning_rate},
                           {"decay_steps", options_.decay_steps},
                           {"decay_rate", options_.decay_rate},
                           {"staircase", options_.staircase},
                           {"name", options_.name}});
}

PiecewiseConstantDecay::PiecewiseConstantDecay(std::vector<int64_t> boundaries, std::vector<double> values,
                                               std::string name)
    : boundaries_(std::move(boundaries)), values_(std::move(values)), name_(std::move(name)) {
    if (values_.size() != boundaries_.size() + 1)
        fail<ValueError>("PiecewiseConstantDecay: {} boundaries need {} values, got {}", boundaries_.size(),
                         boundaries_.size() + 1, values_.size());
    if (!std::is_sorted(boundaries_.begin(), boundaries_.end()))
        fail<ValueError>("PiecewiseConstantDecay: the boundaries must increase");
}

double PiecewiseConstantDecay::operator()(int64_t step) const {
    const auto next = std::lower_bound(boundaries_.begin(), boundaries_.end(), step);
    return values_[static_cast<size_t>(next - boundaries_.begin())];
}

Config PiecewiseConstantDecay::get_config() const {
    return Config::object({{"boundaries", Config::List(boundaries_.begin(), boundaries_.end())},
                           {"values", Config::List(values_.begin(), values_.end())},
                           {"name", name_}});
}

PolynomialDecay::PolynomialDecay(Options options) : options_(std::move(options)) {
    require_steps("PolynomialDecay", options_.decay_steps);
}

double PolynomialDecay::operator()(int64_t step) const {
    double decay_steps = static_cast<double>(options_.decay_steps);
    double done = static_cast<double>(step);
    if (options_.cycle)
        decay_steps *= step == 0 ? 1.0 : std::ceil(done / decay_steps);
    else
        done = std::min(done, decay_steps);
    return (options_.initial_learning_rate - options_.end_learning_rate) *
               std::pow(1 - done / decay_steps, options_.power) +
           options_.end_learning_rate;
}

Config PolynomialDecay::get_config() const {
    return Config::object({{"initial_learning_rate", options_.initial_learning_rate},
                           {"decay_steps", options_.decay_steps},
                           {"end_learning_rate", options_.end_learning_rate},
                           {"power", options_.power},
                           {"cycle", options_.cycle},
                           {"name", options_.name}});
}

CosineDecay::CosineDecay(Options options) : options_(std::move(options)) {
    require_steps("CosineDecay", options_.decay_steps);
}

double CosineDecay::operator()(int64_t step) const {
    double from = options_.initial_learning_rate;
    int64_t cosine_step = step;
    if (options_.warmup_target) {
        if (step < options_.warmup_steps)
            return from +
                   (*options_.warmup_target - from) * share(step, static_cast<double>(options_.warmup_steps));
        from = *options_.warmup_target;
        cosine_step = step - options_.warmup_steps;
    }
    const double done =
        share(std::min(cosine_step, options_.decay_steps), static_cast<double>(options_.decay_steps));
    const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * done));
    return from * ((1 - options_.alpha) * cosine + options_.alpha);
}

Config CosineDecay::get_config() const {
    return Config::object(
        {{"initial_learning_rate", options_.initial_learning_rate},
         {"decay_steps", options_.decay_steps},
         {"alpha", options_.alpha},
         {"name", options_.name},
         {"warmup_target", options_.warmup_target ? Config(*options_.warmup_target) : Config()},
         {"warmup_steps", options_.warmup_steps}});
}

InverseTimeDecay::InverseTimeDecay(Options options) : options_(std::move(options)) {
    require_steps("InverseTimeDecay", options_.decay_steps);
}

double InverseTimeDecay::operator()(int64_t step) const {
    double done = share(step, static_cast<double>(options_.decay_steps));
    if (options_.staircase) done = std::floor(done);
    return options_.initial_learning_rate / (1 + options_.decay_rate * done);
}

Config InverseTimeDecay::get_config() const {
    return Config::object({{"initial_learning_rate", options_.initial_learning_rate},
                           {"decay_steps", options_.decay_steps},
                           {"decay_rate", options_.decay_rate},
                           {"staircase", options_.staircase},
                           {"name", options_.name}});
}

CosineDecayRestarts::CosineDecayRestarts(Options options) : options_(std::move(options)) {
    if (options_.first_decay_steps < 1)
        fail<ValueError>("CosineDecayRestarts: first_decay_steps is {}; it must be at least 1",
                         options_.first_decay_steps);
}

double CosineDecayRestarts::operator()(int64_t step) const {
    // In float32, as Keras: which restart a step belongs to is a matter of rounding.
    float done = static_cast<float>(step) / static_cast<float>(options_.first_decay_steps);
    const auto growth = static_cast<float>(options_.t_mul);
    float restarts = std::floor(done);
    if (growth == 1) {
        done -= restarts;
    } else {
        restarts = std::floor(std::log(1 - done * (1 - growth)) / std::log(growth));
        done = (done - (1 - std::pow(growth, restarts)) / (1 - growth)) / std::pow(growth, restarts);
    }
    const double height = std::pow(options_.m_mul, static_cast<double>(restarts));
    const double cosine = 0.5 * height * (1 + std::cos(std::numbers::pi * static_cast<double>(done)));
    return options_.initial_learning_rate * ((1 - options_.alpha) * cosine + options_.alpha);
}

Config CosineDecayRestarts::get_config() const {
    return Config::object({{"initial_learning_rate", options_.initial_learning_rate},
                           {"first_decay_steps", options_.first_decay_steps},
                           {"t_mul", options_.t_mul},
                           {"m_mul", options_.m_mul},
                           {"alpha", options_.alpha},
                           {"name", options_.name}});
}

}  // namespace keratin::optimizers::schedules
