#include "fuzz.hpp"

#include "data/idx.hpp"

FUZZ(source) {
    keratin::data::read_idx(*source, fuzz::limits);
}
