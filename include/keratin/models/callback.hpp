#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/handle.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/models/logs.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace keratin {

class Model;

/// What a callback may know about the run (Keras's callback.params).
struct RunParameters {
    int64_t epochs = 1;
    int64_t steps = 0;  ///< per epoch; 0 when unknown
    int verbose = 0;
};

namespace callbacks {

/// What a callback remembers between epochs; null and empty for one that remembers nothing.
struct CallbackState {
    Config values = {};
    std::vector<Tensor> tensors = {};
};

/// Is told what fit(), evaluate() and predict() do (keras.callbacks.Callback). Override what you need;
/// indices count from 0. Logs may be changed by on_epoch_end (ReduceLROnPlateau adds learning_rate).
class KERATIN_EXPORT Callback {
public:
    virtual ~Callback() = default;

    virtual void on_train_begin(const Logs&) {}
    virtual void on_train_end(const Logs&) {}
    virtual void on_epoch_begin(int64_t /*epoch*/, const Logs&) {}
    virtual void on_epoch_end(int64_t /*epoch*/, Logs&) {}
    virtual void on_train_batch_begin(int64_t /*batch*/, const Logs&) {}
    virtual void on_train_batch_end(int64_t /*batch*/, const Logs&) {}
    virtual void on_test_begin(const Logs&) {}
    virtual void on_test_end(const Logs&) {}
    virtual void on_test_batch_begin(int64_t /*batch*/, const Logs&) {}
    virtual void on_test_batch_end(int64_t /*batch*/, const Logs&) {}
    virtual void on_predict_begin(const Logs&) {}
    virtual void on_predict_end(const Logs&) {}
    virtual void on_predict_batch_begin(int64_t /*batch*/, const Logs&) {}
    virtual void on_predict_batch_end(int64_t /*batch*/, const Logs&) {}
    /// fit() is asked to end early (FitOptions::stop), between two batches or two epochs. The epoch under way
    /// is then closed as any other, but checkpoints show this moment.
    virtual void on_interrupt() {}

    /// What a checkpoint keeps of this callback, and how another object of its class takes it over when fit()
    /// goes on from there: after on_train_begin(), and after on_epoch_begin() of an epoch under way. Override
    /// both or none. restore() throws ValueError for what state() never gives.
    virtual CallbackState state() const { return {}; }
    virtual void restore(const CallbackState&) {}

    /// Set before on_train_begin (on_test_begin, on_predict_begin).
    Model* model = nullptr;
    RunParameters params;
};

}  // namespace callbacks

/// A callback as an option: the object itself, std::ref(object) to look at it afterwards, or a shared
/// pointer.
class CallbackHandle {
public:
    template <class C>
    requires std::derived_from<std::remove_cvref_t<C>, callbacks::Callback> CallbackHandle(
        C&& callback)  // NOLINT: implicit by design
        : callback_(std::make_shared<std::remove_cvref_t<C>>(std::forward<C>(callback))) {}
    template <std::derived_from<callbacks::Callback> C>
    CallbackHandle(std::shared_ptr<C> callback) : callback_(std::move(callback)) {}  // NOLINT
    template <std::derived_from<callbacks::Callback> C>
    CallbackHandle(std::reference_wrapper<C> callback)  // NOLINT
        : callback_(std::shared_ptr<callbacks::Callback>(), &callback.get()) {}

    callbacks::Callback* operator->() const { return callback_.get(); }
    callbacks::Callback& operator*() const { return *callback_; }

private:
    std::shared_ptr<callbacks::Callback> callback_;
};

}  // namespace keratin
