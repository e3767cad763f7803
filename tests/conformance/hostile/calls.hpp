#pragma once

#include "conformance/hostile/arguments.hpp"

#include <functional>
#include <string>
#include <vector>

namespace conformance {

/// A function of the library, called with arguments of the generator's choice.
struct Call {
    std::string name;
    std::function<Tensor(Arguments&)> run;
};
using Calls = std::vector<Call>;

}  // namespace conformance
