#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/export.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>

namespace keratin::optimizers {

/// A learning rate as a function of the step (keras.optimizers.schedules.LearningRateSchedule): the first
/// batch sees step 0.
class KERATIN_EXPORT LearningRateSchedule {
public:
    virtual ~LearningRateSchedule() = default;
    virtual double operator()(int64_t step) const = 0;
    virtual std::string class_name() const { return {}; }
    virtual Config get_config() const { return Config::object(); }  ///< the arguments by Keras's names

    /// {"module", "class_name", "config", "registered_name"}: how Keras writes it down.
    Config serialize() const;
    /// The object of such a node; null for null. Throws ValueError for an unknown class.
    static std::shared_ptr<LearningRateSchedule> from_config(const Config& node);

    using Factory = std::function<std::shared_ptr<LearningRateSchedule>(const Config& config)>;
    /// Makes a class of one's own known to from_config(); the factory gets get_config().
    static void register_class(std::string class_name, Factory factory);
};

/// What an optimizer takes as learning_rate: a number, a schedule, or a function of the step.
class LearningRate {
public:
    LearningRate(double value) : value_(value) {}  // NOLINT: implicit by design
    template <class S>
    requires std::derived_from<std::remove_cvref_t<S>, LearningRateSchedule> LearningRate(
        S&& schedule)  // NOLINT
        : schedule_(std::make_shared<std::remove_cvref_t<S>>(std::forward<S>(schedule))) {}
    LearningRate(std::shared_ptr<LearningRateSchedule> schedule)
        : schedule_(std::move(schedule)) {}  // NOLINT
    template <class F>
    requires(std::is_invocable_r_v<double, F, int64_t> &&
             !std::derived_from<std::remove_cvref_t<F>, LearningRateSchedule>) LearningRate(F function)
        : function_(std::move(function)) {}  // NOLINT

    double at(int64_t step) const {
        return schedule_ ? (*schedule_)(step) : function_ ? function_(step) : value_;
    }
    bool is_constant() const { return !schedule_ && !function_; }
    const std::shared_ptr<LearningRateSchedule>& schedule() const { return schedule_; }

private:
    double value_ = 0;
    std::shared_ptr<LearningRateSchedule> schedule_;
    std::function<double(int64_t)> function_;
};

}  // namespace keratin::optimizers
