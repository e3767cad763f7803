#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace keratin::kernels::testing {

/// An array that ends where the readable memory ends: to touch one element too many is to crash.
template <class T>
class Fenced {
public:
    explicit Fenced(int64_t count) : count_(static_cast<size_t>(count)) {
        const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
        const size_t used = (count_ * sizeof(T) + page - 1) / page * page;
        size_ = used + page;
        memory_ = static_cast<char*>(
            mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        mprotect(memory_ + used, page, PROT_NONE);
        data_ = reinterpret_cast<T*>(memory_ + used) - count_;
    }
    explicit Fenced(const std::vector<T>& values) : Fenced(static_cast<int64_t>(values.size())) {
        if (!values.empty()) std::memcpy(data_, values.data(), values.size() * sizeof(T));
    }
    Fenced(const Fenced&) = delete;
    Fenced& operator=(const Fenced&) = delete;
    ~Fenced() { munmap(memory_, size_); }

    T* data() { return data_; }
    std::vector<T> values() const { return std::vector<T>(data_, data_ + count_); }

private:
    size_t count_;
    size_t size_ = 0;
    char* memory_ = nullptr;
    T* data_ = nullptr;
};

}  // namespace keratin::kernels::testing
