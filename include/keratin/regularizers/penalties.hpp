#pragma once

#include <keratin/regularizers/regularizer.hpp>

namespace keratin::regularizers {

/// l1 * sum(|x|); "l1". Throws ValueError for a factor that is negative or not finite.
class KERATIN_EXPORT L1 : public Regularizer {
public:
    explicit L1(double l1 = 0.01);

    Tensor operator()(const Tensor& x) const override;
    std::string class_name() const override { return "L1"; }
    Config get_config() const override;

    double l1;
};

/// l2 * sum(x^2), without a half; "l2". Throws ValueError for a factor that is negative or not finite.
class KERATIN_EXPORT L2 : public Regularizer {
public:
    explicit L2(double l2 = 0.01);

    Tensor operator()(const Tensor& x) const override;
    std::string class_name() const override { return "L2"; }
    Config get_config() const override;

    double l2;
};

struct L1L2Options {
    double l1 = 0.0;
    double l2 = 0.0;
};

/// The sum of both: L1L2({.l1 = 1e-4, .l2 = 1e-3}); "l1_l2" is 0.01 of each, as Keras's function was.
class KERATIN_EXPORT L1L2 : public Regularizer {
public:
    explicit L1L2(L1L2Options options = {});

    Tensor operator()(const Tensor& x) const override;
    std::string class_name() const override { return "L1L2"; }
    Config get_config() const override;

    L1L2Options options;
};

}  // namespace keratin::regularizers
