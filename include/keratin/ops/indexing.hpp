#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/core/word.hpp>

#include <array>
#include <string_view>
#include <vector>

/// Ops that take elements from elsewhere along an axis, as NumPy's functions of these names. All dtypes;
/// gradients in floating ones.
namespace keratin {

/// x[i, indices[i, j]] along an axis: indices (int32 or int64, within [0, extent), ValueError otherwise) of
/// x's rank, whose other extents broadcast with x's.
KERATIN_EXPORT Tensor take_along_axis(const Tensor& x, const Tensor& indices, int axis);
/// Each element `times` times in a row.
KERATIN_EXPORT Tensor repeat(const Tensor& x, int64_t times, int axis);
/// Element i along the axis times[i] times in a row; ValueError unless there is one for each.
KERATIN_EXPORT Tensor repeat(const Tensor& x, const std::vector<int64_t>& times, int axis);
/// The whole `times` times along each axis; missing leading ones, of either, count as 1.
KERATIN_EXPORT Tensor tile(const Tensor& x, const std::vector<int64_t>& times);
KERATIN_EXPORT Tensor flip(const Tensor& x, int axis);
/// Every element `shift` places on, those at the end to the front.
KERATIN_EXPORT Tensor roll(const Tensor& x, int64_t shift, int axis);

inline constexpr std::array<std::string_view, 4> pad_mode_words = {"reflect", "symmetric", "edge", "wrap"};
/// What stands beyond the edges: (b c | a b c), mirrored without or with the edge, the edge, or the other
/// end.
using PadMode = Word<pad_mode_words>;
/// Filled up out of x itself: one (before, after) pair per axis. "reflect" and "symmetric" take as much as
/// there is (ValueError otherwise).
KERATIN_EXPORT Tensor pad(const Tensor& x, const std::vector<PadPair>& paddings, const PadMode& mode);

/// The places of x's elements in ascending (or descending) order along an axis, int64, equal ones in theirs.
KERATIN_EXPORT Tensor argsort(const Tensor& x, int axis = -1, bool descending = false);

}  // namespace keratin
