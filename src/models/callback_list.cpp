#include <keratin/models/callback_list.hpp>

#include <keratin/models/progbar_logger.hpp>

#include <algorithm>

namespace keratin::callbacks {

CallbackList::CallbackList(std::vector<CallbackHandle> callbacks, const CallbackListOptions& options)
    : callbacks_(std::move(callbacks)) {
    model = options.model;
    params = options.params;
    if (options.add_progbar && !has_progbar()) callbacks_.emplace_back(ProgbarLogger());
    hand_down();
}

void CallbackList::append(CallbackHandle callback) {
    callbacks_.push_back(std::move(callback));
    hand_down();
}

void CallbackList::set_model(Model* of_run) {
    model = of_run;
    hand_down();
}

void CallbackList::set_params(const RunParameters& of_run) {
    params = of_run;
    hand_down();
}

void CallbackList::hand_down() const {
    for (const CallbackHandle& callback : callbacks_) {
        callback->model = model;
        callback->params = params;
        if (const auto* list = dynamic_cast<const CallbackList*>(&*callback)) list->hand_down();
    }
}

bool CallbackList::has_progbar() const {
    return std::any_of(callbacks_.begin(), callbacks_.end(), [](const CallbackHandle& callback) {
        const auto* list = dynamic_cast<const CallbackList*>(&*callback);
        return list ? list->has_progbar() : dynamic_cast<const ProgbarLogger*>(&*callback) != nullptr;
    });
}

bool CallbackList::wants_batch_logs() const {
    return std::any_of(callbacks_.begin(), callbacks_.end(), [](const CallbackHandle& callback) {
        if (const auto* list = dynamic_cast<const CallbackList*>(&*callback)) return list->wants_batch_logs();
        const auto* bar = dynamic_cast<const ProgbarLogger*>(&*callback);
        return !bar || bar->due();
    });
}

void CallbackList::on_train_begin(const Logs& logs) {
    hand_down();
    for (const CallbackHandle& callback : callbacks_) callback->on_train_begin(logs);
}

void CallbackList::on_test_begin(const Logs& logs) {
    hand_down();
    for (const CallbackHandle& callback : callbacks_) callback->on_test_begin(logs);
}

void CallbackList::on_predict_begin(const Logs& logs) {
    hand_down();
    for (const CallbackHandle& callback : callbacks_) callback->on_predict_begin(logs);
}

void CallbackList::on_epoch_begin(int64_t epoch, const Logs& logs) {
    for (const CallbackHandle& callback : callbacks_) callback->on_epoch_begin(epoch, logs);
}

void CallbackList::on_epoch_end(int64_t epoch, Logs& logs) {
    for (const CallbackHandle& callback : callbacks_) callback->on_epoch_end(epoch, logs);
}

void CallbackList::on_train_batch_begin(int64_t batch, const Logs& logs) {
    for (const CallbackHandle& callback : callbacks_) callback->on_train_batch_begin(batch, logs);
}

void CallbackList::on_train_batch_end(int64_t batch, const Logs& logs) {
    for (const CallbackHandle& callback : callbacks_) callback->on_train_batch_end(batch, logs);
}

void CallbackList::on_train_end(const Logs& logs) {
    for (const CallbackHandle& callback : callbacks_) callback->on_train_end(logs);
}

void CallbackList::on_test_batch_begin(int64_t batch, const Logs& logs) {
    for (const CallbackHandle& callback : callbacks_) callback->on_test_batch_begin(batch, logs);
}

void CallbackList::on_test_batch_end(int64_t batch, const Logs& logs) {
    for (const CallbackHandle& callback : callbacks_) callback->on_test_batch_end(batch, logs);
}

void CallbackList::on_test_end(const Logs& logs) {
    for (const CallbackHandle& callback : callbacks_) callback->on_test_end(logs);
}

void CallbackList::on_predict_batch_begin(int64_t batch, const Logs& logs) {
    for (const CallbackHandle& callback : callbacks_) callback->on_predict_batch_begin(batch, logs);
}

void CallbackList::on_predict_batch_end(int64_t batch, const Logs& logs) {
    for (const CallbackHandle& callback : callbacks_) callback->on_predict_batch_end(batch, logs);
}

void CallbackList::on_predict_end(const Logs& logs) {
    for (const CallbackHandle& callback : callbacks_) callback->on_predict_end(logs);
}

void CallbackList::on_interrupt() {
    for (const CallbackHandle& callback : callbacks_) callback->on_interrupt();
}

}  // namespace keratin::callbacks
