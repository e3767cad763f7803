#pragma once

#include <keratin/core/dtype.hpp>

#include <string>
#include <string_view>

namespace keratin {

/// What a layer computes in and what its variables are (keras.DTypePolicy): one dtype for both, or, mixed,
/// float32 variables that are read as float16 or bfloat16.
///
///     layers::Dense(10, {.dtype = "mixed_bfloat16"})
class KERATIN_EXPORT DTypePolicy {
public:
    DTypePolicy();  ///< that of the innermost DTypePolicyScope of this thread; float32 outside of any
    constexpr DTypePolicy(DType dtype) : compute_(dtype), variable_(dtype) {}   // NOLINT: implicit by design
    consteval DTypePolicy(const char* literal) : DTypePolicy(parse(literal)) {  // NOLINT
        if (compute_ == bool_) throw "no floating dtype and no mixed policy has this name";
    }
    /// For names known only at run time, of any dtype, too; throws ValueError listing those that layers
    /// compute in.
    static DTypePolicy named(std::string_view name);

    constexpr DType compute_dtype() const { return compute_; }
    constexpr DType variable_dtype() const { return variable_; }
    constexpr bool mixed() const { return compute_ != variable_; }
    std::string name() const;  ///< "float32", "mixed_float16", ...

    friend constexpr bool operator==(const DTypePolicy&, const DTypePolicy&) = default;

private:
    constexpr DTypePolicy(DType compute, DType variable) : compute_(compute), variable_(variable) {}
    /// Of bool where the name is not accepted.
    static constexpr DTypePolicy parse(std::string_view name) {
        if (name == "float32") return float32;
        if (name == "float64") return float64;
        if (name == "float16") return float16;
        if (name == "bfloat16") return bfloat16;
        if (name == "mixed_float16") return {float16, float32};
        if (name == "mixed_bfloat16") return {bfloat16, float32};
        return bool_;
    }

    DType compute_;
    DType variable_;
};

/// While it lives, the policy of layers that this thread makes without naming one
/// (keras.config.set_dtype_policy, for a block instead of for the process).
///
///     const DTypePolicyScope scope("mixed_bfloat16");
///     Sequential model(layers::Dense(64, {.activation = "relu"}), layers::Dense(10, {.dtype = float32}));
class KERATIN_EXPORT DTypePolicyScope {
public:
    explicit DTypePolicyScope(DTypePolicy policy);
    ~DTypePolicyScope();
    DTypePolicyScope(const DTypePolicyScope&) = delete;
    DTypePolicyScope& operator=(const DTypePolicyScope&) = delete;

private:
    DTypePolicy outer_;
};

KERATIN_EXPORT std::ostream& operator<<(std::ostream& out, const DTypePolicy& policy);

}  // namespace keratin
