#include <keratin/core/threads.hpp>

#include "kernels/kernels.hpp"

namespace keratin {

const char* isa() {
    return kernels::active_isa();
}

}  // namespace keratin
