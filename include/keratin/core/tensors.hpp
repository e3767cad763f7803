#pragma once

#include <keratin/core/tensor.hpp>

#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

namespace keratin {

/// One tensor, or several in order: what a model takes, gives, and is told to give. Written as the tensor
/// itself or as a list, and read as the tensor where there is one.
///
///     model.fit({left, right}, y);
class KERATIN_EXPORT Tensors {
public:
    Tensors() = default;                             ///< none
    Tensors(Tensor one) : first_(std::move(one)) {}  // NOLINT: implicit by design
    Tensors(std::initializer_list<Tensor> several) : Tensors(std::vector<Tensor>(several)) {}  // NOLINT
    Tensors(std::vector<Tensor> several);                                                      // NOLINT

    /// How many; an undefined tensor alone is none.
    size_t size() const { return first_.defined() || !rest_.empty() ? 1 + rest_.size() : 0; }
    bool defined() const { return size() > 0; }
    const Tensor& operator[](size_t index) const { return index == 0 ? first_ : rest_[index - 1]; }
    Tensor& operator[](size_t index) { return index == 0 ? first_ : rest_[index - 1]; }
    /// The first, undefined when there is none.
    const Tensor& front() const { return first_; }
    std::vector<Tensor> list() const;
    void push_back(Tensor tensor);

    /// The only one, or an undefined tensor for none; throws ValueError for several.
    operator const Tensor&() const;  // NOLINT: reads as the tensor

    /// f of each.
    template <class F>
    Tensors map(F f) const {
        Tensors result;
        for (size_t i = 0; i < size(); ++i) result.push_back(f((*this)[i]));
        return result;
    }

private:
    Tensor first_;  ///< apart from the others, for most often it is the only one, and needs no heap then
    std::vector<Tensor> rest_;
};

}  // namespace keratin
