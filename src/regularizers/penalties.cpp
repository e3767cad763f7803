#include <keratin/regularizers/penalties.hpp>

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

#include <cmath>

namespace keratin::regularizers {
namespace {

double checked(double factor, const char* owner, const char* name) {
    if (!(factor >= 0) || !std::isfinite(factor))
        fail<ValueError>("{}: {} is {}; it must be a number that is not negative", owner, name, factor);
    return factor;
}

}  // namespace

L1::L1(double factor) : l1(checked(factor, "L1", "l1")) {}

Tensor L1::operator()(const Tensor& x) const {
    return l1 * reduce_sum(abs(x));
}

Config L1::get_config() const {
    return Config::object({{"l1", l1}});
}

L2::L2(double factor) : l2(checked(factor, "L2", "l2")) {}

Tensor L2::operator()(const Tensor& x) const {
    return l2 * reduce_sum(square(x));
}

Config L2::get_config() const {
    return Config::object({{"l2", l2}});
}

L1L2::L1L2(L1L2Options given) : options(given) {
    checked(options.l1, "L1L2", "l1");
    checked(options.l2, "L1L2", "l2");
}

Tensor L1L2::operator()(const Tensor& x) const {
    if (options.l2 == 0) return options.l1 * reduce_sum(abs(x));
    const Tensor squares = options.l2 * reduce_sum(square(x));
    return options.l1 == 0 ? squares : options.l1 * reduce_sum(abs(x)) + squares;
}

Config L1L2::get_config() const {
    return Config::object({{"l1", options.l1}, {"l2", options.l2}});
}

}  // namespace keratin::regularizers
