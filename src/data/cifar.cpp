#include <keratin/data/cifar.hpp>

#include "data/pixels.hpp"
#include "io/file.hpp"

#include <keratin/core/error.hpp>

#include <vector>

namespace keratin::datasets {
namespace {

constexpr size_t side = 32;
constexpr size_t plane = side * side;
constexpr size_t pixels = 3 * plane;  ///< all of red, then green, then blue

/// What a record of a file begins with.
struct Labels {
    size_t count;  ///< one, or coarse and fine
    size_t used;   ///< which of them is y
    int64_t classes;
};

class Records {
public:
    explicit Records(const Labels& labels) : labels_(labels) {}

    void add(const std::string& directory, const std::string& name) {
        const std::string path = directory + "/" + name;
        if (!io::file_exists(path))
            fail<IoError>("{}: {} is not there; give the directory of the binary version's files", directory,
                          name);
        const io::InputFile file(path);
        const size_t record = labels_.count + pixels;
        if (file.size() == 0 || file.size() % record != 0)
            fail<FormatError>("{}: {} bytes are no whole number of records of {}", path, file.size(), record);
        const size_t before = bytes_.size();
        bytes_.resize(before + static_cast<size_t>(file.size()));
        file.read(0, &bytes_[before], static_cast<size_t>(file.size()));
        for (size_t at = before; at < bytes_.size(); at += record)
            if (const uint8_t label = bytes_[at + labels_.used]; label >= labels_.classes)
                fail<FormatError>("{}: byte {}: label {}; there are the classes 0 to {}", path,
                                  at - before + labels_.used, label, labels_.classes - 1);
    }

    Dataset dataset(DType dtype) const {
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

private:
    Labels labels_;
    std::vector<uint8_t> bytes_;
};

Dataset read(const std::string& directory, const std::vector<std::string>& names, const Labels& labels,
             DType dtype) {
    Records records(labels);
    for (const std::string& name : names) records.add(directory, name);
    return records.dataset(dtype);
}

}  // namespace

Split cifar10(const std::string& directory, const CifarOptions& options) {
    require_pixel_dtype(options.dtype, "cifar10");
    const Labels labels{1, 0, 10};
    std::vector<std::string> batches;
    for (const char* number : {"1", "2", "3", "4", "5"})
        batches.push_back(std::string("data_batch_") + number + ".bin");
    return {read(directory, batches, labels, options.dtype),
            read(directory, {"test_batch.bin"}, labels, options.dtype)};
}

Split cifar100(const std::string& directory, CifarLabels label_mode, const CifarOptions& options) {
    require_pixel_dtype(options.dtype, "cifar100");
    const Labels labels = label_mode.is("fine") ? Labels{2, 1, 100} : Labels{2, 0, 20};
    return {read(directory, {"train.bin"}, labels, options.dtype),
            read(directory, {"test.bin"}, labels, options.dtype)};
}

}  // namespace keratin::datasets
