#pragma once

#include <string>
#include <vector>

namespace keratin {

/// One number by itself, as Python and NumPy print it: 0.1, 1e+16, nan.
template <class T>
std::string float_text(T value);

/// The common form of the numbers of an array (NumPy's FloatingFormat): each as short as its type allows, all
/// with their points below one another, or all in scientific form when their sizes differ too much.
template <class T>
class FloatFormat {
public:
    /// `precision`: digits after the point at most.
    FloatFormat(const std::vector<T>& values, int precision);

    std::string operator()(T value) const;

private:
    std::string finite_text(T value) const;

    int precision_;
    bool scientific_ = false;
    size_t exponent_ = 0;  ///< most digits of an exponent
    size_t before_ = 0;    ///< widest part before the point
    size_t after_ = 0;     ///< widest part after it, exponent included
};

extern template class FloatFormat<float>;
extern template class FloatFormat<double>;

}  // namespace keratin
