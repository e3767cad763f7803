#pragma once

#include <keratin/core/dtype.hpp>
#include <keratin/core/error.hpp>
#include <keratin/core/export.hpp>
#include <keratin/core/scalar.hpp>
#include <keratin/core/shape.hpp>
#include <keratin/core/storage.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace keratin {

/// An n-dimensional array: a cheap value handle on a row-major, contiguous, 64-byte aligned buffer with a
/// run-time dtype. Copies share the buffer; nobody sees a write through another handle (mutable_data copies a
/// shared one).
///
///     Tensor x = Tensor::from({1.f, 2.f, 3.f, 4.f}, {2, 2});
///     (x * 2 + 1).shape();   // (2, 2)
class KERATIN_EXPORT Tensor {
public:
    Tensor() = default;  ///< no tensor at all: defined() is false

    /// An uninitialised tensor, to be filled through mutable_data().
    static Tensor empty(const Shape& shape, DType dtype = float32);
    /// Copies values; throws ShapeError when their number is not shape.size(). Without a shape: one axis.
    template <Element T>
    static Tensor from(std::span<const T> values, const Shape& shape);
    template <Element T>
    static Tensor from(const std::vector<T>& values, const Shape& shape);
    template <Element T>
    static Tensor from(std::initializer_list<T> values, const Shape& shape);
    template <Element T>
    static Tensor from(const std::vector<T>& values);
    template <Element T>
    static Tensor from(std::initializer_list<T> values);
    /// A tensor of rank 0.
    static Tensor scalar(Scalar value, DType dtype = float32);
    /// A tensor on memory that somebody else owns and that stays unchanged (see Storage::adopt).
    static Tensor adopt(Storage storage, const Shape& shape, DType dtype);

    bool defined() const { return static_cast<bool>(storage_); }
    const Shape& shape() const { return shape_; }
    int rank() const { return shape_.rank(); }
    int64_t size() const { return size_; }
    DType dtype() const { return dtype_; }

    /// The only element of a tensor of size 1, converted to T; throws ShapeError for another size, ValueError
    /// for a floating value that an integer T cannot hold.
    template <class T>
    T item() const;
    /// All elements in row-major order; throws DTypeError when T is not the tensor's type.
    template <Element T>
    std::span<const T> data() const;
    /// As data(), for writing: a shared buffer is copied first, so no other tensor changes.
    template <Element T>
    std::span<T> mutable_data();
    /// One element; throws ShapeError outside the shape, DTypeError for another type.
    template <Element T>
    T at(std::initializer_list<int64_t> index) const;

    const void* raw() const { return static_cast<const char*>(storage_.data()) + offset_; }
    void* mutable_raw();  ///< as mutable_data, without the type
    /// True when no other handle shares the memory, so that writing in place surprises nobody.
    bool unique() const { return storage_.unique(); }

    /// The same elements under another shape, or a contiguous run of them, without a copy and without a tape:
    /// building blocks of ops; users call reshape() and slice().
    Tensor view(const Shape& shape, int64_t first_element = 0) const;

    /// Which positions of the first axes count: a bool tensor that layers such as Embedding and Masking make
    /// and recurrent layers, attention and losses heed (Keras's _keras_mask). Undefined for none. Ops do not
    /// hand it on; layers that keep the positions do.
    const Tensor& mask() const;
    Tensor with_mask(Tensor mask) const;

    /// Where a tape recorded this value: recorder 0 is nowhere. Bookkeeping of keratin::GradientTape.
    struct Node {
        uint32_t recorder = 0;
        uint64_t index = 0;
    };
    const Node& node() const { return node_; }
    void set_node(Node node) { node_ = node; }
    bool same_buffer(const Tensor& other) const {
        return storage_.data() == other.storage_.data() && offset_ == other.offset_ &&
               shape_ == other.shape_ && dtype_ == other.dtype_;
    }

private:
    void require(DType dtype, const char* call) const;
    int64_t flat_index(std::initializer_list<int64_t> index) const;
    double item_as_double() const;
    double item_as_whole(size_t bits, bool is_signed) const;  ///< that an integer of this kind holds
    int64_t item_as_integer() const;

