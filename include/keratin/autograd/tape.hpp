#pragma once

#include <keratin/autograd/variable.hpp>
#include <keratin/core/tensor.hpp>

#include <initializer_list>
#include <span>
#include <vector>

namespace keratin {

/// What a gradient is taken with respect to: a Variable or a watched Tensor.
class GradientSource {
public:
    GradientSource(const Variable& variable) : variable_(&variable) {}  // NOLINT: implicit by design
    GradientSource(const Tensor& tensor) : tensor_(&tensor) {}          // NOLINT: implicit by design

    const Variable* variable() const { return variable_; }
    const Tensor* tensor() const { return tensor_; }

private:
    const Variable* variable_ = nullptr;
    const Tensor* tensor_ = nullptr;
};

struct TapeOptions {
    bool persistent = false;               ///< gradient() may be called more than once
    bool watch_accessed_variables = true;  ///< follow every trainable variable that is read
};

struct GradientOptions {
    Tensor output_gradients = {};  ///< dLoss/dtarget; ones when not given
    bool unconnected_as_zeros =
        false;  ///< zeros instead of an undefined tensor where target does not depend on a source
};

namespace detail {
/// The part of its thread's record that a tape sees.
struct TapeWindow {
    uint64_t begin;  ///< number of its first node
    bool recording;
    bool watch_accessed;  ///< follow trainable variables by themselves
};
}  // namespace detail

/// Records the operations of its thread while it lives, and differentiates them (tf.GradientTape).
///
/// Trainable variables are followed by themselves, tensors after watch(). Tapes nest: an outer tape records
/// what an inner one's gradient() computes, which gives higher derivatives. A tape belongs to the thread that
/// made it.
///
///     GradientTape tape;
///     Tensor loss = reduce_mean(square(layer(x) - target));
///     Tensor dw = tape.gradient(loss, layer.kernel);
class KERATIN_EXPORT GradientTape {
public:
    explicit GradientTape(TapeOptions options = {});
    ~GradientTape();
    GradientTape(const GradientTape&) = delete;
    GradientTape& operator=(const GradientTape&) = delete;

    /// Follows a tensor (floating; DTypeError otherwise) or a variable that is not trainable.
    void watch(const Tensor& tensor);
    void watch(const Variable& variable);

    /// dTarget/dSource, of the source's shape; the gradient of the sum when target has several elements. An
    /// undefined tensor where target does not depend on the source. A tape that is not persistent answers
    /// once and stops recording; a second call throws ValueError.
    Tensor gradient(const Tensor& target, const GradientSource& source, const GradientOptions& options = {});
    std::vector<Tensor> gradient(const Tensor& target, std::initializer_list<GradientSource> sources,
                                 const GradientOptions& options = {});
    std::vector<Tensor> gradient(const Tensor& target, const std::vector<Variable>& sources,
                                 const GradientOptions& options = {});
    std::vector<Tensor> gradient(const Tensor& target, const std::vector<Tensor>& sources,
                                 const GradientOptions& options = {});
    std::vector<Tensor> gradient(const Tensor& target, const std::vector<GradientSource>& sources,
                                 const GradientOptions& options = {});

    void stop_recording();  ///< operations from here on are not recorded
    void resume_recording();
    bool recording() const { return window_.recording; }
    void reset();  ///< forgets what was recorded

    /// As gradient(), but writes into the given tensors where they are defined, of the right shape and shared
    /// by nobody: a training loop's gradients stay in the same memory from step to step.
    void gradient_into(const Tensor& target, std::span<const Variable> sources, std::span<Tensor> results);

private:
    /// `results` holds memory that may be written into, and then the gradients.
    void run(const Tensor& target, std::span<const GradientSource> sources, const GradientOptions& options,
             std::span<Tensor> results);
    void require_thread(const char* call) const;
    void set_recording(bool on);

    TapeOptions options_;
    bool used_ = false;
    uint32_t recorder_ = 0;  ///< number of its thread's record
    detail::TapeWindow window_;
};

/// While it lives, no tape of this thread records: for what is not part of the function that is
/// differentiated.
class KERATIN_EXPORT NoGradient {
public:
    NoGradient();
    ~NoGradient();
    NoGradient(const NoGradient&) = delete;
    NoGradient& operator=(const NoGradient&) = delete;

private:
    int paused_;
};

/// The same value, cut from the tape (tf.stop_gradient).
KERATIN_EXPORT Tensor stop_gradient(const Tensor& x);

}  // namespace keratin
