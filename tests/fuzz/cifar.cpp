#include "fuzz.hpp"

#include "data/cifar_records.hpp"

using namespace keratin;

FUZZ(source) {
    datasets::CifarRecords records({2, 1, 100});
    records.add(*source);
    records.dataset(float32);
}
