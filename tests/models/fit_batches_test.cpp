#include "support/catch.hpp"

#include "models/watched.hpp"

#include <keratin/core/random.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using watched::Batches;
using watched::joined;
using watched::numbered;
using watched::range;
using watched::Spy;

TEST_CASE("fit keeps the last batch, which may be smaller", "[models][fit]") {
    const auto [batch_size, expected] =
        GENERATE(table<int64_t, Batches>({{3, {{0, 1, 2}, {3, 4, 5}, {6}}},
                                          {7, {{0, 1, 2, 3, 4, 5, 6}}},
                                          {32, {{0, 1, 2, 3, 4, 5, 6}}},
                                          {1, {{0}, {1}, {2}, {3}, {4}, {5}, {6}}}}));
    Batches seen;
    watched::model(seen).fit(numbered(7), {.batch_size = batch_size, .verbose = 0, .shuffle = false});
    CHECK(seen == expected);
}

TEST_CASE("A batch has 32 samples unless told otherwise", "[models][fit]") {
    Batches seen;
    watched::model(seen).fit(numbered(40), {.verbose = 0, .shuffle = false});
    CHECK(seen == Batches{range(0, 32), range(32, 40)});
}

TEST_CASE("fit shuffles anew in each epoch, by the default generator's permutations", "[models][fit]") {
    set_random_seed(5);
    std::vector<int> expected = watched::numbers_of(random::permutation(9));
    const std::vector<int> second = watched::numbers_of(random::permutation(9));
    CHECK(expected != second);
    expected.insert(expected.end(), second.begin(), second.end());
    for (int repeated = 0; repeated < 2; ++repeated) {
        Batches seen;
        Sequential model = watched::model(seen);
        model.build({1, 2});
        set_random_seed(5);
        model.fit(numbered(9), {.batch_size = 4, .epochs = 2, .verbose = 0});
        CHECK(joined(seen) == expected);
        CHECK(seen[2].size() == 1);
    }
}

TEST_CASE("x and the weights are shuffled with y", "[models][fit]") {
    Batches seen;
    Sequential model = watched::model(seen);
    double worst = 0;
    int updates = 0;
    model.compile(
        {.optimizer = optimizers::SGD({.learning_rate = 0}),
         .loss = "mse",
         .weighted_metrics = {Spy([&](const Tensor& y_true, const Tensor& y_pred, const Tensor& weight) {
             // The weights below make a prediction twice the number of its sample.
             worst = std::max({worst, numbers::difference(y_true * 2, y_pred),
                               numbers::difference(y_true, expand_dims(weight, -1))});
             ++updates;
         })}});
    model.build({1, 2});
    model.set_weights({Tensor::from({2.f, 0.f}, {2, 1}), zeros({1})});
    const Dataset data = numbered(50);
    model.fit(data, {.batch_size = 7, .epochs = 3, .verbose = 0, .sample_weight = reshape(data.y, {50})});
    CHECK(worst == 0);
    CHECK(updates == 3 * 8);
}

TEST_CASE("validation_split takes the end, before shuffling", "[models][fit]") {
    const auto [samples, split, kept] =
        GENERATE(table<int, double, int>({{10, 0.3, 7}, {10, 0.25, 7}, {7, 0.5, 3}, {5, 0.01, 4}}));
    Batches seen;
    Sequential model = watched::model(seen);
    const History history = model.fit(
        numbered(samples), {.batch_size = 100, .epochs = 2, .verbose = 0, .validation_split = split});
    REQUIRE(seen.size() == 4);
    for (const size_t epoch : {0u, 1u}) {
        std::vector<int> trained = seen[2 * epoch];
        std::sort(trained.begin(), trained.end());
        CHECK(trained == range(0, kept));
        CHECK(seen[2 * epoch + 1] == range(kept, samples));
    }
    CHECK(history["val_loss"].size() == 2);
}

TEST_CASE("validation_data comes before validation_split", "[models][fit]") {
    Batches seen;
    Sequential model = watched::model(seen);
    model.fit(numbered(4),
              {.verbose = 0, .validation_split = 0.5, .validation_data = numbered(3, 100), .shuffle = false});
    CHECK(seen == Batches{range(0, 4), range(100, 103)});
}

TEST_CASE("Validation has its own batch size and number of steps", "[models][fit]") {
    Batches seen;
    Sequential model = watched::model(seen);
    FitOptions options{.verbose = 0, .validation_data = numbered(7, 100), .shuffle = false};
    const auto validated = [&] {
        seen.clear();
        model.fit(numbered(2), options);
        return Batches(seen.begin() + 1, seen.end());
    };
    options.validation_batch_size = 3;
    CHECK(validated() == Batches{range(100, 103), range(103, 106), range(106, 107)});
    options.validation_steps = 2;
    CHECK(validated() == Batches{range(100, 103), range(103, 106)});
    options.validation_batch_size = {};
    options.batch_size = 5;
    options.validation_steps = 1;
    CHECK(validated() == Batches{range(100, 105)});
}

TEST_CASE("validation_freq leaves epochs without validation", "[models][fit]") {
    Batches seen;
    Sequential model = watched::model(seen);
    const History history = model.fit(
        numbered(2), {.epochs = 7, .verbose = 0, .validation_data = numbered(1, 9), .validation_freq = 3});
    CHECK(std::count(seen.begin(), seen.end(), std::vector<int>{9}) == 2);
    CHECK(history["val_loss"].size() == 2);
    CHECK(history["loss"].size() == 7);
}

TEST_CASE("steps_per_epoch runs on through the samples over epochs", "[models][fit]") {
    Batches seen;
    Sequential model = watched::model(seen);
    model.fit(numbered(5),
              {.batch_size = 2, .epochs = 3, .verbose = 0, .shuffle = false, .steps_per_epoch = 2});
    CHECK(seen == Batches{{0, 1}, {2, 3}, {4}, {0, 1}, {2, 3}, {4}});
    seen.clear();
    model.fit(numbered(3), {.batch_size = 2, .verbose = 0, .shuffle = false, .steps_per_epoch = 5});
    CHECK(seen == Batches{{0, 1}, {2}, {0, 1}, {2}, {0, 1}});
}

TEST_CASE("Shuffled samples run out before any comes again", "[models][fit]") {
    Batches seen;
    watched::model(seen).fit(numbered(6), {.batch_size = 2, .epochs = 4, .verbose = 0, .steps_per_epoch = 3});
    for (size_t epoch = 0; epoch < 4; ++epoch) {
        std::vector<int> all = joined(Batches(seen.begin() + static_cast<long>(3 * epoch),
                                              seen.begin() + static_cast<long>(3 * epoch + 3)));
        std::sort(all.begin(), all.end());
        CHECK(all == range(0, 6));
    }
}

TEST_CASE("fit begins at initial_epoch", "[models][fit]") {
    const auto [initial, epochs, expected] = GENERATE(table<int64_t, int64_t, std::vector<int64_t>>(
        {{0, 2, {0, 1}}, {1, 3, {1, 2}}, {3, 3, {}}, {4, 3, {}}, {0, 0, {}}}));
    Batches seen;
    Sequential model = watched::model(seen);
    const History history =
        model.fit(numbered(3), {.epochs = epochs, .verbose = 0, .initial_epoch = initial});
    CHECK(history.epoch == expected);
    CHECK(seen.size() == expected.size());
    CHECK(history.history.size() == (expected.empty() ? 0 : 1));
}
