#include "ops/broadcasting.hpp"

#include "core/short_list.hpp"
#include "ops/strided.hpp"

namespace keratin::ops {
namespace {

/// A run of neighbouring axes along which each input either advances or repeats.
struct Run {
    int64_t extent;
    bool repeats_a;
    bool repeats_b;
};

int64_t extent_from_back(const Shape& shape, int back) {
    return back < shape.rank() ? shape[shape.rank() - 1 - back] : 1;
}

/// Innermost first.
ShortList<Run> runs(const Shape& shape, const Shape& a, const Shape& b) {
    ShortList<Run> found;
    for (int back = 0; back < shape.rank(); ++back) {
        const int64_t extent = extent_from_back(shape, back);
        if (extent == 1) continue;
        const bool repeats_a = extent_from_back(a, back) == 1;
        const bool repeats_b = extent_from_back(b, back) == 1;
        if (!found.empty() && found.back().repeats_a == repeats_a && found.back().repeats_b == repeats_b)
            found.back().extent *= extent;
        else
            found.push_back({extent, repeats_a, repeats_b});
    }
    return found;
}

Pair::Steps steps(int64_t cols, bool repeats_rows, bool repeats_cols) {
    const int64_t col = repeats_cols ? 0 : 1;
    return {repeats_rows ? 0 : repeats_cols ? 1 : cols, col};
}

/// Sets rows, columns and steps; false when the inputs need more than two runs.
bool lay_out(Pair& pair) {
    const ShortList<Run> found = runs(pair.shape, pair.a.shape(), pair.b.shape());
    if (found.size() > 2) return false;
    const Run none{1, true, true};
    const Run col = found.empty() ? none : found[0];
    const Run row = found.size() < 2 ? none : found[1];
    pair.rows = row.extent;
    pair.cols = col.extent;
    pair.steps_a = steps(col.extent, row.repeats_a, col.repeats_a);
    pair.steps_b = steps(col.extent, row.repeats_b, col.repeats_b);
    return true;
}

}  // namespace

Pair pair(const Tensor& a, const Tensor& b, const char* op) {
    if (a.shape() == b.shape()) return {a.shape(), a, b, 1, a.size(), {a.size(), 1}, {a.size(), 1}};
    Pair result{broadcast(a.shape(), b.shape(), op), a, b};
    if (lay_out(result)) return result;
    // Repeating the smaller one is the cheaper way to fewer runs.
    Tensor& smaller = a.size() < b.size() ? result.a : result.b;
    Tensor& larger = a.size() < b.size() ? result.b : result.a;
    smaller = repeat(smaller, result.shape);
    if (lay_out(result)) return result;
    larger = repeat(larger, result.shape);
    lay_out(result);
    return result;
}

}  // namespace keratin::ops
