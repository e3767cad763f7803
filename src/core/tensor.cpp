#include <keratin/core/tensor.hpp>

#include "core/convert.hpp"
#include "core/widen.hpp"

#include <fmt/ranges.h>

#include <cmath>
#include <cstring>

namespace keratin {
namespace {

void require_defined(const Tensor& x, const char* call) {
    if (!x.defined())
        fail<ValueError>("{}: tensor is undefined; give it a value first, for instance by zeros(shape)",
                         call);
}

size_t bytes_of(const Tensor& x) {
    return static_cast<size_t>(x.size()) * size_of(x.dtype());
}

}  // namespace

Tensor Tensor::empty(const Shape& shape, DType dtype) {
    Tensor result;
    result.shape_ = shape;
    result.size_ = shape.size();
    result.dtype_ = dtype;
    result.storage_ = Storage::allocate(bytes_of(result));
    return result;
}

Tensor Tensor::scalar(Scalar value, DType dtype) {
    return full({}, value, dtype);
}

Tensor Tensor::adopt(Storage storage, const Shape& shape, DType dtype) {
    Tensor result;
    result.shape_ = shape;
    result.size_ = shape.size();
    result.dtype_ = dtype;
    if (!storage) fail<ValueError>("Tensor::adopt: the storage is empty; make one with Storage::adopt");
    if (storage.bytes() < bytes_of(result))
        fail<ShapeError>("Tensor::adopt: shape {} of {} needs {} bytes and the storage has {}", shape, dtype,
                         bytes_of(result), storage.bytes());
    if (reinterpret_cast<uintptr_t>(storage.data()) % size_of(dtype) != 0)
        fail<ValueError>(
            "Tensor::adopt: the storage is not aligned for {}; its address must be a multiple of {}", dtype,
            size_of(dtype));
    result.storage_ = std::move(storage);
    return result;
}

const Tensor& Tensor::mask() const {
    static const Tensor none;
    return mask_ ? *mask_ : none;
}

Tensor Tensor::with_mask(Tensor mask) const {
    Tensor result = *this;
    result.mask_.reset();
    if (!mask.defined()) return result;
    bool fits = mask.dtype() == bool_ && mask.rank() <= rank();
    for (int axis = 0; fits && axis < mask.rank(); ++axis)
        fits = mask.shape()[axis] == shape_[axis] || mask.shape()[axis] == 1;
    if (!fits)
        fail<ShapeError>(
            "Tensor: a mask of shape {} ({}) does not fit a tensor of shape {}; it must be bool and have "
            "the shape of the first axes",
            mask.shape(), mask.dtype(), shape_);
    result.mask_ = std::make_shared<const Tensor>(std::move(mask));
    return result;
}

Tensor Tensor::view(const Shape& shape, int64_t first_element) const {
    require_defined(*this, "Tensor::view");
    const int64_t size = shape.size();
    if (first_element < 0 || first_element > size_ || size > size_ - first_element)
        fail<ShapeError>(
            "Tensor::view: shape {} from element {} on needs elements that a tensor of shape {} has not; "
            "it holds {}",
            shape, first_element, shape_, size_);
    Tensor result = *this;
    result.node_ = {};
    result.mask_.reset();  // of other axes
    result.shape_ = shape;
    result.size_ = size;
    result.offset_ += first_element * static_cast<int64_t>(size_of(dtype_));
    return result;
}

void* Tensor::mutable_raw() {
    require_defined(*this, "Tensor::mutable_data");
    if (!storage_.unique()) {
        Storage copy = Storage::allocate(bytes_of(*this));
        if (size_ > 0) std::memcpy(copy.data(), raw(), bytes_of(*this));
        storage_ = std::move(copy);
        offset_ = 0;
    }
    node_ = {};  // what gets written is not what a tape recorded
    return static_cast<char*>(storage_.data()) + offset_;
}

void Tensor::require(DType dtype, const char* call) const {
    if (!defined())
        fail<ValueError>(
            "Tensor::{}: tensor is undefined; give it a value first, for instance by zeros(shape)", call);
    if (dtype != dtype_)
        fail<DTypeError>(
            "Tensor::{}: the tensor's elements are {}, not {}; ask for that type or cast() the tensor", call,
            dtype_, dtype);
}

int64_t Tensor::flat_index(std::initializer_list<int64_t> index) const {
    const Shape& shape = shape_;
    const auto text = [&] { return fmt::format("({})", fmt::join(index, ", ")); };
    if (static_cast<int>(index.size()) != rank())
        fail<ShapeError>(
            "Tensor::at: index {} has {} numbers and shape {} has {} axes; give one for each axis", text(),
            index.size(), shape, rank());
    int64_t flat = 0;
    const int64_t* extent = shape.begin();
    for (const int64_t i : index) {
        if (i < 0 || i >= *extent)
            fail<ShapeError>("Tensor::at: index {} is outside shape {}; axes count from 0", text(), shape);
        flat = flat * *extent++ + i;
    }
    return flat;
}

double Tensor::item_as_double() const {
    require_defined(*this, "Tensor::item");
    if (size_ != 1)
        fail<ShapeError>("Tensor::item: shape {} holds {} elements; item() needs exactly one", shape_, size_);
    if (is_half(dtype_)) return convert(*this, float32).item_as_double();
    return with_element(dtype_,
                        [this]<class T>() { return static_cast<double>(*static_cast<const T*>(raw())); });
}

double Tensor::item_as_whole(size_t bits, bool is_signed) const {
    const double value = item_as_double();
    const double limit = std::ldexp(1.0, static_cast<int>(bits) - (is_signed ? 1 : 0));
    const double whole = std::trunc(value);
    if (!(whole >= (is_signed ? -limit : 0) && whole < limit))
        fail<ValueError>("Tensor::item: {} does not fit an integer of {} bits; take it as double", value,
                         bits);
    return value;
}

int64_t Tensor::item_as_integer() const {
    require_defined(*this, "Tensor::item");
    if (size_ != 1)
        fail<ShapeError>("Tensor::item: shape {} holds {} elements; item() needs exactly one", shape_, size_);
    return with_element(
        dtype_, [this]<class T>() { return convert_element<int64_t>(*static_cast<const T*>(raw())); });
}

Tensor convert(const Tensor& x, DType dtype) {
    require_defined(x, "convert");
    if (x.dtype() == dtype) return x.view(x.shape());
    if (is_half(x.dtype())) return convert(widened(x), dtype);
    if (is_half(dtype)) return narrowed(convert(x, float32), dtype);
    Tensor result = Tensor::empty(x.shape(), dtype);
    with_element(x.dtype(), [&]<class From>() {
        with_element(dtype, [&]<class To>() {
            const std::span<const From> from = x.data<From>();
            std::transform(from.begin(), from.end(), result.mutable_data<To>().begin(),
                           convert_element<To, From>);
        });
    });
    return result;
}

}  // namespace keratin
