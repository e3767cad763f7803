#pragma once

#include <keratin/core/export.hpp>

#include <cstdint>

namespace keratin {

namespace detail {
KERATIN_EXPORT void parallel_for(int64_t tasks, int64_t work, void (*body)(void*, int64_t, int64_t),
                                 void* data);
}

/// Threads that the library uses for one operation; 0 restores the number of processors. Results do not
/// depend on it, not by a bit. When several threads of the caller compute at once, one of them has the
/// helpers and the others work alone, so the machine is not oversubscribed. Throws ValueError for a negative
/// number.
KERATIN_EXPORT void set_num_threads(int threads);
KERATIN_EXPORT int num_threads();

/// Calls body(begin, end) for ranges that together are [0, tasks), on the library's threads and on this one:
/// to prepare batches, say. `work` is about how many arithmetic operations there are in all; little stays on
/// this thread, and so does a call from inside a body. Rethrows the first exception of a body.
template <class Body>
void parallel_for(int64_t tasks, int64_t work, const Body& body) {
    detail::parallel_for(
        tasks, work,
        [](void* data, int64_t begin, int64_t end) { (*static_cast<const Body*>(data))(begin, end); },
        const_cast<Body*>(&body));
}

/// The instruction set in use: "sse2", "avx2" or "avx512". KERATIN_ISA in the environment lowers it.
KERATIN_EXPORT const char* isa();

}  // namespace keratin
