#pragma once

#include <keratin/core/dtype.hpp>
#include <keratin/core/export.hpp>
#include <keratin/core/shape.hpp>

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>

namespace keratin {

namespace detail {
struct Node;
}

/// Stands for a tensor that a model will compute: its shape, with the batch open, its dtype, and the call of
/// a layer that it comes from (keras.KerasTensor). Input() makes one, and calling a layer on one makes the
/// next. A cheap handle; copies are the same.
///
///     KerasTensor x = Input({28, 28, 1});
///     KerasTensor y = layers::Dense(10)(layers::Flatten()(x));   // shape (None, 10)
///     Model model(x, y);
class KERATIN_EXPORT KerasTensor {
public:
    KerasTensor() = default;  ///< stands for nothing: defined() is false
    KerasTensor(std::shared_ptr<const detail::Node> node, size_t index);

    bool defined() const { return static_cast<bool>(node_); }
    /// Throw ValueError when it stands for nothing.
    const Shape& shape() const;
    DType dtype() const;
    int rank() const { return shape().rank(); }
    /// The name of the layer that it comes from.
    const std::string& name() const;

    /// The call that makes it, and which of its outputs it is. Bookkeeping of keratin::Model.
    const std::shared_ptr<const detail::Node>& node() const { return node_; }
    size_t index() const { return index_; }

    friend bool operator==(const KerasTensor& a, const KerasTensor& b) {
        return a.node_ == b.node_ && a.index_ == b.index_;
    }

private:
    const detail::Node& made_by() const;

    std::shared_ptr<const detail::Node> node_;
    size_t index_ = 0;
};

/// <KerasTensor shape=(None, 10), dtype=float32, name=dense>
KERATIN_EXPORT std::string to_string(const KerasTensor& x);
KERATIN_EXPORT std::ostream& operator<<(std::ostream& out, const KerasTensor& x);

}  // namespace keratin

template <>
struct fmt::formatter<keratin::KerasTensor> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(const keratin::KerasTensor& x, Context& context) const {
        return fmt::formatter<fmt::string_view>::format(keratin::to_string(x), context);
    }
};
