#pragma once

#include <keratin/autograd/variable.hpp>
#include <keratin/core/handle.hpp>
#include <keratin/optimizers/learning_rate.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keratin::optimizers {

/// What every Keras optimizer takes besides its own arguments. At most one of the three clippings.
struct OptimizerOptions {
    LearningRate learning_rate;
    std::optional<double> weight_decay = {};
    std::optional<double> clipnorm = {};         ///< largest norm of each gradient
    std::optional<double> clipvalue = {};        ///< largest magnitude of each element
    std::optional<double> global_clipnorm = {};  ///< largest norm of all gradients together
    bool use_ema = false;                        ///< keep a moving average of the variables
    double ema_momentum = 0.99;
    std::optional<int64_t> ema_overwrite_frequency = {};  ///< steps; otherwise only at the end of fit
    std::optional<double> loss_scale_factor = {};  ///< fit() multiplies the loss, gradients are divided by it
    std::optional<int64_t> gradient_accumulation_steps =
        {};  ///< at least 2: every so many steps the mean of their gradients is applied
    std::string name;
};

/// Moves variables against their gradients (keras.optimizers.Optimizer). Its state is made of variables,
/// which copies share. Per step: unscale and accumulate gradients, clip, decay the weights, update, average,
/// apply constraints, count.
class KERATIN_EXPORT Optimizer {
public:
    explicit Optimizer(OptimizerOptions options);
    virtual ~Optimizer() = default;

    /// Makes the slots (moments, velocities) for these variables, once; apply() does it by itself.
    virtual void build(std::span<const Variable> variables);
    /// One step: gradients[i] belongs to variables[i]; an undefined gradient leaves its variable alone.
    /// Throws ValueError when the variables are not the ones it was built for, ShapeError when a gradient
    /// does not fit.
    virtual void apply(std::span<const Tensor> gradients, std::span<const Variable> variables);

    virtual int64_t iterations() const;            ///< updates done; with accumulation fewer than steps
    virtual double learning_rate() const;          ///< of the next step
    virtual void set_learning_rate(double value);  ///< throws ValueError when it follows a schedule
    /// What the loss must be multiplied with before its gradients are taken for apply(); 1 for nothing.
    virtual double loss_scale() const { return options_.loss_scale_factor.value_or(1.0); }
    bool built() const;
    /// iteration, learning_rate (unless scheduled), averages, gradient accumulators, then the slots, in
    /// Keras's order and with its paths.
    virtual std::vector<Variable> variables() const;
    /// Every variable with its moving average; empty without use_ema or before build().
    virtual std::vector<std::pair<Variable, Variable>> averages() const;
    /// Writes the averages into the variables, as fit() does at its end (use_ema).
    virtual void finalize_variable_values(std::span<const Variable> variables);
    /// Variables whose path contains one of these texts get no weight decay.
    void exclude_from_weight_decay(std::vector<std::string> path_parts);

    const std::string& name() const { return options_.name; }
    virtual std::string class_name() const { return {}; }
    virtual Config get_config() const;

    /// "sgd", "adam", "AdamW", ... with default arguments, capitals or not; throws ValueError listing the
    /// names.
    static std::shared_ptr<Optimizer> from_name(std::string_view name);

    /// {"module", "class_name", "config", "registered_name"}: how Keras writes it down.
    Config serialize() const;
    /// The object of such a node or of a name; null for null. Throws ValueError for an unknown class.
    static std::shared_ptr<Optimizer> from_config(const Config& node);

    using Factory = std::function<std::shared_ptr<Optimizer>(const Config& config)>;
    /// Makes a class of one's own known to from_config() and from_name(); the factory gets get_config().
    static void register_class(std::string class_name, Factory factory);

protected:
    /// Makes one slot per variable, of its shape and filled with a value, at path
    /// optimizer/variable_path_with_underscores_suffix.
    std::vector<Variable> add_slots(std::span<const Variable> variables, std::string_view suffix,
                                    double value = 0.0) const;
    /// Makes the slots. variables() lists them in this order: what slots() returns.
    virtual void build_slots(std::span<const Variable> variables) = 0;
    virtual std::vector<Variable> slots() const = 0;
    /// Before the variables of a step are updated one by one.
    virtual void begin_update() {}
    /// Updates one variable (index as in build_slots). `decay` = weight_decay * learning_rate, 0 for none.
    virtual void update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                        double decay) = 0;
    Config base_config() const;

private:
    int64_t steps() const;  ///< calls of apply()
    void require_fit(std::span<const Tensor> gradients, std::span<const Variable> variables) const;
    void update_all(std::span<const Tensor> gradients, std::span<const Variable> variables);
    std::span<const Tensor> unscaled(std::span<const Tensor> gradients) const;
    std::span<const Tensor> accumulated(std::span<const Tensor> gradients) const;
    std::span<const Tensor> clip(std::span<const Tensor> gradients) const;
    void update_averages(std::span<const Variable> variables);

    struct State;
    OptimizerOptions options_;
    std::shared_ptr<State> state_;
};

}  // namespace keratin::optimizers

namespace keratin {
using OptimizerHandle = Handle<optimizers::Optimizer>;
}