    Storage storage_;
    int64_t offset_ = 0;  ///< bytes
    int64_t size_ = 0;
    Shape shape_;
    DType dtype_ = float32;
    Node node_;
    std::shared_ptr<const Tensor> mask_;
};

/// How tensors print: as numpy.set_printoptions.
struct PrintOptions {
    int precision = 8;         ///< digits after the point at most
    int64_t threshold = 1000;  ///< elements above which the middle is left out
    int edgeitems = 3;         ///< elements kept at each end then
    int linewidth = 75;        ///< characters
};
/// Options for the calling thread; returns the ones before.
KERATIN_EXPORT PrintOptions set_print_options(const PrintOptions& options);

/// The elements as NumPy's str() prints them: [[1. 2.]\n [3. 4.]].
KERATIN_EXPORT std::string to_string(const Tensor& tensor);
KERATIN_EXPORT std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

/// The same values as another dtype: truncation towards zero for integers, x != 0 for bool. Differentiable
/// between floating types through keratin/ops.
KERATIN_EXPORT Tensor convert(const Tensor& x, DType dtype);

KERATIN_EXPORT Tensor zeros(const Shape& shape, DType dtype = float32);
KERATIN_EXPORT Tensor ones(const Shape& shape, DType dtype = float32);
KERATIN_EXPORT Tensor full(const Shape& shape, Scalar value, DType dtype = float32);
KERATIN_EXPORT Tensor zeros_like(const Tensor& x);
KERATIN_EXPORT Tensor ones_like(const Tensor& x);
/// start, start + step, ... below stop, as numpy.arange.
KERATIN_EXPORT Tensor arange(Scalar start, Scalar stop, Scalar step = 1, DType dtype = float32);
/// n rows, ones on the diagonal.
KERATIN_EXPORT Tensor eye(int64_t n, DType dtype = float32);

// ---------------------------------------------------------------------------------------------------------------
template <Element T>
Tensor Tensor::from(std::span<const T> values, const Shape& shape) {
    if (static_cast<int64_t>(values.size()) != shape.size())
        fail<ShapeError>("Tensor::from: {} values do not fill shape {}, which holds {}", values.size(), shape,
                         shape.size());
    Tensor result = empty(shape, dtype_of<T>());
    std::copy(values.begin(), values.end(), static_cast<T*>(result.mutable_raw()));
    return result;
}

template <Element T>
Tensor Tensor::from(const std::vector<T>& values, const Shape& shape) {
    if constexpr (std::is_same_v<T, bool>) {
        const std::vector<uint8_t> bytes(values.begin(), values.end());
        return convert(from(std::span<const uint8_t>(bytes), shape), bool_);
    } else {
        return from(std::span<const T>(values), shape);
    }
}

template <Element T>
Tensor Tensor::from(std::initializer_list<T> values, const Shape& shape) {
    return from(std::span<const T>(values.begin(), values.size()), shape);
}

template <Element T>
Tensor Tensor::from(const std::vector<T>& values) {
    return from(values, Shape{static_cast<int64_t>(values.size())});
}

template <Element T>
Tensor Tensor::from(std::initializer_list<T> values) {
    return from(values, Shape{static_cast<int64_t>(values.size())});
}

template <class T>
T Tensor::item() const {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        return is_floating(dtype_) ? static_cast<T>(item_as_whole(sizeof(T) * 8, std::is_signed_v<T>))
                                   : static_cast<T>(item_as_integer());
    } else {
        return static_cast<T>(item_as_double());
    }
}

template <Element T>
std::span<const T> Tensor::data() const {
    require(dtype_of<T>(), "data");
    return {static_cast<const T*>(raw()), static_cast<size_t>(size_)};
}

template <Element T>
std::span<T> Tensor::mutable_data() {
    require(dtype_of<T>(), "mutable_data");
    return {static_cast<T*>(mutable_raw()), static_cast<size_t>(size_)};
}

template <Element T>
T Tensor::at(std::initializer_list<int64_t> index) const {
    return data<T>()[static_cast<size_t>(flat_index(index))];
}

}  // namespace keratin

template <>
struct fmt::formatter<keratin::Tensor> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(const keratin::Tensor& tensor, Context& context) const {
        return fmt::formatter<fmt::string_view>::format(keratin::to_string(tensor), context);
    }
};
