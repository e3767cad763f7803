#pragma once

#include <keratin/constraints/constraint.hpp>
#include <keratin/ops/reduce.hpp>

/// Constraints on the length of the vectors along some axes: 0 for the columns of a Dense kernel, {0, 1, 2}
/// for the filters of a Conv2D kernel.
namespace keratin::constraints {

struct MaxNormOptions {
    Axes axis = 0;
};

/// Vectors longer than max_value are shortened to it; "max_norm". Throws ValueError for a negative max_value.
class KERATIN_EXPORT MaxNorm : public Constraint {
public:
    explicit MaxNorm(double max_value = 2, MaxNormOptions options = {});

    Tensor operator()(const Tensor& x) const override;
    std::string class_name() const override { return "MaxNorm"; }
    Config get_config() const override;

    double max_value;
    MaxNormOptions options;
};

struct UnitNormOptions {
    Axes axis = 0;
};

/// Every vector gets length 1; "unit_norm".
class KERATIN_EXPORT UnitNorm : public Constraint {
public:
    explicit UnitNorm(UnitNormOptions given = {}) : options(std::move(given)) {}

    Tensor operator()(const Tensor& x) const override;
    std::string class_name() const override { return "UnitNorm"; }
    Config get_config() const override;

    UnitNormOptions options;
};

struct MinMaxNormOptions {
    double min_value = 0.0;
    double max_value = 1.0;
    double rate = 1.0;  ///< 1: all the way, below: part of it at each update
    Axes axis = 0;
};

/// Vectors are moved towards a length within [min_value, max_value]; "min_max_norm". Throws ValueError when
/// min_value > max_value or the rate is outside [0, 1].
class KERATIN_EXPORT MinMaxNorm : public Constraint {
public:
    explicit MinMaxNorm(MinMaxNormOptions options = {});

    Tensor operator()(const Tensor& x) const override;
    std::string class_name() const override { return "MinMaxNorm"; }
    Config get_config() const override;

    MinMaxNormOptions options;
};

/// Negative values become 0; "non_neg".
class KERATIN_EXPORT NonNeg : public Constraint {
public:
    Tensor operator()(const Tensor& x) const override;
    std::string class_name() const override { return "NonNeg"; }
};

}  // namespace keratin::constraints
