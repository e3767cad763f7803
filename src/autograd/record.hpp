#pragma once

#include "autograd/sink.hpp"

#include <keratin/core/tensor.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

/// How an op puts itself on the tape: it computes its result, then says for each input how a gradient that
/// arrives at the result becomes one of that input.
///
///     return record("multiply", y, wrt(a, [b](const Tensor& dy) { return dy * b; }),
///                                  wrt(b, [a](const Tensor& dy) { return dy * a; }));
///
/// The closure of an input that no tape follows is dropped at once, and with it the tensors that only it
/// needs. Closures are written in ops, so that an outer tape differentiates them again. One that can write
/// its result straight into memory takes a Sink as second argument instead of returning a tensor.
namespace keratin {

/// A closure's type, erased: closures live side by side in the record's arena.
struct BackwardTable {
    void (*run)(void* closure, const Tensor& dy, Sink& sink);
    void (*destroy)(void* closure) noexcept;
};

template <class F>
inline constexpr BackwardTable backward_table = {
    [](void* closure, const Tensor& dy, Sink& sink) {
        F& f = *static_cast<F*>(closure);
        if constexpr (std::is_invocable_v<F&, const Tensor&, Sink&>)
            f(dy, sink);
        else
            sink.add(f(dy));
    },
    [](void* closure) noexcept { static_cast<F*>(closure)->~F(); },
};

template <class F>
struct Wrt {
    const Tensor& input;
    F backward;
};

/// With respect to `input`, the gradient is backward(dy).
template <class F>
Wrt<F> wrt(const Tensor& input, F backward) {
    return {input, std::move(backward)};
}

/// True when a tape of this thread records now.
bool recording();
/// True when a tape of this thread records and follows x.
bool tracked(const Tensor& x);

/// For a closure that needs its op's own result: give it y as it was before record() marked it, and take
/// result_of(y) inside the closure. The node is put back there, so an outer tape follows y as well.
Tensor result_of(Tensor y);

/// One op being recorded. Nothing is kept when no input is followed.
class Recording {
public:
    explicit Recording(const char* op);
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    template <class F>
    void wrt(const Tensor& input, F backward) {
        static_assert(alignof(F) <= 16);
        if (void* place = claim(input, sizeof(F), backward_table<F>)) ::new (place) F(std::move(backward));
    }
    /// y as the op's result; marks it in place.
    Tensor finish(Tensor y);

private:
    void* claim(const Tensor& input, size_t bytes, const BackwardTable& table);

    const char* op_;
    size_t first_edge_;
    bool finished_ = false;
};

template <class... F>
Tensor record(const char* op, Tensor y, Wrt<F>... inputs) {
    if (!recording()) return y;
    Recording recording(op);
    (recording.wrt(inputs.input, std::move(inputs.backward)), ...);
    return recording.finish(std::move(y));
}

}  // namespace keratin
