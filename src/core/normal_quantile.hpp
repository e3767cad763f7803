#pragma once

namespace keratin {

/// The x below which a standard normal number falls with probability p, 0 < p < 1; relative error about 1e-16
/// (Wichura: Algorithm AS 241, Applied Statistics 37, 1988).
double normal_quantile(double p);

}  // namespace keratin
