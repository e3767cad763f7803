#include "fuzz.hpp"

#include "io/picture.hpp"

FUZZ(source) {
    for (const int channels : {0, 1, 4}) keratin::io::read_picture(*source, channels);
}
