#include "support/catch.hpp"

#include "models/watched.hpp"
#include "support/recorder.hpp"

#include <cstddef>
#include <list>

using namespace keratin;
using watched::Batches;
using watched::numbered;
using watched::range;

namespace {

Batch batch(int n, int first) {
    const Dataset data = numbered(n, first);
    return {data.x, data.y};
}

/// An input range: its batches are nowhere before they are asked for.
struct MadeAsItGoes {
    std::vector<int> firsts;

    struct Iterator {
        using value_type = Batch;
        using difference_type = std::ptrdiff_t;
        std::vector<int>::const_iterator at;

        Batch operator*() const { return batch(1, *at); }
        Iterator& operator++() {
            ++at;
            return *this;
        }
        void operator++(int) { ++at; }
        bool operator==(const Iterator&) const = default;
    };
    Iterator begin() const { return {firsts.begin()}; }
    Iterator end() const { return {firsts.end()}; }
};

}  // namespace

TEST_CASE("A function makes the batches, and knows epoch and step", "[models][fit][batch_source]") {
    Batches seen;
    Sequential model = watched::model(seen);
    std::vector<std::pair<int64_t, int64_t>> calls;
    const auto source = [&](int64_t epoch, int64_t step) -> std::optional<Batch> {
        calls.emplace_back(epoch, step);
        if (step > epoch) return std::nullopt;  // one batch more in each epoch
        return batch(2, static_cast<int>(10 * epoch + step));
    };
    const History history = model.fit(source, {.epochs = 2, .verbose = 0});
    CHECK(seen == Batches{{0, 1}, {10, 11}, {11, 12}});
    CHECK(calls == std::vector<std::pair<int64_t, int64_t>>{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}});
    CHECK(history["loss"].size() == 2);
}

TEST_CASE("A range of batches is run through once per epoch", "[models][fit][batch_source]") {
    Batches seen;
    Sequential model = watched::model(seen);
    const Batches twice = {{0, 1}, {7}, {0, 1}, {7}};
    const FitOptions options{.epochs = 2, .verbose = 0};
    SECTION("a vector") {
        model.fit(std::vector<Batch>{batch(2, 0), batch(1, 7)}, options);
        CHECK(seen == twice);
    }
    SECTION("a list") {
        model.fit(std::list<Batch>{batch(2, 0), batch(1, 7)}, options);
        CHECK(seen == twice);
    }
    SECTION("a range that makes them as it goes") {
        model.fit(MadeAsItGoes{{3, 5}}, options);
        CHECK(seen == Batches{{3}, {5}, {3}, {5}});
    }
}

TEST_CASE("steps_per_epoch ends an epoch of an endless source", "[models][fit][batch_source]") {
    Batches seen;
    Sequential model = watched::model(seen);
    test::Recorder recorder;
    const auto endless = [](int64_t epoch, int64_t step) {
        return batch(1, static_cast<int>(10 * epoch + step));
    };
    model.fit(endless, {.epochs = 2, .verbose = 0, .callbacks = {std::ref(recorder)}, .steps_per_epoch = 3});
    CHECK(seen == Batches{{0}, {1}, {2}, {10}, {11}, {12}});
    CHECK(recorder.params.steps == 3);
}

TEST_CASE("Batches may carry weights", "[models][fit][batch_source]") {
    Batches seen;
    Sequential model = watched::model(seen);
    model.optimizer().set_learning_rate(0);
    Batch weighted = batch(2, 1);
    weighted.sample_weight = Tensor::from({3.f, 0.f});
    // Predictions are 0: the loss is (3 * 1^2 + 0 * 2^2) / 2.
    CHECK(model.fit(std::vector<Batch>{weighted}, {.verbose = 0})["loss"][0] == Approx(1.5));
}

TEST_CASE("A fit on batches validates on tensors", "[models][fit][batch_source]") {
    Batches seen;
    Sequential model = watched::model(seen);
    const History history = model.fit(std::vector<Batch>{batch(2, 0)},
                                      {.batch_size = 2, .verbose = 0, .validation_data = numbered(3, 100)});
    CHECK(seen == Batches{{0, 1}, {100, 101}, {102}});
    CHECK(history["val_loss"].size() == 1);
}

TEST_CASE("fit says what does not go with batches of one's own", "[models][fit][batch_source][errors]") {
    clear_session();
    Batches seen;
    Sequential model = watched::model(seen);
    const std::string text =
        "sequential: validation_split, sample_weight and class_weight do not apply to batches of your own; "
        "put weights into Batch::sample_weight and give validation_data";
    const std::vector<Batch> one = {batch(1, 0)};
    CHECK_THROWS_MATCHES(model.fit(one, {.validation_split = 0.5}), ValueError, Message(text));
    CHECK_THROWS_MATCHES(model.fit(one, {.class_weight = {{0, 1.0}}}), ValueError, Message(text));
    CHECK_THROWS_MATCHES(model.fit(one, {.sample_weight = ones({1})}), ValueError, Message(text));
    CHECK_THROWS_MATCHES(model.fit(std::vector<Batch>(), {.verbose = 0}), ValueError,
                         Message("sequential: fit got no batch in epoch 1; give it data for every epoch"));
    CHECK_THROWS_MATCHES(model.fit(
                             [](int64_t epoch, int64_t step) -> std::optional<Batch> {
                                 if (epoch || step) return std::nullopt;
                                 return batch(1, 0);
                             },
                             {.epochs = 2, .verbose = 0}),
                         ValueError,
                         Message("sequential: fit got no batch in epoch 2; give it data for every epoch"));
}
