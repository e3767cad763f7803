#pragma once

#include <keratin/optimizers/learning_rate.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Learning rates as functions of the step (keras.optimizers.schedules).
namespace keratin::optimizers::schedules {

/// initial * decay_rate ^ (step / decay_steps), the exponent rounded down when staircase.
class KERATIN_EXPORT ExponentialDecay : public LearningRateSchedule {
public:
    struct Options {
        double initial_learning_rate;
        int64_t decay_steps;
        double decay_rate;
        bool staircase = false;
        std::string name = "ExponentialDecay";
    };
    explicit ExponentialDecay(Options options);  ///< throws ValueError for decay_steps < 1
    double operator()(int64_t step) const override;
    std::string class_name() const override { return "ExponentialDecay"; }
    Config get_config() const override;

private:
    Options options_;
};

/// values[i] from after boundaries[i - 1] up to boundaries[i], inclusive; one value more than boundaries.
class KERATIN_EXPORT PiecewiseConstantDecay : public LearningRateSchedule {
public:
    PiecewiseConstantDecay(std::vector<int64_t> boundaries, std::vector<double> values,
                           std::string name = "PiecewiseConstant");
    double operator()(int64_t step) const override;
    std::string class_name() const override { return "PiecewiseConstantDecay"; }
    Config get_config() const override;

private:
    std::vector<int64_t> boundaries_;
    std::vector<double> values_;
    std::string name_;
};

/// From initial to end along a power of the way done; with cycle, over and over on longer ways.
class KERATIN_EXPORT PolynomialDecay : public LearningRateSchedule {
public:
    struct Options {
        double initial_learning_rate;
        int64_t decay_steps;
        double end_learning_rate = 0.0001;
        double power = 1.0;
        bool cycle = false;
        std::string name = "PolynomialDecay";
    };
    explicit PolynomialDecay(Options options);
    double operator()(int64_t step) const override;
    std::string class_name() const override { return "PolynomialDecay"; }
    Config get_config() const override;

private:
    Options options_;
};

/// Half a cosine from initial to alpha * initial (Loshchilov, Hutter 2016), after a linear warm-up from
/// initial to warmup_target when that is given.
class KERATIN_EXPORT CosineDecay : public LearningRateSchedule {
public:
    struct Options {
        double initial_learning_rate;
        int64_t decay_steps;
        double alpha = 0.0;
        std::string name = "CosineDecay";
        std::optional<double> warmup_target = {};
        int64_t warmup_steps = 0;
    };
    explicit CosineDecay(Options options);
    double operator()(int64_t step) const override;
    std::string class_name() const override { return "CosineDecay"; }
    Config get_config() const override;

private:
    Options options_;
};

/// initial / (1 + decay_rate * step / decay_steps), the quotient of steps rounded down when staircase.
class KERATIN_EXPORT InverseTimeDecay : public LearningRateSchedule {
public:
    struct Options {
        double initial_learning_rate;
        int64_t decay_steps;
        double decay_rate;
        bool staircase = false;
        std::string name = "InverseTimeDecay";
    };
    explicit InverseTimeDecay(Options options);  ///< throws ValueError for decay_steps < 1
    double operator()(int64_t step) const override;
    std::string class_name() const override { return "InverseTimeDecay"; }
    Config get_config() const override;

private:
    Options options_;
};

/// Half a cosine from initial to alpha * initial, over and over (Loshchilov, Hutter 2016): each time t_mul as
/// long as before, and from m_mul of the height.
class KERATIN_EXPORT CosineDecayRestarts : public LearningRateSchedule {
public:
    struct Options {
        double initial_learning_rate;
        int64_t first_decay_steps;
        double t_mul = 2.0;
        double m_mul = 1.0;
        double alpha = 0.0;
        std::string name = "SGDRDecay";
    };
    explicit CosineDecayRestarts(Options options);  ///< throws ValueError for first_decay_steps < 1
    double operator()(int64_t step) const override;
    std::string class_name() const override { return "CosineDecayRestarts"; }
    Config get_config() const override;

private:
    Options options_;
};

}  // namespace keratin::optimizers::schedules
