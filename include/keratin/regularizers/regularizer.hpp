#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/handle.hpp>
#include <keratin/core/tensor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace keratin::regularizers {

/// A penalty on a variable's or an output's values, added to the loss (keras.regularizers.Regularizer).
/// Derive from it for one of your own.
class KERATIN_EXPORT Regularizer {
public:
    virtual ~Regularizer() = default;
    virtual Tensor operator()(const Tensor& x) const = 0;  ///< a scalar
    virtual std::string class_name() const = 0;            ///< what register_class() and configs call it
    virtual Config get_config() const { return Config::object(); }  ///< the arguments by Keras's names

    /// By class name or in snake case: "l1", "l2", "l1_l2", "L2"; throws ValueError listing the names.
    static std::shared_ptr<Regularizer> from_name(std::string_view name);

    /// {"module", "class_name", "config", "registered_name"}: how the configs of layers hold it.
    Config serialize() const;
    /// The object of such a node or of a name; null for null. Throws ValueError for an unknown class.
    static std::shared_ptr<Regularizer> from_config(const Config& node);

    using Factory = std::function<std::shared_ptr<Regularizer>(const Config& config)>;
    /// Makes a class of one's own known to from_config() and from_name(); the factory gets get_config().
    static void register_class(std::string class_name, Factory factory);
};

}  // namespace keratin::regularizers

namespace keratin {
using RegularizerHandle = Handle<regularizers::Regularizer>;
}
