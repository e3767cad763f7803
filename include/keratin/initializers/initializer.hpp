#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/handle.hpp>
#include <keratin/core/tensor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace keratin::initializers {

/// Makes the first value of a variable (keras.initializers.Initializer). Derive from it for one of your own.
class KERATIN_EXPORT Initializer {
public:
    virtual ~Initializer() = default;
    /// A tensor of that shape and dtype.
    virtual Tensor operator()(const Shape& shape, DType dtype = float32) const = 0;
    virtual std::string class_name() const = 0;  ///< what register_class() and configs call it
    virtual Config get_config() const { return Config::object(); }  ///< the arguments by Keras's names

    /// By class name or in snake case: "GlorotUniform", "glorot_uniform"; throws ValueError listing the
    /// names.
    static std::shared_ptr<Initializer> from_name(std::string_view name);

    /// {"module", "class_name", "config", "registered_name"}: how the configs of layers hold it.
    Config serialize() const;
    /// The object of such a node or of a name; null for null. Throws ValueError for an unknown class.
    static std::shared_ptr<Initializer> from_config(const Config& node);

    using Factory = std::function<std::shared_ptr<Initializer>(const Config& config)>;
    /// Makes a class of one's own known to from_config() and from_name(); the factory gets get_config().
    static void register_class(std::string class_name, Factory factory);
};

}  // namespace keratin::initializers

namespace keratin {
using InitializerHandle = Handle<initializers::Initializer>;
}
