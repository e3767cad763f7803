#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace keratin {

/// A shared pointer to a Base that is written as the object itself, or as its name where Base knows names:
/// `.optimizer = optimizers::Adam({.learning_rate = 1e-3})`, `.kernel_initializer = "he_normal"`.
///
/// Base may have `static std::shared_ptr<Base> from_name(std::string_view)`, which throws ValueError for an
/// unknown name. std::ref(object) is held without owning it.
template <class Base>
class Handle {
public:
    Handle() = default;  ///< nothing
    Handle(std::nullptr_t) {}
    template <class Derived>
    requires std::derived_from<std::remove_cvref_t<Derived>, Base> Handle(Derived&& object)
        : object_(std::make_shared<std::remove_cvref_t<Derived>>(std::forward<Derived>(object))) {}
    template <std::derived_from<Base> Derived>
    Handle(std::shared_ptr<Derived> object) : object_(std::move(object)) {}
    template <std::derived_from<Base> Derived>
    Handle(std::reference_wrapper<Derived> object) : object_(std::shared_ptr<Base>(), &object.get()) {}
    Handle(const char* name) : object_(Base::from_name(name)) {}
    Handle(const std::string& name) : object_(Base::from_name(name)) {}

    explicit operator bool() const { return object_ != nullptr; }
    Base* operator->() const { return object_.get(); }
    Base& operator*() const { return *object_; }
    Base* get() const { return object_.get(); }
    const std::shared_ptr<Base>& pointer() const { return object_; }

private:
    std::shared_ptr<Base> object_;
};

}  // namespace keratin
