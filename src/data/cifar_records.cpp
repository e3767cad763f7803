#include "data/cifar_records.hpp"

#include <keratin/core/error.hpp>

#include "data/pixels.hpp"

#include <utility>

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
    Tensor bytes = Tensor::empty({static_cast<int64_t>(file.size())}, uint8);
    const std::span<uint8_t> all = bytes.mutable_data<uint8_t>();
    file.read(0, all.data(), all.size());
    for (size_t at = labels_.used; at < all.size(); at += record)
        if (const uint8_t label = all[at]; label >= labels_.classes)
            fail_at(file.name(), at, "label {}; there are the classes 0 to {}", label, labels_.classes - 1);
    files_.push_back(std::move(bytes));
}

Dataset CifarRecords::dataset(DType dtype) const {
    const size_t record = labels_.count + pixels;
    int64_t count = 0;
    for (const Tensor& file : files_) count += file.size() / static_cast<int64_t>(record);
    Tensor x = Tensor::empty({count, side, side, 3}, uint8);
    Tensor y = Tensor::empty({count, 1}, int64);
    uint8_t* to = x.mutable_data<uint8_t>().data();
    int64_t* label = y.mutable_data<int64_t>().data();
    for (const Tensor& file : files_) {
        const std::span<const uint8_t> bytes = file.data<uint8_t>();
        for (size_t at = 0; at < bytes.size(); at += record) {
            *label++ = bytes[at + labels_.used];
            const uint8_t* red = &bytes[at + labels_.count];
            for (size_t pixel = 0; pixel < plane; ++pixel)
                for (size_t color = 0; color < 3; ++color) *to++ = red[color * plane + pixel];
        }
    }
    return with_pixels(x, y, dtype);
}

}  // namespace keratin::datasets
