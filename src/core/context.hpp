#pragma once

#include "kernels/kernels.hpp"

namespace keratin {

/// The library's threads and memory, as the kernels borrow them.
const kernels::Context& context();

}  // namespace keratin
