#include "layers/values_from_file.hpp"

#include <keratin/core/error.hpp>

namespace keratin::detail {

thread_local ValuesFromFile* ValuesFromFile::current_ = nullptr;

void ValuesFromFile::take(uint64_t& left, uint64_t all, const std::string& path, const Shape& shape) {
    uint64_t room = left;
    for (const int64_t extent : shape)
        if (extent == 0) return;
    for (const int64_t extent : shape) room /= static_cast<uint64_t>(extent);
    if (room == 0)
        fail<ValueError>(
            "the config asks for the variable {} of shape {}; with those before it that is more than the {} "
            "numbers that the file has",
            path, shape, all);
    left -= static_cast<uint64_t>(shape.size());
}

Tensor ValuesFromFile::room_for(const std::string& path, const Shape& shape, DType dtype) {
    take(left_, numbers_, path, shape);
    return Tensor::empty(shape, dtype);
}

Tensor ValuesFromFile::zeros_for(const std::string& path, const Shape& shape, DType dtype) {
    take(unsaved_left_, numbers_, path, shape);
    return zeros(shape, dtype);
}

}  // namespace keratin::detail
