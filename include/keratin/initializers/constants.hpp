#pragma once

#include <keratin/initializers/initializer.hpp>

namespace keratin::initializers {

/// All 0; "zeros".
class KERATIN_EXPORT Zeros : public Initializer {
public:
    Tensor operator()(const Shape& shape, DType dtype = float32) const override;
    std::string class_name() const override { return "Zeros"; }
};

/// All 1; "ones".
class KERATIN_EXPORT Ones : public Initializer {
public:
    Tensor operator()(const Shape& shape, DType dtype = float32) const override;
    std::string class_name() const override { return "Ones"; }
};

/// One number everywhere; "constant" is 0.
class KERATIN_EXPORT Constant : public Initializer {
public:
    explicit Constant(double number = 0.0) : value(number) {}

    Tensor operator()(const Shape& shape, DType dtype = float32) const override;
    std::string class_name() const override { return "Constant"; }
    Config get_config() const override;

    double value;
};

/// `gain` on the diagonal of a matrix, 0 elsewhere; "identity". Throws ShapeError for another rank than 2.
class KERATIN_EXPORT Identity : public Initializer {
public:
    explicit Identity(double factor = 1.0) : gain(factor) {}

    Tensor operator()(const Shape& shape, DType dtype = float32) const override;
    std::string class_name() const override { return "Identity"; }
    Config get_config() const override;

    double gain;
};

}  // namespace keratin::initializers
