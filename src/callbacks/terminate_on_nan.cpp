#include <keratin/callbacks/terminate_on_nan.hpp>

#include <keratin/models/model.hpp>

#include <cmath>
#include <cstdio>

namespace keratin::callbacks {

void TerminateOnNaN::on_train_batch_end(int64_t batch, const Logs& logs) {
    const double* loss = logs.find("loss");
    if (!loss || std::isfinite(*loss)) return;
    if (raise_error_)
        fail<ValueError>("{}: the loss of batch {} is {}; a smaller learning rate or clipnorm may help",
                         model->name(), batch, *loss);
    fmt::print("Batch {}: Invalid loss, terminating training\n", batch);
    model->stop_training();
}

}  // namespace keratin::callbacks
