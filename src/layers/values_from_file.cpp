#include "layers/values_from_file.hpp"

#include <keratin/core/error.hpp>

namespace keratin::detail {

thread_local ValuesFromFile* ValuesFromFile::current_ = nullptr;

Tensor ValuesFromFile::room_for(const std::string& path, const Shape& shape, DType dtype) {
    uint64_t room = left_;
    for (const int64_t extent : shape) {
        if (extent == 0) return Tensor::empty(shape, dtype);
        room /= static_cast<uint64_t>(extent);
    }
    if (room == 0)
        fail_at(file_, {},
                "the config asks for the variable {} of shape {}; all variables together would be more than the {} "
                "numbers that the file has",
                path, shape, numbers_);
    left_ -= static_cast<uint64_t>(shape.size());
    return Tensor::empty(shape, dtype);
}

}  // namespace keratin::detail
