#pragma once

#include "core/philox.hpp"

#include <cstdint>

namespace keratin {

/// Two words made into one that looks random.
constexpr uint64_t mixed(uint64_t a, uint64_t b) {
    return philox(a, b, 0)[0];
}

/// While it lives, draws of this thread from any SeedGenerator, the default one too, depend on the
/// generator's seed, on `key` and on how many draws of this scope went before; the generators' positions
/// stay. So what is drawn does not depend on when and on which thread it happens.
class DrawScope {
public:
    explicit DrawScope(uint64_t key);
    ~DrawScope();
    DrawScope(const DrawScope&) = delete;
    DrawScope& operator=(const DrawScope&) = delete;

    /// The scope that this thread is in; null outside of all.
    static DrawScope* current();
    uint64_t next_counter() { return mixed(key_, draws_++); }

private:
    uint64_t key_;
    uint64_t draws_ = 0;
    DrawScope* outer_;
};

}  // namespace keratin
