#include "kernels/kernels.hpp"

#include <cstdlib>
#include <cstring>

namespace keratin::kernels {

namespace sse2 {
void fill(Table<float>&);
void fill(Table<double>&);
}  // namespace sse2
namespace avx2 {
void fill(Table<float>&);
void fill(Table<double>&);
}  // namespace avx2
namespace avx512 {
void fill(Table<float>&);
void fill(Table<double>&);
}  // namespace avx512

namespace {

struct Isa {
    const char* name;
    bool present;
    void (*fill_float)(Table<float>&);
    void (*fill_double)(Table<double>&);

    void fill(Table<float>& table) const { fill_float(table); }
    void fill(Table<double>& table) const { fill_double(table); }
};

constexpr int isa_count = 3;

/// From the oldest to the newest, so that a later one that is present is the better one.
const Isa* isas() {
    static const Isa list[isa_count] = {
        {"sse2", true, sse2::fill, sse2::fill},
        {"avx2", __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"), avx2::fill, avx2::fill},
        {"avx512",
         __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma"),
         avx512::fill, avx512::fill},
    };
    return list;
}

int index_of(const char* name) {
    for (int i = 0; i < isa_count; ++i)
        if (std::strcmp(isas()[i].name, name) == 0) return i;
    return -1;
}

/// The best that is present, or less when KERATIN_ISA asks for less.
int choose() {
    int best = isa_count - 1;
    while (!isas()[best].present) --best;
    const char* wanted = std::getenv("KERATIN_ISA");
    const int asked = wanted ? index_of(wanted) : -1;
    return asked >= 0 && asked < best ? asked : best;
}

int active() {
    static const int chosen = choose();
    return chosen;
}

template <class T>
struct Tables {
    Table<T> of[isa_count] = {};

    Tables() {
        for (int i = 0; i < isa_count; ++i)
            if (isas()[i].present) isas()[i].fill(of[i]);
    }
};

template <class T>
const Table<T>* tables() {
    static const Tables<T> all;
    return all.of;
}

}  // namespace

bool uses_winograd(const Conv2D& c) {
    constexpr int64_t vector = 16, tile = 4;
    const auto fits = [](int64_t channels) { return channels > 0 && channels % vector == 0; };
    const auto tiled = [](int64_t extent) { return (extent + tile - 1) / tile * tile; };
    const bool window = c.kernel_h == 3 && c.kernel_w == 3 && c.stride_h == 1 && c.stride_w == 1 &&
                        c.dilation_h == 1 && c.dilation_w == 1 && c.groups == 1;
    // Tiles beyond the edge are computed in vain.
    const bool pays = c.out_h > 0 && c.out_w > 0 &&
                      tiled(c.out_h) * tiled(c.out_w) <= 2 * c.out_h * c.out_w &&
                      tiled(c.in_h) * tiled(c.in_w) <= 2 * c.in_h * c.in_w;
    return c.winograd && window && fits(c.in_c) && fits(c.out_c) && pays;
}

template <class T>
[[gnu::visibility("default")]] const Table<T>& kernels() {
    static const Table<T>& table = tables<T>()[active()];
    return table;
}

[[gnu::visibility("default")]] const char* active_isa() {
    return isas()[active()].name;
}

template <class T>
[[gnu::visibility("default")]] const Table<T>* kernels_for(const char* isa) {
    const int i = index_of(isa);
    return i >= 0 && isas()[i].present ? &tables<T>()[i] : nullptr;
}

template const Table<float>& kernels<float>();
template const Table<double>& kernels<double>();
template const Table<float>* kernels_for<float>(const char*);
template const Table<double>* kernels_for<double>(const char*);

}  // namespace keratin::kernels
