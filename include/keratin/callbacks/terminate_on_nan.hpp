#pragma once

#include <keratin/models/callback.hpp>

namespace keratin::callbacks {

/// Ends training at the first batch whose loss is NaN or infinite (keras.callbacks.TerminateOnNaN): with a
/// message on standard output, or a ValueError when raise_error.
class KERATIN_EXPORT TerminateOnNaN : public Callback {
public:
    explicit TerminateOnNaN(bool raise_error = false) : raise_error_(raise_error) {}
    void on_train_batch_end(int64_t batch, const Logs& logs) override;

private:
    bool raise_error_;
};

}  // namespace keratin::callbacks
