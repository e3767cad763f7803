#include "support/catch.hpp"

#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"
#include "support/numbers.hpp"

#include <keratin/data/timeseries.hpp>
#include <keratin/ops/elementwise.hpp>

#include <algorithm>

using namespace keratin;
using utils::timeseries_dataset_from_array;

TEST_CASE("Windows over a series are Keras's", "[data][timeseries]") {
    const auto& golden = golden::load("data.json").at("timeseries");
    const Tensor data = golden::tensor(golden.at("data")), targets = golden::tensor(golden.at("targets"));
    for (const auto& c : golden.at("cases")) {
        const auto& args = c.at("args");
        INFO(args.dump());
        utils::TimeseriesOptions options;
        options.sequence_stride = args.value("sequence_stride", 1);
        options.sampling_rate = args.value("sampling_rate", 1);
        if (args.contains("batch_size") && args["batch_size"].is_null()) options.batch_size.reset();
        if (args.contains("batch_size") && !args["batch_size"].is_null())
            options.batch_size = args["batch_size"].get<int64_t>();
        if (args.contains("start_index")) options.start_index = args["start_index"].get<int64_t>();
        if (args.contains("end_index")) options.end_index = args["end_index"].get<int64_t>();
        const bool labelled = !c.at("y").empty();
        size_t i = 0;
        for (const Batch& batch : timeseries_dataset_from_array(data, labelled ? targets : Tensor(),
                                                                args.at("sequence_length"), options)) {
            REQUIRE(i < c.at("x").size());
            CHECK(batch.x.front().shape() == golden::tensor(c.at("x")[i]).shape());
            CHECK(golden::mismatch(batch.x, c.at("x")[i], 0) == "");
            CHECK(batch.y.size() == (labelled ? 1 : 0));
            if (labelled) CHECK(golden::mismatch(batch.y, c.at("y")[i], 0) == "");
            ++i;
        }
        CHECK(i == c.at("x").size());
    }
}

TEST_CASE("Shuffled windows come all, with their targets, in other orders", "[data][timeseries]") {
    const Tensor data = arange(0, 20, 1), targets = data * 10;
    const auto starts = [&](const data::Pipeline& windows) {
        std::vector<double> all;
        for (const Batch& batch : windows)
            for (int64_t i = 0; i < batch.x.front().shape()[0]; ++i) {
                all.push_back(batch.x.front().at<float>({i, 0}));
                CHECK(batch.y.front().at<float>({i}) == 10 * all.back());
            }
        return all;
    };
    const auto windows =
        timeseries_dataset_from_array(data, targets, 4, {.batch_size = 3, .shuffle = true, .seed = 5});
    std::vector<double> first = starts(windows), second = starts(windows);
    CHECK(first != second);
    CHECK(starts(timeseries_dataset_from_array(data, targets, 4,
                                               {.batch_size = 3, .shuffle = true, .seed = 5})) == first);
    std::sort(first.begin(), first.end());
    CHECK(first == numbers::of(arange(0, 17, 1)));
}

TEST_CASE("Windows that cannot be are refused", "[data][timeseries][errors]") {
    const Tensor data = zeros({10, 2});
    const auto refused = [&](int64_t length, const utils::TimeseriesOptions& options,
                             const std::string& text) {
        CHECK_THROWS_MATCHES(timeseries_dataset_from_array(data, {}, length, options), ValueError,
                             Message("timeseries_dataset_from_array: " + text));
    };
    refused(0, {}, "sequence_length is 0; it must be at least 1");
    refused(2, {.sequence_stride = 10}, "sequence_stride is 10; it must be at least 1 and below 10");
    refused(2, {.sampling_rate = 0}, "sampling_rate is 0; it must be at least 1 and below 10");
    refused(2, {.start_index = -1}, "start_index is -1; it must be at least 0 and below 10");
    refused(2, {.start_index = 4, .end_index = 4}, "end_index is 4; it must be at least 5 and below 10");
    refused(2, {.batch_size = 0, .shuffle = true}, "batch_size is 0; it must be at least 1");
    refused(2, {.shuffle = true, .seed = uint64_t{1} << 40},
            "seed is 1099511627776; it must be below 2^32, as NumPy's");
    CHECK(timeseries_dataset_from_array(data, {}, INT64_MAX, {.sampling_rate = 9}).cardinality() == 0);
    CHECK_THROWS_MATCHES(timeseries_dataset_from_array(data, zeros({5}), 2, {.start_index = 3}), ValueError,
                         Message("timeseries_dataset_from_array: the window at step 7 has no target; there "
                                 "are 5, and they count from step 0"));
    CHECK_THROWS_AS(timeseries_dataset_from_array(Tensor::scalar(1), {}, 2), ShapeError);
}
