#include "data/cifar_records.hpp"

#include <keratin/core/error.hpp>

#include "data/pixels.hpp"

namespace keratin::datasets {
namespace {

constexpr size_t side = 32;
constexpr size_t plane = side * side;
constexpr size_t pixels = 3 * plane;  ///< all of red, then green, then blue

}  // namespace

void CifarRecords::add(const io::Source& file) {
    const size_t record = labels_.count + pixels;
    if (file.size() == 0 || file.size() % record != 0)
        fail_at(file.name(), {}, "{} bytes are no whole number of records of {}", file.size(), record);
    const size_t before = bytes_.size();
    bytes_.resize(before + static_cast<size_t>(file.size()));
    file.read(0, &bytes_[before], static_cast<size_t>(file.size()));
    for (size_t at = before + labels_.used; at < bytes_.size(); at += record)
        if (const uint8_t label = bytes_[at]; label >= labels_.classes)
            fail_at(file.name(), at - before, "label {}; there are the classes 0 to {}", label,
                    labels_.classes - 1);
}

Dataset CifarRecords::dataset(DType dtype) const {
    const size_t record = labels_.count + pixels;
    const auto count = static_cast<int64_t>(bytes_.size() / record);
    Tensor x = Tensor::empty({count, side, side, 3}, uint8);
    Tensor y = Tensor::empty({count, 1}, int64);
    uint8_t* to = x.mutable_data<uint8_t>().data();
    int64_t* label = y.mutable_data<int64_t>().data();
    for (size_t at = 0; at < bytes_.size(); at += record) {
        *label++ = bytes_[at + labels_.used];
        const uint8_t* red = &bytes_[at + labels_.count];
        for (size_t pixel = 0; pixel < plane; ++pixel)
            for (size_t color = 0; color < 3; ++color) *to++ = red[color * plane + pixel];
    }
    return with_pixels(x, y, dtype);
}

}  // namespace keratin::datasets
