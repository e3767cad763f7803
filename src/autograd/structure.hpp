#pragma once

#include <atomic>
#include <cstdint>

namespace keratin {

/// Counts the changes of what models are made of: which variables and layers there are, what is trainable,
/// what is regularized. Who keeps a list of such things asks whether it is still that of `now()`.
class StructureVersion {
public:
    static uint64_t now() { return count_.load(std::memory_order_acquire); }
    static void changed() { count_.fetch_add(1, std::memory_order_acq_rel); }

private:
    inline static std::atomic<uint64_t> count_{1};
};

}  // namespace keratin
