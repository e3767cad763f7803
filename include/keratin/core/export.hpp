#pragma once

/// KERATIN_EXPORT marks what the shared library shows: public classes and functions defined in a .cpp.
/// Everything else stays hidden. A static library (KERATIN_STATIC, which its CMake target defines) exports
/// nothing.
#ifdef KERATIN_STATIC
#define KERATIN_EXPORT
#else
#define KERATIN_EXPORT __attribute__((visibility("default")))
#endif
