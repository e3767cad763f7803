#include <keratin/data/split_dataset.hpp>

#include "data/shuffling.hpp"
#include "models/feed.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

#include <cmath>

namespace keratin::utils {
namespace {

/// Samples of one side, of `total`; nothing when it is the other's complement.
std::optional<int64_t> samples_of(const std::optional<Scalar>& size, const char* side, int64_t total) {
    if (!size) return std::nullopt;
    const auto value = size->to<double>();
    const bool whole = size->is_integral();
    if (!(value > 0 && value < (whole ? static_cast<double>(total) : 1.0)))
        fail<ValueError>(
            "split_dataset: {} is {}; give a whole number from 1 to {}, or a share between 0 and 1", side,
            value, total - 1);
    // To the even one of two, as Python rounds.
    return whole ? size->to<int64_t>() : std::llrint(value * static_cast<double>(total));
}

std::pair<int64_t, int64_t> sizes(const SplitDatasetOptions& options, int64_t total) {
    const std::optional<int64_t> left = samples_of(options.left_size, "left_size", total);
    const std::optional<int64_t> right = samples_of(options.right_size, "right_size", total);
    if (!left && !right)
        fail<ValueError>("split_dataset: neither left_size nor right_size is given; give one of them");
    const int64_t on_left = left ? *left : total - *right;
    const int64_t on_right = right ? *right : total - *left;
    if (on_left + on_right > total)
        fail<ValueError>("split_dataset: {} samples left and {} right are more than the {} there are",
                         on_left, on_right, total);
    if (on_left == 0 || on_right == 0)
        fail<ValueError>("split_dataset: of {} samples {} are left and {} right; no side may be empty", total,
                         on_left, on_right);
    return {on_left, on_right};
}

}  // namespace

std::pair<Dataset, Dataset> split_dataset(const Dataset& data, const SplitDatasetOptions& options) {
    const bool labelled = data.y.defined();
    if (!data.x.defined() || data.x.rank() == 0)
        fail<ShapeError>("split_dataset: x must be a tensor of samples, (n, ...)");
    if (labelled && (data.y.rank() == 0 || data.y.shape()[0] != data.size()))
        fail<ShapeError>("split_dataset: got x of shape {} and y of shape {}; the first extents must agree",
                         data.x.shape(), data.y.shape());
    const int64_t total = data.size();
    const auto [left, right] = sizes(options, total);
    Tensor order;
    if (options.shuffle) order = Tensor::from(data::python_order(total, data::seed_or_small(options.seed)));
    const auto part = [&](const Tensor& x, int64_t first, int64_t count) {
        return order.defined() ? gather(x, order.view({count}, first)) : batch_rows(x, 1.0, first, count);
    };
    const auto side = [&](int64_t first, int64_t count) {
        return Dataset{part(data.x, first, count), labelled ? part(data.y, first, count) : Tensor(),
                       data.scale};
    };
    return {side(0, left), side(total - right, right)};
}

std::pair<Tensor, Tensor> split_dataset(const Tensor& x, const SplitDatasetOptions& options) {
    auto [left, right] = split_dataset(Dataset{x, {}}, options);
    return {left.x, right.x};
}

}  // namespace keratin::utils
