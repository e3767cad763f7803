#pragma once

#include <keratin/models/callback.hpp>

#include <functional>
#include <utility>

namespace keratin::callbacks {

/// A callback made of functions (keras.callbacks.LambdaCallback).
class LambdaCallback : public Callback {
public:
    struct Options {
        std::function<void(int64_t epoch, const Logs&)> on_epoch_begin = {};
        std::function<void(int64_t epoch, Logs&)> on_epoch_end = {};
        std::function<void(const Logs&)> on_train_begin = {};
        std::function<void(const Logs&)> on_train_end = {};
        std::function<void(int64_t batch, const Logs&)> on_train_batch_begin = {};
        std::function<void(int64_t batch, const Logs&)> on_train_batch_end = {};
        std::function<void(const Logs&)> on_test_begin = {};
        std::function<void(const Logs&)> on_test_end = {};
        std::function<void(const Logs&)> on_predict_begin = {};
        std::function<void(const Logs&)> on_predict_end = {};
        std::function<void(int64_t batch, const Logs&)> on_test_batch_begin = {};
        std::function<void(int64_t batch, const Logs&)> on_test_batch_end = {};
        std::function<void(int64_t batch, const Logs&)> on_predict_batch_begin = {};
        std::function<void(int64_t batch, const Logs&)> on_predict_batch_end = {};
    };
    explicit LambdaCallback(Options options) : options_(std::move(options)) {}

    void on_epoch_begin(int64_t epoch, const Logs& logs) override {
        if (options_.on_epoch_begin) options_.on_epoch_begin(epoch, logs);
    }
    void on_epoch_end(int64_t epoch, Logs& logs) override {
        if (options_.on_epoch_end) options_.on_epoch_end(epoch, logs);
    }
    void on_train_begin(const Logs& logs) override {
        if (options_.on_train_begin) options_.on_train_begin(logs);
    }
    void on_train_end(const Logs& logs) override {
        if (options_.on_train_end) options_.on_train_end(logs);
    }
    void on_train_batch_begin(int64_t batch, const Logs& logs) override {
        if (options_.on_train_batch_begin) options_.on_train_batch_begin(batch, logs);
    }
    void on_train_batch_end(int64_t batch, const Logs& logs) override {
        if (options_.on_train_batch_end) options_.on_train_batch_end(batch, logs);
    }
    void on_test_begin(const Logs& logs) override {
        if (options_.on_test_begin) options_.on_test_begin(logs);
    }
    void on_test_end(const Logs& logs) override {
        if (options_.on_test_end) options_.on_test_end(logs);
    }
    void on_predict_begin(const Logs& logs) override {
        if (options_.on_predict_begin) options_.on_predict_begin(logs);
    }
    void on_predict_end(const Logs& logs) override {
        if (options_.on_predict_end) options_.on_predict_end(logs);
    }
    void on_test_batch_begin(int64_t batch, const Logs& logs) override {
        if (options_.on_test_batch_begin) options_.on_test_batch_begin(batch, logs);
    }
    void on_test_batch_end(int64_t batch, const Logs& logs) override {
        if (options_.on_test_batch_end) options_.on_test_batch_end(batch, logs);
    }
    void on_predict_batch_begin(int64_t batch, const Logs& logs) override {
        if (options_.on_predict_batch_begin) options_.on_predict_batch_begin(batch, logs);
    }
    void on_predict_batch_end(int64_t batch, const Logs& logs) override {
        if (options_.on_predict_batch_end) options_.on_predict_batch_end(batch, logs);
    }

private:
    Options options_;
};

}  // namespace keratin::callbacks
