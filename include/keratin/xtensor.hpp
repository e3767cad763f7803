#pragma once

#include <keratin/core/tensor.hpp>
#include <keratin/detail/aligned_allocator.hpp>
#include <keratin/detail/xtensor_headers.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

/// The bridge to xtensor, both ways without a copy:
///
///     auto view = as_xtensor<float>(x);                        // reads x's memory, and keeps it alive
///     Tensor y = from_xtensor(xt::exp(view) + 1);              // evaluated straight into y's memory
///     keratin::xarray<float> a = xt::ones<float>({2, 3});
///     Tensor z = from_xtensor(std::move(a));                   // z now owns a's memory
namespace keratin {
namespace detail {

/// The element type of a tensor that holds an expression's values: 64-bit integers of any name are int64.
template <class T>
constexpr auto element_like() {
    if constexpr (Element<T>) {
        return T{};
    } else {
        static_assert(std::is_integral_v<T> && sizeof(T) == 8,
                      "no dtype holds this value type; convert it with xt::cast<...>");
        return int64_t{};
    }
}

}  // namespace detail

/// An xt::xarray in row-major order whose memory a tensor can take over.
template <Element T>
using xarray = xt::xarray_container<xt::uvector<T, detail::AlignedAllocator<T>>, xt::layout_type::row_major>;

/// The tensor's elements as a read-only xtensor expression on the same memory, which it keeps alive. Throws
/// DTypeError when T is not the tensor's type.
template <Element T>
auto as_xtensor(const Tensor& x) {
    const std::vector<size_t> shape(x.shape().begin(), x.shape().end());
    return xt::adapt_smart_ptr<xt::layout_type::row_major>(x.data<T>().data(), shape,
                                                           std::make_shared<const Tensor>(x));
}

/// A tensor of an xtensor expression's values, evaluated straight into its memory. Throws ShapeError above
/// Shape::max_rank axes.
template <class E>
Tensor from_xtensor(const xt::xexpression<E>& expression) {
    const E& values = expression.derived_cast();
    using T = decltype(detail::element_like<std::remove_cv_t<typename E::value_type>>());
    std::vector<int64_t> extents;
    for (const auto extent : values.shape()) extents.push_back(static_cast<int64_t>(extent));
    Tensor result = Tensor::empty(Shape(extents), dtype_of<T>());
    const std::vector<size_t> shape(extents.begin(), extents.end());
    auto target = xt::adapt<xt::layout_type::row_major>(
        result.mutable_data<T>().data(), static_cast<size_t>(result.size()), xt::no_ownership(), shape);
    xt::noalias(target) = values;
    return result;
}

/// A tensor that takes over the array's memory. As other handles of xtensor's may look at it, writing to the
/// tensor copies first.
template <Element T>
Tensor from_xtensor(xarray<T>&& array) {
    const Shape shape(std::vector<int64_t>(array.shape().begin(), array.shape().end()));
    auto owner = std::make_unique<xarray<T>>(std::move(array));
    const size_t bytes = owner->size() * sizeof(T);
    Storage storage = Storage::adopt(owner->data(), bytes, owner.get(),
                                     [](void* memory) { delete static_cast<xarray<T>*>(memory); });
    owner.release();
    return Tensor::adopt(std::move(storage), shape, dtype_of<T>());
}

}  // namespace keratin
