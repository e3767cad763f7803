#pragma once

#include <keratin/models/callback.hpp>
#include <keratin/models/model.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace test {

/// One call of a callback.
struct Event {
    std::string hook;
    std::optional<int64_t> index;
    std::vector<std::string> log_keys;

    bool operator==(const Event&) const = default;
};

/// Writes down every call, and does something at each of them.
class Recorder : public keratin::callbacks::Callback {
public:
    using Action = std::function<void(const Event&)>;
    explicit Recorder(Action action = {}) : action_(std::move(action)) {}

    using Logs = keratin::Logs;
    void on_train_begin(const Logs& logs) override { note("on_train_begin", {}, logs); }
    void on_train_end(const Logs& logs) override { note("on_train_end", {}, logs); }
    void on_epoch_begin(int64_t i, const Logs& logs) override { note("on_epoch_begin", i, logs); }
    void on_epoch_end(int64_t i, Logs& logs) override { note("on_epoch_end", i, logs); }
    void on_train_batch_begin(int64_t i, const Logs& logs) override { note("on_train_batch_begin", i, logs); }
    void on_train_batch_end(int64_t i, const Logs& logs) override { note("on_train_batch_end", i, logs); }
    void on_test_begin(const Logs& logs) override { note("on_test_begin", {}, logs); }
    void on_test_end(const Logs& logs) override { note("on_test_end", {}, logs); }
    void on_test_batch_begin(int64_t i, const Logs& logs) override { note("on_test_batch_begin", i, logs); }
    void on_test_batch_end(int64_t i, const Logs& logs) override { note("on_test_batch_end", i, logs); }
    void on_predict_begin(const Logs& logs) override { note("on_predict_begin", {}, logs); }
    void on_predict_end(const Logs& logs) override { note("on_predict_end", {}, logs); }
    void on_predict_batch_begin(int64_t i, const Logs& logs) override {
        note("on_predict_batch_begin", i, logs);
    }
    void on_predict_batch_end(int64_t i, const Logs& logs) override { note("on_predict_batch_end", i, logs); }

    std::vector<Event> events;

private:
    void note(const char* hook, std::optional<int64_t> index, const Logs& logs) {
        Event event{hook, index, {}};
        for (const auto& [name, value] : logs) event.log_keys.push_back(name);
        events.push_back(event);
        if (action_) action_(event);
    }

    Action action_;
};

}  // namespace test
