#pragma once

#include "core/registry.hpp"
#include "support/catch.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <vector>

namespace conformance::wrong_use {

/// {names} in a text stands for a list of names, which may grow.
inline bool says(const std::string& message, const std::string& text) {
    const std::string list = "{names}";
    const size_t at = text.find(list);
    if (at == std::string::npos) return message == text;
    const std::string rest = text.substr(at + list.size());
    return message.size() > at + rest.size() && message.starts_with(text.substr(0, at)) &&
           message.ends_with(rest);
}

enum class Type { shape, value, dtype, io, format };

inline const std::type_info& class_of(Type type) {
    switch (type) {
        case Type::shape:
            return typeid(keratin::ShapeError);
        case Type::value:
            return typeid(keratin::ValueError);
        case Type::dtype:
            return typeid(keratin::DTypeError);
        case Type::io:
            return typeid(keratin::IoError);
        case Type::format:
            break;
    }
    return typeid(keratin::FormatError);
}

/// The call throws an error of this class that says one of the texts; `revised` makes a message one of them.
inline void check_error(const std::function<void()>& call, Type type, const std::vector<std::string>& texts,
                        const std::function<std::string(std::string)>& revised = std::identity()) {
    INFO("expected \"" << texts.front() << '"');
    try {
        call();
        FAIL_CHECK("nothing was thrown");
    } catch (const keratin::Error& error) {
        const bool is_class =
            dynamic_cast<const keratin::UnknownClass*>(&error) != nullptr;  // to users a ValueError
        CHECK((is_class ? class_of(Type::value) : std::type_index(typeid(error))) == class_of(type));
        const std::string message = revised(error.what());
        INFO("the text was \"" << message << '"');
        CHECK(std::any_of(texts.begin(), texts.end(),
                          [&](const std::string& text) { return says(message, text); }));
    } catch (const std::exception& error) {
        FAIL_CHECK("something that is not keratin's: " << error.what());
    }
}

}  // namespace conformance::wrong_use
