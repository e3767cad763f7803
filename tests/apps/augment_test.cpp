#include "support/catch.hpp"

#include "resnet20/augment.hpp"

#include <set>
#include <tuple>

using namespace keratin;

namespace {

constexpr int64_t side = 8, images = 400;

/// Images whose pixels differ from each other and from 0; the first pixel says which image it is.
Dataset numbered() {
    Tensor x = Tensor::empty({images, side, side, 1}, uint8);
    Tensor y = Tensor::empty({images}, int64);
    for (int64_t i = 0; i < images; ++i) {
        for (int64_t p = 0; p < side * side; ++p)
            x.mutable_data<uint8_t>()[static_cast<size_t>(i * side * side + p)] =
                static_cast<uint8_t>(1 + p + i % 2 * 100);
        y.mutable_data<int64_t>()[static_cast<size_t>(i)] = i % 2;
    }
    return {x, y, 0.5};
}

using Change = std::tuple<int64_t, int64_t, bool>;

float changed(const Change& change, int64_t row, int64_t column, int64_t label) {
    const auto [down, right, turned] = change;
    const int64_t r = row + down, c = (turned ? side - 1 - column : column) + right;
    if (r < 0 || r >= side || c < 0 || c >= side) return 0;
    return 0.5f * static_cast<float>(1 + r * side + c + label * 100);
}

/// Which moves, by up to 4 pixels, and turn give these pixels.
std::vector<Change> explanations(const float* image, int64_t label) {
    std::vector<Change> found;
    for (int64_t down = -4; down <= 4; ++down)
        for (int64_t right = -4; right <= 4; ++right)
            for (const bool turned : {false, true}) {
                bool same = true;
                for (int64_t p = 0; p < side * side && same; ++p)
                    same = image[p] == changed({down, right, turned}, p / side, p % side, label);
                if (same) found.emplace_back(down, right, turned);
            }
    return found;
}

}  // namespace

TEST_CASE("Augmented images are moved by up to 4 pixels and turned over, each in its own way",
          "[apps][nets]") {
    resnet20::AugmentedBatches batches(numbered(), 150, 7);
    CHECK(batches.steps() == 3);
    std::set<Change> seen;
    int64_t count = 0, ones = 0;
    for (int64_t step = 0; step < 3; ++step) {
        const Batch batch = *batches(0, step);
        const Tensor x = batch.x.front(), y = batch.y.front();
        REQUIRE(x.shape() == Shape{step < 2 ? 150 : 100, side, side, 1});
        for (int64_t i = 0; i < x.shape()[0]; ++i, ++count) {
            const int64_t label = y.data<int64_t>()[static_cast<size_t>(i)];
            ones += label;
            const auto how = explanations(x.data<float>().data() + i * side * side, label);
            REQUIRE(how.size() == 1);
            seen.insert(how[0]);
        }
    }
    CHECK_FALSE(batches(0, 3).has_value());
    CHECK(count == images);
    CHECK(ones == images / 2);
    std::set<int64_t> downs, rights;
    std::set<bool> turns;
    for (const auto& [down, right, turned] : seen) {
        downs.insert(down);
        rights.insert(right);
        turns.insert(turned);
    }
    CHECK(downs.size() == 9);
    CHECK(rights.size() == 9);
    CHECK(turns.size() == 2);
    CHECK(seen.size() > 120);  // of 162
}
