#include "support/catch.hpp"

#include "data/shuffling.hpp"
#include "support/golden.hpp"
#include "support/numbers.hpp"

#include <keratin/data/split_dataset.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;

TEST_CASE("Orders are those of NumPy's and Python's generators", "[data][split]") {
    for (const auto& c : golden::load("data.json").at("shuffles"))
        CHECK(data::numpy_order(c.at("n"), c.at("seed"), "test") ==
              c.at("order").get<std::vector<int64_t>>());
    CHECK_THROWS_MATCHES(data::numpy_order(3, uint64_t{1} << 32, "test"), ValueError,
                         Message("test: seed is 4294967296; it must be below 2^32, as NumPy's"));
    CHECK(data::numpy_order(0, 1, "test").empty());
}

TEST_CASE("A data set is split as Keras splits it", "[data][split]") {
    for (const auto& c : golden::load("data.json").at("splits")) {
        const auto& args = c.at("args");
        INFO(args.dump());
        utils::SplitDatasetOptions options;
        const auto size = [&](const char* name) -> std::optional<Scalar> {
            if (!args.contains(name)) return std::nullopt;
            if (args[name].is_number_float()) return Scalar(args[name].get<double>());
            return Scalar(args[name].get<int64_t>());
        };
        options.left_size = size("left_size");
        options.right_size = size("right_size");
        options.shuffle = args.contains("shuffle");
        if (args.contains("seed")) options.seed = args["seed"].get<uint64_t>();
        const Tensor x = arange(0, c.at("n").get<int64_t>(), 1, int64);
        if (c.at("left").is_null()) {
            CHECK_THROWS_AS(utils::split_dataset(x, options), ValueError);
            continue;
        }
        const auto [left, right] = utils::split_dataset(Dataset{x, x * 2, 0.5}, options);
        CHECK(numbers::of(left.x) == c.at("left").get<std::vector<double>>());
        CHECK(numbers::of(right.x) == c.at("right").get<std::vector<double>>());
        CHECK(numbers::of(right.y) == numbers::of(right.x * 2));
        CHECK(left.scale == 0.5);
    }
    CHECK_THROWS_MATCHES(utils::split_dataset(zeros({3}), {.left_size = 0.1}), ValueError,
                         Message("split_dataset: of 3 samples 0 are left and 3 right; no side may be empty"));
    CHECK_THROWS_AS(utils::split_dataset(Dataset{zeros({3}), zeros({4})}, {.left_size = 1}), ShapeError);
}
