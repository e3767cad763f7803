#include "support/catch.hpp"

#include <keratin/core/random.hpp>
#include <keratin/metrics.hpp>

using namespace keratin;

TEST_CASE("A metric takes over what another of its kind has gathered", "[metrics][checkpoint]") {
    const auto truth = [](uint64_t seed) {
        return random::uniform({6, 2}, {.minval = 0, .maxval = 2, .dtype = int64, .seed = seed});
    };
    const auto said = [](uint64_t seed) { return random::uniform({6, 2}, {.seed = seed}); };
    const std::vector<MetricHandle> all = {metrics::Mean(),
                                           metrics::Sum(),
                                           metrics::BinaryAccuracy(),
                                           metrics::AUC({.num_thresholds = 20}),
                                           metrics::Precision({.thresholds = {0.2, 0.7}}),
                                           metrics::TruePositives(),
                                           metrics::FBetaScore({.beta = 2, .threshold = 0.5}),
                                           metrics::BinaryIoU(),
                                           metrics::R2Score(),
                                           metrics::RootMeanSquaredError()};
    for (const MetricHandle& handle : all) {
        INFO(handle.name());
        const auto one = handle.metric()->fresh(), other = handle.metric()->fresh();
        one->update_state(truth(1), said(2));
        const double half = one->result();
        other->update_state(truth(9), said(9));
        other->restore(Config::from_json(one->state().to_json()));
        CHECK(other->result() == half);
        one->update_state(truth(3), said(4));
        other->update_state(truth(3), said(4));
        CHECK(one->result() == other->result());
        CHECK(one->result() != half);
        CHECK_THROWS_AS(other->restore("words"), ValueError);
        CHECK(one->result() == other->result());
    }
    CHECK_THROWS_AS(metrics::Mean().restore(Config::List{1.0}), ValueError);
    CHECK_THROWS_AS(metrics::MeanIoU(3).restore(Config::List{1, 2}), ValueError);
    CHECK_THROWS_AS(metrics::Precision().restore(Config::List{1, 2}), ValueError);
    CHECK_THROWS_AS(metrics::F1Score().restore(Config::List{1.0}), ValueError);
    CHECK_THROWS_AS(metrics::R2Score().restore(Config::List{1.0}), ValueError);
}
