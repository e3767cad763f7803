#pragma once

#include <cstdint>

namespace bench {

/// Calls of operator new so far, in every thread, and times the library's pool asked the system for memory.
int64_t heap_allocations();
/// Page faults of the process that needed no disk.
int64_t page_faults();

}  // namespace bench
