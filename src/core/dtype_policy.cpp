#include <keratin/core/dtype_policy.hpp>

#include <keratin/core/error.hpp>

#include <ostream>
#include <utility>

namespace keratin {
namespace {

thread_local DTypePolicy scope_policy = float32;

}  // namespace

DTypePolicy::DTypePolicy() : DTypePolicy(scope_policy) {}

DTypePolicy DTypePolicy::named(std::string_view name) {
    for (const DType dtype : {int32, int64, uint8, bool_})
        if (keratin::name(dtype) == name) return dtype;
    const DTypePolicy policy = parse(name);
    if (policy.compute_ == bool_)
        fail<ValueError>(
            "dtype policy: \"{}\" is not accepted; use \"float32\", \"float64\", \"float16\", \"bfloat16\", "
            "\"mixed_float16\" or \"mixed_bfloat16\"",
            std::string(name));
    return policy;
}

std::string DTypePolicy::name() const {
    return (mixed() ? "mixed_" : "") + std::string(keratin::name(compute_));
}

DTypePolicyScope::DTypePolicyScope(DTypePolicy policy) : outer_(std::exchange(scope_policy, policy)) {}

DTypePolicyScope::~DTypePolicyScope() {
    scope_policy = outer_;
}

std::ostream& operator<<(std::ostream& out, const DTypePolicy& policy) {
    return out << policy.name();
}

}  // namespace keratin
