#include "data/stage.hpp"

#include <keratin/core/error.hpp>

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace keratin::data {
namespace {

constexpr int64_t most_ahead = 4096;  ///< elements; more would change nothing but the memory taken

/// What the producer has to say about one element: it, why there is none, or that the run is at its end.
struct Item {
    std::optional<Batch> element;
    std::exception_ptr exception = nullptr;

    bool is_end() const { return !element && !exception; }
};

Item next_item(const Elements& elements) {
    try {
        return {elements()};
    } catch (...) {
        return {std::nullopt, std::current_exception()};
    }
}

/// Between the producing thread and the one that runs through the pipeline. All memory is taken beforehand:
/// nobody could hear the producer fail.
class Queue {
public:
    Queue(Elements elements, size_t capacity) : elements_(std::move(elements)), items_(capacity) {}

    void produce(const std::stop_token& stop) {
        for (bool more = true; more;) {
            std::unique_lock lock(mutex_);
            if (!has_room_.wait(lock, stop, [&] { return count_ < items_.size(); })) return;
            lock.unlock();
            Item item = next_item(elements_);
            more = !item.is_end() && !stop.stop_requested();
            lock.lock();
            items_[(first_ + count_++) % items_.size()] = std::move(item);
            has_items_.notify_one();
        }
    }
    Item take() {
        std::unique_lock lock(mutex_);
        has_items_.wait(lock, [&] { return count_ > 0; });
        if (items_[first_].is_end()) return {};  // it stays
        Item item = std::exchange(items_[first_], {});
        first_ = (first_ + 1) % items_.size();
        --count_;
        has_room_.notify_one();
        return item;
    }

private:
    const Elements elements_;
    std::mutex mutex_;
    std::condition_variable_any has_room_;
    std::condition_variable has_items_;
    std::vector<Item> items_;  ///< a ring
    size_t first_ = 0;
    size_t count_ = 0;
};

class Prefetch {
public:
    Prefetch(Elements elements, int64_t capacity)
        : queue_(std::make_unique<Queue>(std::move(elements),
                                         static_cast<size_t>(std::min(capacity, most_ahead)))),
          thread_(std::make_unique<std::jthread>(
              [queue = queue_.get()](const std::stop_token& stop) { queue->produce(stop); })) {}
    ~Prefetch() {
        if (process_ == ::getpid()) return;
        // The thread stayed in the parent and may have left anything half done: nothing here can be touched.
        static_cast<void>(thread_.release());
        static_cast<void>(queue_.release());
    }
    Prefetch(const Prefetch&) = delete;
    Prefetch& operator=(const Prefetch&) = delete;

    std::optional<Batch> next() {
        if (process_ != ::getpid())
            fail<ValueError>(
                "Pipeline::prefetch: this run began before fork(), and its thread is in the parent; begin "
                "another in the child");
        Item item = queue_->take();
        if (item.exception) std::rethrow_exception(item.exception);
        return std::move(item.element);
    }

private:
    const pid_t process_ = ::getpid();
    std::unique_ptr<Queue> queue_;
    std::unique_ptr<std::jthread> thread_;  ///< last: ends before its queue does
};

}  // namespace

Elements prefetched(Elements elements, int64_t capacity) {
    try {
        return [run = std::make_shared<Prefetch>(elements, capacity)] { return run->next(); };
    } catch (const std::system_error&) {
        return elements;  // the system has no more threads: the same elements, one by one
    }
}

}  // namespace keratin::data
