#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/handle.hpp>
#include <keratin/core/tensor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace keratin::losses {

/// How the values of the samples become one number.
enum class Reduction : uint8_t {
    sum_over_batch_size,  ///< sum(loss * weight) / number of loss elements, not divided by the weights
    sum,
    none,
    mean_with_sample_weight,  ///< sum(loss * weight) / sum(weight)
};
/// The reduction of that name; throws ValueError listing the names.
KERATIN_EXPORT Reduction reduction(std::string_view name);
KERATIN_EXPORT std::string_view name(Reduction reduction);

/// A measure of how far predictions are from targets (keras.losses.Loss). Derive from it and override call().
class KERATIN_EXPORT Loss {
public:
    explicit Loss(std::string name = "loss", Reduction reduction = Reduction::sum_over_batch_size)
        : name_(std::move(name)), reduction_(reduction) {}
    virtual ~Loss() = default;

    /// The reduced loss; sample_weight (undefined for none) broadcasts from the left over the samples. What
    /// the predictions' mask leaves out does not count.
    Tensor operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) const;
    /// One value per sample: the last axis is reduced.
    virtual Tensor call(const Tensor& y_true, const Tensor& y_pred) const = 0;
    /// 0 for elements that count neither in the sum nor in the mean; undefined for none.
    virtual Tensor mask(const Tensor& y_true) const;
    /// True when the loss can work on what comes before a final activation ("softmax", "sigmoid"): stable,
    /// and nothing is clipped. Models then skip the activation, as Keras does.
    virtual bool takes_logits(std::string_view /*activation*/) const { return false; }
    /// As call(), from such logits.
    virtual Tensor call_on_logits(const Tensor& y_true, const Tensor& logits) const;
    /// As operator(), from such logits.
    Tensor on_logits(const Tensor& y_true, const Tensor& logits, const Tensor& sample_weight = {}) const;

    const std::string& name() const { return name_; }
    Reduction reduction() const { return reduction_; }
    virtual std::string class_name() const { return {}; }
    virtual Config get_config() const { return Config::object(); }

    /// "sparse_categorical_crossentropy", "mse", ... or the class name; "crossentropy" (or "ce") is the
    /// binary, sparse or categorical one, as the shapes say. Throws ValueError listing the names.
    static std::shared_ptr<Loss> from_name(std::string_view name);

    /// {"module", "class_name", "config", "registered_name"}: how Keras writes it down.
    Config serialize() const;
    /// The object of such a node or of a name; null for null. Throws ValueError for an unknown class.
    static std::shared_ptr<Loss> from_config(const Config& node);

    using Factory = std::function<std::shared_ptr<Loss>(const Config& config)>;
    /// Makes a class of one's own known to from_config() and from_name(); the factory gets get_config().
    static void register_class(std::string class_name, Factory factory);

protected:
    /// The weighted, reduced value of per-sample losses where `valid` (undefined: everywhere).
    Tensor reduce(const Tensor& values, const Tensor& valid, const Tensor& sample_weight) const;

private:
    std::string name_;
    Reduction reduction_;
};

}  // namespace keratin::losses

namespace keratin {

/// A loss as an option: an object, a name, or a function (y_true, y_pred) -> one value per sample.
class KERATIN_EXPORT LossHandle : public Handle<losses::Loss> {
public:
    using Handle<losses::Loss>::Handle;
    using Function = std::function<Tensor(const Tensor& y_true, const Tensor& y_pred)>;
    template <class F>
    requires std::is_invocable_r_v<Tensor, F, const Tensor&, const Tensor&> &&
        (!std::derived_from<std::remove_cvref_t<F>, losses::Loss>)LossHandle(F function)
        : LossHandle(from_function(std::move(function))) {}

private:
    static std::shared_ptr<losses::Loss> from_function(Function function);
};

}  // namespace keratin
