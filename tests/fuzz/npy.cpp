#include "fuzz.hpp"

#include "io/npy.hpp"

FUZZ(source) {
    keratin::io::read_npy(*source);
}
