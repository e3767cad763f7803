#include "fuzz.hpp"

#include "io/npy.hpp"

FUZZ(source) {
    keratin::io::read_npz(source, fuzz::limits);
}
