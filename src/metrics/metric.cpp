#include <keratin/metrics/metric.hpp>

namespace keratin::metrics {

Tensor Metric::values() const {
    return Tensor::scalar(result(), float32);
}

Config Metric::get_config() const {
    return Config::object({{"name", name()}, {"dtype", "float32"}});
}

}  // namespace keratin::metrics
