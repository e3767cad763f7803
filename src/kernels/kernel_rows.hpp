#pragma once

#include "kernels/image.hpp"
#include "kernels/tile.hpp"

/// The entries (kh, kw, c) of a kernel as vectors: each half of a vector holds entries that lie side by side
/// in an image. The last of such a run may leave lanes empty.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
struct KernelRows {
    static constexpr int64_t half = lanes<T> / 2;

    int64_t runs, run;  ///< of entries side by side; entries of one

    int64_t halves_of_run() const { return divide_up(run, half); }
    int64_t count() const { return runs * halves_of_run(); }
    int64_t vectors() const { return divide_up(count(), 2); }

    /// The first entry of half i, and how many it has.
    int64_t entry(int64_t i) const { return i / halves_of_run() * run + i % halves_of_run() * half; }
    int64_t entries(int64_t i) const { return smaller(half, run - i % halves_of_run() * half); }
    /// Where it lies from the corner of a window.
    int64_t offset(const Windows& windows, int64_t i) const {
        const int64_t tap = entry(i) / windows.channels;
        const int64_t row = tap / windows.cols.count, col = tap % windows.cols.count;
        return row * windows.rows.step * windows.row() + col * windows.cols.step * windows.channels +
               entry(i) % windows.channels;
    }
};

template <class T>
KernelRows<T> kernel_rows(const Windows& windows) {
    const bool joined = windows.cols.step == 1;
    return {joined ? windows.rows.count : windows.taps(),
            joined ? windows.cols.count * windows.channels : windows.channels};
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
