#pragma once

#include "support/wrong_use.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/tensor.hpp>

#include <functional>
#include <string>
#include <vector>

namespace conformance::wrong_use {

using namespace keratin;

/// A mistake, and what the library must say to it.
struct Use {
    std::string what;
    std::function<void()> call;
    Type type;
    std::string text;  ///< all of it
};

/// Mistakes around the same objects.
struct Group {
    std::string name;
    std::vector<Use> uses;
    /// Everything that the objects remember and that no mistake may change; none by default.
    std::function<std::vector<Tensor>()> state = [] { return std::vector<Tensor>(); };
};

}  // namespace conformance::wrong_use
