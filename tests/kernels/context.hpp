#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/kernels.hpp"

/// What the tests of kernels share: contexts that make mistakes show, random numbers and shapes, and
/// comparisons that name the first wrong element.
namespace keratin::kernels::testing {

/// Runs the tasks in pieces and backwards, and hands out memory full of NaN.
inline const Context& backward_context() {
    static const Context context{
        [](int64_t tasks, int64_t, void (*body)(void*, int64_t, int64_t), void* data) {
            for (int64_t end = tasks; end > 0; end -= 3) body(data, end < 3 ? 0 : end - 3, end);
        },
        [](size_t bytes) {
            const size_t size = (bytes + 63) / 64 * 64;
            return std::memset(std::aligned_alloc(64, size), 0xff, size);
        },
        std::free};
    return context;
}

/// Runs all tasks in one piece.
inline const Context& serial_context() {
    static const Context context{[](int64_t tasks, int64_t, void (*body)(void*, int64_t, int64_t),
                                    void* data) { body(data, 0, tasks); },
                                 backward_context().acquire, std::free};
    return context;
}

inline std::vector<const char*> present_isas() {
    std::vector<const char*> result;
    for (const char* isa : {"sse2", "avx2", "avx512"})
        if (kernels_for<float>(isa)) result.push_back(isa);
    return result;
}

/// Whether the instruction set has a fused multiply-add, and so gives the bits of a chain of std::fma.
inline bool fused(const char* isa) {
    return std::strcmp(isa, "sse2") != 0;
}

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}

    int64_t integer(int64_t low, int64_t high) {
        return std::uniform_int_distribution<int64_t>(low, high)(engine_);
    }
    bool coin() { return integer(0, 1) == 1; }
    template <class T>
    T pick(std::initializer_list<T> values) {
        return values.begin()[integer(0, static_cast<int64_t>(values.size()) - 1)];
    }
    template <class T>
    std::vector<T> numbers(int64_t count) {
        std::vector<T> result(static_cast<size_t>(count));
        for (T& value : result) value = static_cast<T>(static_cast<double>(engine_() >> 8) * 0x1p-23 - 1);
        return result;
    }

private:
    std::mt19937 engine_;
};

/// Empty when all elements agree within `tolerance` (NaN agrees with NaN), otherwise the first that does not.
template <class T>
std::string difference(const std::vector<T>& got, const std::vector<T>& wanted, double tolerance) {
    for (size_t i = 0; i < got.size(); ++i) {
        const double error = std::abs(static_cast<double>(got[i]) - static_cast<double>(wanted[i]));
        if (error <= tolerance || (std::isnan(got[i]) && std::isnan(wanted[i]))) continue;
        return "element " + std::to_string(i) + ": got " + std::to_string(got[i]) + ", wanted " +
               std::to_string(wanted[i]);
    }
    return {};
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

}  // namespace keratin::kernels::testing
