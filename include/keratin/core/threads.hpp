#pragma once

#include <keratin/core/export.hpp>

namespace keratin {

/// Threads that the library uses for one operation; 0 restores the number of processors. Results do not
/// depend on it, not by a bit. When several threads of the caller compute at once, one of them has the
/// helpers and the others work alone, so the machine is not oversubscribed. Throws ValueError for a negative
/// number.
KERATIN_EXPORT void set_num_threads(int threads);
KERATIN_EXPORT int num_threads();

/// The instruction set in use: "sse2", "avx2" or "avx512". KERATIN_ISA in the environment lowers it.
KERATIN_EXPORT const char* isa();

}  // namespace keratin
