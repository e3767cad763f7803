#pragma once

#include "kernels/kernels.hpp"

namespace keratin::kernels::KERATIN_ISA {
namespace {

/// Memory from a Context that gives itself back.
template <class T>
class Scratch {
public:
    Scratch(const Context& context, int64_t count)
        : context_(context),
          data_(count > 0 ? static_cast<T*>(context.acquire(static_cast<size_t>(count) * sizeof(T)))
                          : nullptr) {}
    ~Scratch() {
        if (data_) context_.release(data_);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    T* data() const { return data_; }

private:
    const Context& context_;
    T* data_;
};

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
