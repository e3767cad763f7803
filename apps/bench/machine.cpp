#include "machine.hpp"

#include "core/context.hpp"

#include <keratin/core/threads.hpp>

#include <immintrin.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Twenty-four chains hide the latency of any machine there is; the sum is used so that none is left out.
constexpr int chains = 24;
constexpr int64_t rounds = 40'000;

__attribute__((target("avx512f"))) float spin_avx512() {
    __m512 sum[chains];
    for (int i = 0; i < chains; ++i) sum[i] = _mm512_set1_ps(static_cast<float>(i));
    const __m512 a = _mm512_set1_ps(0.999f), b = _mm512_set1_ps(0.001f);
    for (int64_t r = 0; r < rounds; ++r)
#pragma GCC unroll 24
        for (int i = 0; i < chains; ++i) sum[i] = _mm512_fmadd_ps(sum[i], a, b);
    for (int i = 1; i < chains; ++i) sum[0] = _mm512_add_ps(sum[0], sum[i]);
    return _mm512_cvtss_f32(sum[0]);
}

constexpr int chains_avx2 = 12;

__attribute__((target("avx2,fma"))) float spin_avx2() {
    __m256 sum[chains_avx2];
    for (int i = 0; i < chains_avx2; ++i) sum[i] = _mm256_set1_ps(static_cast<float>(i));
    const __m256 a = _mm256_set1_ps(0.999f), b = _mm256_set1_ps(0.001f);
    for (int64_t r = 0; r < rounds; ++r)
#pragma GCC unroll 12
        for (int i = 0; i < chains_avx2; ++i) sum[i] = _mm256_fmadd_ps(sum[i], a, b);
    for (int i = 1; i < chains_avx2; ++i) sum[0] = _mm256_add_ps(sum[0], sum[i]);
    return _mm256_cvtss_f32(sum[0]);
}

float spin_sse2() {
    __m128 sum[chains_avx2];
    for (int i = 0; i < chains_avx2; ++i) sum[i] = _mm_set1_ps(static_cast<float>(i));
    const __m128 a = _mm_set1_ps(0.999f), b = _mm_set1_ps(0.001f);
    for (int64_t r = 0; r < rounds; ++r)
#pragma GCC unroll 12
        for (int i = 0; i < chains_avx2; ++i) sum[i] = _mm_add_ps(_mm_mul_ps(sum[i], a), b);
    for (int i = 1; i < chains_avx2; ++i) sum[0] = _mm_add_ps(sum[0], sum[i]);
    return _mm_cvtss_f32(sum[0]);
}

std::atomic<float> sink;  // so that nothing is left out

struct Spin {
    float (*run)();
    double flops;  ///< of one run
};

Spin spin_of(std::string_view isa) {
    if (isa == "avx512") return {spin_avx512, 2.0 * 16 * chains * rounds};
    if (isa == "avx2") return {spin_avx2, 2.0 * 8 * chains_avx2 * rounds};
    return {spin_sse2, 2.0 * 4 * chains_avx2 * rounds};
}

/// Runs body(data, task) once on each of keratin's threads and returns the seconds that took.
double on_threads(int threads, void (*body)(void*, int64_t, int64_t), void* data) {
    const auto start = Clock::now();
    if (threads == 1)
        body(data, 0, 1);
    else
        keratin::context().parallel(threads, int64_t{1} << 40, body, data);
    return seconds_since(start);
}

}  // namespace

double measure_peak_flops(int threads) {
    Spin spin = spin_of(keratin::isa());
    double best = 1e9;
    for (int i = 0; i < 6; ++i)
        best = std::min(best, on_threads(
                                  threads,
                                  [](void* data, int64_t begin, int64_t end) {
                                      for (; begin < end; ++begin)
                                          sink.store(static_cast<Spin*>(data)->run());
                                  },
                                  &spin));
    return spin.flops * threads / best;
}

double measure_bandwidth(int threads) {
    struct Triad {
        std::vector<float> a, b, c;
        int threads;
    };
    constexpr int64_t elements = 16 << 20;
    static Triad triad{std::vector<float>(elements), std::vector<float>(elements, 1.0f),
                       std::vector<float>(elements, 2.0f), 1};
    triad.threads = threads;
    double best = 1e9;
    for (int i = 0; i < 4; ++i)
        best = std::min(best, on_threads(
                                  threads,
                                  [](void* data, int64_t begin, int64_t end) {
                                      auto& t = *static_cast<Triad*>(data);
                                      const int64_t last = elements * end / t.threads;
                                      float *a = t.a.data(), *b = t.b.data(), *c = t.c.data();
                                      for (int64_t k = elements * begin / t.threads; k < last; ++k)
                                          a[k] = b[k] + 0.5f * c[k];
                                  },
                                  &triad));
    return 3.0 * sizeof(float) * elements / best;
}

}  // namespace bench
