#pragma once

#include "autograd/recorder.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/tensor.hpp>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace keratin {

/// A vector of the recorder's spare ones while it is used; a run within a run makes a new one.
template <class T>
class Borrowed {
public:
    explicit Borrowed(std::vector<T>& spare) : spare_(spare), items_(std::exchange(spare, {})) {}
    ~Borrowed() {
        items_.clear();
        spare_ = std::move(items_);
    }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;

    std::vector<T>& operator*() { return items_; }
    std::vector<T>* operator->() { return &items_; }

private:
    std::vector<T>& spare_;
    std::vector<T> items_;
};

/// The part of a record that a gradient comes from.
struct Stretch {
    uint64_t begin;
    uint64_t target;   ///< its last node, whose gradient is known
    bool free_as_run;  ///< nobody needs the closures once more
};

/// Walks down the stretch from the target, whose gradient is `seed`, and gives each source its gradient. What
/// `results` hold is memory to write them into; where nothing arrives they are undefined.
void run_backward(Recorder& recorder, Stretch stretch, Tensor seed, std::span<const GradientSource> sources,
                  std::span<Tensor> results);

}  // namespace keratin
