#include "support/catch.hpp"

#include "models/watched.hpp"
#include "support/recorder.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/random.hpp>
#include <keratin/data/pipeline.hpp>
#include <keratin/layers/gaussian_noise.hpp>
#include <keratin/ops/shaping.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <ranges>
#include <set>
#include <stdexcept>
#include <thread>

using namespace keratin;
using data::Pipeline;
using watched::Batches;
using watched::numbered;

namespace {

static_assert(std::ranges::input_range<const Pipeline>);

/// Samples 0 .. n-1, that carry their number in y.
Pipeline samples(int n) {
    return data::from_tensor_slices(numbered(n));
}

/// The numbers of each element of one run.
Batches run(const Pipeline& pipeline) {
    Batches numbers;
    for (const Batch& batch : pipeline) numbers.push_back(watched::numbers_of(batch.y));
    return numbers;
}

std::vector<int> flat(const Batches& batches) {
    std::vector<int> all;
    for (const std::vector<int>& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
    return all;
}

/// Every value of one run, to the bit.
std::vector<double> values(const Pipeline& pipeline) {
    std::vector<double> all;
    for (const Batch& batch : pipeline)
        for (const double x : numbers::of(batch.x)) all.push_back(x);
    return all;
}

Batch failing_at_three(Batch batch) {
    if (watched::numbers_of(batch.y)[0] == 3) throw std::runtime_error("three");
    return batch;
}

}  // namespace

TEST_CASE("A pipeline does what its calls say, in their order", "[data][pipeline]") {
    const Pipeline five = samples(5);
    struct Case {
        Pipeline pipeline;
        Batches expected;
        int64_t cardinality;
    };
    const Case cases[] = {
        {five, {{0}, {1}, {2}, {3}, {4}}, 5},
        {five.batch(2), {{0, 1}, {2, 3}, {4}}, 3},
        {five.batch(2, {.drop_remainder = true}), {{0, 1}, {2, 3}}, 2},
        {five.batch(9), {{0, 1, 2, 3, 4}}, 1},
        {five.batch(9, {.drop_remainder = true}), {}, 0},
        {five.batch(2).unbatch().take(3), {{0}, {1}, {2}}, Pipeline::unknown},
        {five.take(2).repeat(2), {{0}, {1}, {0}, {1}}, 4},
        {five.batch(3).repeat(2), {{0, 1, 2}, {3, 4}, {0, 1, 2}, {3, 4}}, 4},
        {five.repeat(2).batch(4), {{0, 1, 2, 3}, {4, 0, 1, 2}, {3, 4}}, 3},
        {five.repeat().skip(3).take(4), {{3}, {4}, {0}, {1}}, 4},
        {five.repeat(0), {}, 0},
        {five.take(0).repeat(), {}, 0},
        {five.skip(3), {{3}, {4}}, 2},
        {five.skip(9), {}, 0},
        {five.skip(-1), {}, 0},
        {five.take(-1).skip(4), {{4}}, 1},
        {five.take(9).skip(4), {{4}}, 1},
        {five.prefetch(2).batch(3).prefetch(1), {{0, 1, 2}, {3, 4}}, 2},
    };
    for (const Case& c : cases) {
        INFO(&c - cases);
        CHECK(run(c.pipeline) == c.expected);
        CHECK(run(c.pipeline) == c.expected);
        CHECK(c.pipeline.cardinality() == c.cardinality);
    }
    CHECK(values(five.take(2).map([](const Tensor& x) { return x * 2; })) == std::vector<double>{0, 2, 2, 2});
    CHECK(five.repeat().batch(2).cardinality() == Pipeline::infinite);
    const Batch first = *five.batch(4).begin();
    CHECK(first.x.front().shape() == Shape{4, 2});
    CHECK(first.y.front().shape() == Shape{4, 1});
}

TEST_CASE("shuffle draws from its buffer", "[data][pipeline]") {
    const Pipeline shuffled = samples(50).shuffle(10, {.seed = 3});
    const std::vector<int> order = flat(run(shuffled));
    CHECK(std::set<int>(order.begin(), order.end()).size() == 50);
    for (int place = 0; place < 50; ++place) CHECK(order[static_cast<size_t>(place)] < place + 10);
    CHECK(order != watched::range(0, 50));
    CHECK(flat(run(samples(50).shuffle(1))) == watched::range(0, 50));
    // Each of the places is as likely: where sample 0 of 4 ends up in 4000 orders.
    std::vector<int> places(4);
    const Pipeline four = samples(4).shuffle(4, {.seed = 0});
    for (int i = 0; i < 4000; ++i) {
        const std::vector<int> once = flat(run(four));
        ++places[static_cast<size_t>(std::find(once.begin(), once.end(), 0) - once.begin())];
    }
    for (const int count : places) CHECK(std::abs(count - 1000) < 150);  // five deviations
}

TEST_CASE("Runs of a shuffled pipeline differ, and repeat for the same seed", "[data][pipeline]") {
    const auto make = [](bool anew) {
        return samples(20).shuffle(20, {.seed = 7, .reshuffle_each_iteration = anew});
    };
    const Pipeline one = make(true), two = make(true), same = make(false);
    const std::vector<int> first = flat(run(one)), second = flat(run(one));
    CHECK(first != second);
    CHECK(flat(run(two)) == first);
    CHECK(flat(run(two)) == second);
    CHECK(flat(run(same)) == flat(run(same)));
    const std::vector<int> rounds = flat(run(make(true).repeat(2)));
    CHECK(std::vector<int>(rounds.begin(), rounds.begin() + 20) !=
          std::vector<int>(rounds.begin() + 20, rounds.end()));
    CHECK(flat(run(one.batch(3))) != flat(run(one.batch(3))));  // runs count for all from one source
    set_random_seed(1);
    const std::vector<int> drawn = flat(run(samples(20).shuffle(20)));
    CHECK(flat(run(samples(20).shuffle(20))) != drawn);
    set_random_seed(1);
    CHECK(flat(run(samples(20).shuffle(20))) == drawn);
}

TEST_CASE("What a map draws does not depend on threads, nor on what was left of earlier runs",
          "[data][pipeline][threads]") {
    set_random_seed(5);
    const layers::GaussianNoise noise(1.0, {.seed = 11});
    const auto source = [&](bool ahead) {
        const Pipeline drawn = data::from_generator(
                                   [] {
                                       return [i = 0]() mutable -> std::optional<Batch> {
                                           if (i++ == 12) return std::nullopt;
                                           return Batch{random::normal({3}), {}};
                                       };
                                   },
                                   {.cardinality = 12, .seed = 1})
                                   .map(
                                       [noise](Batch batch) mutable {
                                           batch.x =
                                               noise(batch.x, {.training = true}) + random::uniform({3});
                                           return batch;
                                       },
                                       {.seed = 2});
        return ahead ? drawn.prefetch(3) : drawn;
    };
    const Pipeline plain = source(false), ahead = source(true);
    std::vector<double> before;
    for (int k = 0; k < 3; ++k) {
        const Pipeline::Iterator left_early = ahead.begin();
        plain.begin();
        const std::vector<double> expected = values(plain);
        random::normal({1});  // somebody else draws meanwhile
        CHECK(values(ahead) == expected);
        CHECK(expected != before);
        before = expected;
    }
}

TEST_CASE("A generator that is at its end stays there", "[data][pipeline]") {
    const auto start = [] {
        return [i = 0]() mutable -> std::optional<Batch> {
            if (i++ == 3) return std::nullopt;  // and goes on when asked again
            return Batch{zeros({1}), full({1}, i)};
        };
    };
    const Pipeline three = data::from_generator(start);
    CHECK(three.cardinality() == Pipeline::unknown);
    CHECK(run(three.batch(2)) == Batches{{1, 2}, {3}});
    CHECK(run(three.repeat(2).batch(4).prefetch()) == Batches{{1, 2, 3, 1}, {2, 3}});
}

TEST_CASE("The same batches come with and without prefetch, to the bit", "[data][pipeline][threads]") {
    const auto make = [](int64_t ahead) {
        Pipeline pipeline = samples(37)
                                .shuffle(8, {.seed = 4})
                                .map(
                                    [](Batch batch) {
                                        batch.x = batch.x + random::normal(batch.x.front().shape());
                                        return batch;
                                    },
                                    {.seed = 9});
        if (ahead) pipeline = pipeline.prefetch(ahead);
        pipeline = pipeline.batch(5).repeat(2);
        return ahead ? pipeline.prefetch(ahead) : pipeline;
    };
    const Pipeline plain = make(0), one = make(1), many = make(100);
    for (int k = 0; k < 3; ++k) {
        const std::vector<double> expected = values(plain);
        CHECK(values(one) == expected);
        CHECK(values(many) == expected);
        CHECK(expected.size() == 2 * 2 * 37);
        for (const Pipeline* left : {&plain, &one, &many}) left->begin();  // a run that goes nowhere
    }
}

TEST_CASE("What the producer throws comes out in the element's place", "[data][pipeline][threads]") {
    const int64_t ahead = GENERATE(0, 1, 4);
    Pipeline pipeline = samples(6).map(failing_at_three);
    if (ahead) pipeline = pipeline.prefetch(ahead);
    Pipeline::Iterator at = pipeline.begin();
    for (int i = 0; i < 2; ++i) ++at;
    CHECK(watched::numbers_of(at->y) == std::vector<int>{2});
    CHECK_THROWS_AS(++at, std::runtime_error);
    ++at;
    CHECK(watched::numbers_of(at->y) == std::vector<int>{4});
    ++at;
    ++at;
    CHECK(at == pipeline.end());
    CHECK_THROWS_AS(run(pipeline.batch(2)), std::runtime_error);
}

TEST_CASE("A run may end at any element", "[data][pipeline][threads]") {
    std::atomic<int> made = 0;
    const Pipeline endless = samples(3).repeat().map([&](Batch batch) {
        ++made;
        return batch;
    });
    for (int elements = 0; elements < 20; ++elements) {
        const Pipeline ahead = endless.prefetch(1 + elements % 3).prefetch(2);
        int left = elements;
        for ([[maybe_unused]] const Batch& batch : ahead)
            if (left-- == 0) break;
    }
    CHECK(made > 200);
    const int before = made;
    {
        const Pipeline::Iterator waits = endless.prefetch(5).begin();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    CHECK(made - before <= 1 + 5 + 1);  // the element shown, those prepared, and one in hand
}

TEST_CASE("Several threads run through one pipeline", "[data][pipeline][threads]") {
    const Pipeline shared = samples(40).shuffle(40, {.seed = 1}).batch(7).prefetch(2);
    std::vector<std::vector<int>> seen(4);
    {
        std::vector<std::jthread> threads;
        for (std::vector<int>& mine : seen) threads.emplace_back([&] { mine = flat(run(shared)); });
    }
    std::set<std::vector<int>> orders(seen.begin(), seen.end());
    CHECK(orders.size() == 4);  // a run each
    for (const std::vector<int>& order : seen) CHECK(std::set<int>(order.begin(), order.end()).size() == 40);
}

TEST_CASE("A forked child begins runs of its own", "[data][pipeline]") {
    const Pipeline ahead = samples(6).repeat().prefetch(2);
    Pipeline::Iterator at = ahead.begin();
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        bool refused = false;
        try {
            ++at;
        } catch (const ValueError&) {
            refused = true;
        }
        { const Pipeline::Iterator gone = std::move(at); }
        const bool runs = flat(run(ahead.take(7))) == std::vector<int>{0, 1, 2, 3, 4, 5, 0};
        _exit(refused && runs ? 0 : 1);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    ++at;
    CHECK(watched::numbers_of(at->y) == std::vector<int>{1});
}

TEST_CASE("No tape records what a map does", "[data][pipeline]") {
    const Variable factor(full({2}, 3.0f));
    GradientTape tape;
    Tensor sum = zeros({2});
    for (const Batch& batch : samples(2).map([&](Batch b) {
             b.x = b.x * factor;
             return b;
         }))
        sum = sum + batch.x;
    CHECK(numbers::of(sum) == std::vector<double>{3, 6});
    CHECK(!tape.gradient(sum, factor).defined());
}

TEST_CASE("fit, evaluate and predict take a pipeline", "[data][pipeline][fit]") {
    Batches seen;
    Sequential model = watched::model(seen);
    test::Recorder recorder;
    const Pipeline five = samples(5).batch(2).prefetch();
    SECTION("a run for each epoch, of a known length, and one to validate") {
        model.fit(five, {.epochs = 2,
                         .verbose = 0,
                         .callbacks = {std::ref(recorder)},
                         .validation_data = samples(2).batch(2)});
        CHECK(seen == Batches{{0, 1}, {2, 3}, {4}, {0, 1}, {0, 1}, {2, 3}, {4}, {0, 1}});
        CHECK(recorder.params.steps == 3);
    }
    SECTION("an endless one goes on from epoch to epoch") {
        model.fit(five.repeat(), {.epochs = 2, .verbose = 0, .steps_per_epoch = 2});
        CHECK(seen == Batches{{0, 1}, {2, 3}, {4}, {0, 1}});
    }
    SECTION("evaluate and predict agree with those of tensors") {
        const Dataset all = numbered(5);
        model.fit(all, {.verbose = 0});
        CHECK(model.evaluate(five, {.verbose = 0})["loss"] ==
              Approx(model.evaluate(all, {.batch_size = 2, .verbose = 0})["loss"]));
        CHECK(numbers::of(model.predict(five)) == numbers::of(model.predict(all)));
        CHECK(model.predict_all(five).size() == 1);
        CHECK(model.predict(five, {.steps = 1}).shape() == Shape{2, 1});
        CHECK_THROWS_MATCHES(model.predict(five.take(0)), ValueError,
                             Message(model.name() + ": predict got no batch; give it data"));
        CHECK_THROWS_AS(model.evaluate(five, {.verbose = 0, .sample_weight = ones({5})}), ValueError);
    }
}

TEST_CASE("A uint8 Dataset is scaled on its way", "[data][pipeline]") {
    const Dataset bytes{Tensor::from<uint8_t>({0, 51, 102, 255}, {2, 2}), Tensor::from({1.f, 2.f}),
                        1.0 / 255};
    const Batch batch = *data::from_tensor_slices(bytes).batch(2).begin();
    CHECK(batch.x.front().dtype() == float32);
    const std::vector<double> scaled = numbers::of(batch.x);
    for (size_t i = 0; i < 4; ++i) CHECK(scaled[i] == Approx(std::array{0.0, 0.2, 0.4, 1.0}[i]));
    CHECK(data::from_tensor_slices(bytes.x).begin()->x.front().dtype() == uint8);
}

TEST_CASE("A pipeline says what it cannot do", "[data][pipeline][errors]") {
    const Pipeline five = samples(5);
    CHECK_THROWS_MATCHES(five.batch(0), ValueError,
                         Message("Pipeline::batch: n is 0; it must be at least 1"));
    CHECK_THROWS_MATCHES(five.shuffle(-1), ValueError,
                         Message("Pipeline::shuffle: buffer_size is -1; it must be at least 1"));
    CHECK_THROWS_AS(five.prefetch(0), ValueError);
    CHECK(run(five.prefetch(INT64_MAX).batch(INT64_MAX)) == Batches{{0, 1, 2, 3, 4}});
    CHECK_THROWS_AS(five.map(std::function<Batch(Batch)>()), ValueError);
    CHECK_THROWS_AS(data::from_generator(nullptr), ValueError);
    CHECK_THROWS_AS(run(data::from_generator([] { return Pipeline::Elements(); })), ValueError);
    CHECK_THROWS_MATCHES(data::from_tensor_slices(zeros({3, 2}), zeros({4})), ShapeError,
                         Message("from_tensor_slices: a tensor of shape (4,) among tensors of 3 rows; the "
                                 "first extents must agree"));
    CHECK_THROWS_AS(data::from_tensor_slices(Tensor::scalar(1)), ShapeError);
    const auto uneven = [i = 0](Batch b) mutable {
        b.x = zeros({++i});
        return b;
    };
    CHECK_THROWS_MATCHES(run(five.map(uneven).batch(2)), ShapeError,
                         Message("Pipeline::batch: x of element 1 of a batch has shape (2,), that of the "
                                 "first (1,); resize or pad it with map()"));
    const auto mixed = [i = 0](Batch b) mutable {
        b.x = zeros({1}, ++i % 2 ? float32 : int32);
        return b;
    };
    CHECK_THROWS_AS(run(five.map(mixed).batch(2)), DTypeError);
}
