#pragma once

namespace bench {

/// Floating-point operations a second of independent fused multiply-adds in float32, with the instruction set
/// that keratin uses, on so many of its threads.
double measure_peak_flops(int threads);

/// Bytes a second of a[i] = b[i] + s * c[i] over arrays that no cache holds.
double measure_bandwidth(int threads);

}  // namespace bench
