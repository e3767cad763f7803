#include <keratin/data/cifar.hpp>

#include "data/cifar_records.hpp"
#include "data/pixels.hpp"
#include "io/file.hpp"

#include <keratin/core/error.hpp>

#include <vector>

namespace keratin::datasets {
namespace {

Dataset read(const std::string& directory, const std::vector<std::string>& names,
             const CifarRecords::Labels& labels, DType dtype) {
    CifarRecords records(labels);
    for (const std::string& name : names) {
        const std::string path = directory + "/" + name;
        if (!io::file_exists(path))
            fail<IoError>("{}: {} is not there; give the directory of the binary version's files", directory,
                          name);
        records.add(io::InputFile(path));
    }
    return records.dataset(dtype);
}

}  // namespace

Split cifar10(const std::string& directory, const CifarOptions& options) {
    require_pixel_dtype(options.dtype, "cifar10");
    const CifarRecords::Labels labels{1, 0, 10};
    std::vector<std::string> batches;
    for (const char* number : {"1", "2", "3", "4", "5"})
        batches.push_back(std::string("data_batch_") + number + ".bin");
    return {read(directory, batches, labels, options.dtype),
            read(directory, {"test_batch.bin"}, labels, options.dtype)};
}

Split cifar100(const std::string& directory, CifarLabels label_mode, const CifarOptions& options) {
    require_pixel_dtype(options.dtype, "cifar100");
    const CifarRecords::Labels labels =
        label_mode.is("fine") ? CifarRecords::Labels{2, 1, 100} : CifarRecords::Labels{2, 0, 20};
    return {read(directory, {"train.bin"}, labels, options.dtype),
            read(directory, {"test.bin"}, labels, options.dtype)};
}

}  // namespace keratin::datasets
