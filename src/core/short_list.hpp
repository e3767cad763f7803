#pragma once

#include <keratin/core/shape.hpp>

#include <array>
#include <cstddef>
#include <span>

namespace keratin {

/// A list of at most one item for each axis, which needs no heap. The caller sees to its length.
template <class T, size_t Capacity = Shape::max_rank>
class ShortList {
public:
    ShortList() = default;
    explicit ShortList(std::span<const T> items) {
        for (const T& item : items) push_back(item);
    }

    void push_back(const T& item) { items_[size_++] = item; }
    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T& operator[](size_t i) { return items_[i]; }
    const T& operator[](size_t i) const { return items_[i]; }
    T& back() { return items_[size_ - 1]; }
    const T& back() const { return items_[size_ - 1]; }
    T* begin() { return items_.data(); }
    T* end() { return items_.data() + size_; }
    const T* begin() const { return items_.data(); }
    const T* end() const { return items_.data() + size_; }
    operator std::span<const T>() const { return {begin(), end()}; }  // NOLINT: reads like the items

private:
    std::array<T, Capacity> items_{};
    size_t size_ = 0;
};

}  // namespace keratin
