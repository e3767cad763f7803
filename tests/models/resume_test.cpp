#include "support/catch.hpp"

#include "support/files.hpp"
#include "support/numbers.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/core/random.hpp>
#include <keratin/data/pipeline.hpp>
#include <keratin/layers.hpp>
#include <keratin/losses.hpp>
#include <keratin/metrics.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/optimizers.hpp>

#include <cstring>

/// fit() that goes on from a checkpoint against the one that was never broken: bit for bit, from every batch.
using namespace keratin;

namespace {

const int64_t samples = 40;
const Tensor images = random::uniform({samples, 6, 6, 1}, {.seed = 1});
const Tensor classes = random::uniform({samples}, {.minval = 0, .maxval = 2, .dtype = int64, .seed = 2});

/// One training, made anew as another process would: only what is written here is the same.
struct Training {
    Sequential model;
    std::vector<CallbackHandle> callbacks = {};
    FitOptions options = {};
    std::optional<BatchSource> batches = {};

    History fit(std::vector<CallbackHandle> more = {}, std::string resume_from = {}, int64_t epochs = 4) {
        FitOptions now = options;
        now.verbose = 0;
        now.epochs = epochs;
        now.callbacks = callbacks;
        now.callbacks.insert(now.callbacks.end(), more.begin(), more.end());
        now.resume_from = std::move(resume_from);
        return batches ? model.fit(*batches, now) : model.fit(images, classes, now);
    }
};

/// A layer of one's own, whose inner layers are found when it is called.
struct Block : Layer {
    layers::Dense dense{6, {.activation = "relu"}};
    layers::Dropout dropout{0.1};
    Tensor call(const Tensor& x) override { return dropout(dense(x)); }
};

Sequential network(OptimizerHandle optimizer, OutputMetrics metrics) {
    Sequential model(layers::RandomFlip("horizontal"), layers::RandomRotation(0.1, {.seed = 7}),
                     layers::Conv2D(3, {.kernel_size = 3}), layers::BatchNormalization(),
                     layers::Activation("relu"), layers::Dropout(0.3), layers::Flatten(),
                     layers::Dropout(0.2, {.seed = 5}), Block(), layers::Dense(1, {.activation = "sigmoid"}));
    model.build({Shape::unknown, 6, 6, 1});
    model.compile({.optimizer = std::move(optimizer), .loss = "binary_crossentropy", .metrics = metrics});
    return model;
}

Training with_schedule(const std::string&) {
    return {.model = network(optimizers::Adam({.learning_rate = optimizers::schedules::CosineDecay(
                                                   {.initial_learning_rate = 0.01, .decay_steps = 40})}),
                             {"accuracy"}),
            .options = {.batch_size = 4}};
}

Training with_callbacks(const std::string& directory) {
    return {.model = network(optimizers::SGD({.learning_rate = 0.05, .momentum = 0.9, .use_ema = true}),
                             {"accuracy", metrics::AUC(), metrics::F1Score({.threshold = 0.5})}),
            .callbacks = {callbacks::EarlyStopping({.monitor = "val_loss",
                                                    .min_delta = 0.001,
                                                    .patience = 3,
                                                    .restore_best_weights = true}),
                          callbacks::ReduceLROnPlateau({.factor = 0.5, .patience = 1, .min_delta = 0.1}),
                          callbacks::LearningRateScheduler([](int64_t, double rate) { return rate * 0.9; }),
                          callbacks::SwapEMAWeights(), callbacks::CSVLogger(directory + "/log.csv"),
                          callbacks::ModelCheckpoint(directory + "/best.safetensors",
                                                     {.monitor = "loss", .save_best_only = true})},
            .options = {.batch_size = 3, .validation_split = 0.25, .class_weight = {{1, 2.0}}}};
}

/// Ten of the fourteen batches an epoch: the order goes on over its end.
Training in_part(const std::string&) {
    return {.model = network(optimizers::RMSprop({.learning_rate = 0.01, .momentum = 0.5}), {"accuracy"}),
            .options = {.batch_size = 3, .steps_per_epoch = 10}};
}

data::Pipeline disturbed(const Tensor& x, const Tensor& y, uint64_t seed) {
    return data::from_tensor_slices(x, y)
        .shuffle(16, {.seed = seed})
        .map([](Tensor image) { return image + random::normal(image.shape(), {.stddev = 0.1}); },
             {.seed = seed})
        .batch(4);
}

Training from_pipeline(const std::string&) {
    return {.model = network(optimizers::Adam(), {"accuracy"}),
            .options = {.validation_data = ValidationData(disturbed(images, classes, 3))},
            .batches = disturbed(images, classes, 4).prefetch()};
}

Training from_endless_pipeline(const std::string&) {
    return {.model = network(optimizers::Adam(), {"accuracy"}),
            .options = {.steps_per_epoch = 7},
            .batches = disturbed(images, classes, 4).repeat()};
}

/// Draws its order from the default generator when an epoch begins.
Training from_function(const std::string&) {
    return {.model = network(optimizers::Adam(), {"accuracy"}),
            .batches = BatchSource([order = Tensor()](int64_t, int64_t step) mutable -> std::optional<Batch> {
                if (step == 10) return std::nullopt;
                if (step == 0) order = random::permutation(samples);
                const int64_t first = order.data<int64_t>()[static_cast<size_t>(step)] / 4 * 4;
                return Batch{images.view({4, 6, 6, 1}, first * 36), classes.view({4}, first)};
            })};
}

/// Names and values of every batch and epoch, as text that shows each bit.
class Diary : public callbacks::Callback {
public:
    explicit Diary(std::vector<std::string>& lines) : lines_(lines) {}
    void on_epoch_begin(int64_t epoch, const Logs&) override { epoch_ = epoch; }
    void on_train_batch_end(int64_t batch, const Logs& logs) override {
        note(fmt::format("batch {}.{}", epoch_, batch), logs);
    }
    void on_epoch_end(int64_t epoch, Logs& logs) override { note(fmt::format("epoch {}", epoch), logs); }
    void on_train_end(const Logs& logs) override { note("end", logs); }

private:
    void note(std::string line, const Logs& logs) {
        for (const auto& [name, value] : logs) line += fmt::format(" {}={:a}", name, value);
        lines_.push_back(std::move(line));
    }

    std::vector<std::string>& lines_;
    int64_t epoch_ = 0;
};

/// Saves after every batch and every epoch, and notes how many lines the diary had then.
class SaveAll : public callbacks::Callback {
public:
    struct Saved {
        std::string file;
        size_t lines;
    };
    SaveAll(std::string directory, const std::vector<std::string>& diary, std::vector<Saved>& saved)
        : directory_(std::move(directory)), diary_(diary), saved_(saved) {}
    void on_train_batch_end(int64_t, const Logs&) override { save(); }
    void on_epoch_end(int64_t, Logs&) override { save(); }

private:
    void save() {
        saved_.push_back({fmt::format("{}/{}.safetensors", directory_, saved_.size()), diary_.size()});
        model->save_checkpoint(saved_.back().file);
    }

    std::string directory_;
    const std::vector<std::string>& diary_;
    std::vector<Saved>& saved_;
};

bool same_bits(const std::vector<Variable>& a, const std::vector<Variable>& b) {
    bool same = a.size() == b.size();
    for (size_t i = 0; same && i < a.size(); ++i) {
        const Tensor x = a[i].storage(), y = b[i].storage();
        same = x.shape() == y.shape() && x.dtype() == y.dtype() &&
               std::memcmp(x.raw(), y.raw(), static_cast<size_t>(x.size()) * size_of(x.dtype())) == 0;
    }
    return same;
}

void check_same(const Training& a, const Training& b) {
    CHECK(same_bits(a.model.variables(), b.model.variables()));
    CHECK(same_bits(a.model.optimizer().variables(), b.model.optimizer().variables()));
}

using Maker = Training (*)(const std::string& directory);

Training made(Maker maker, const std::string& directory, uint64_t seed = 11) {
    set_random_seed(seed);
    return maker(directory);
}

}  // namespace

TEST_CASE("fit goes on from any batch and any epoch as if it had never stopped",
          "[models][fit][checkpoint]") {
    const auto [name, maker, least] =
        GENERATE(std::tuple<const char*, Maker, size_t>("a schedule", with_schedule, 44),
                 std::tuple<const char*, Maker, size_t>("callbacks", with_callbacks, 44),
                 std::tuple<const char*, Maker, size_t>("steps per epoch", in_part, 44),
                 std::tuple<const char*, Maker, size_t>("a pipeline", from_pipeline, 44),
                 std::tuple<const char*, Maker, size_t>("an endless pipeline", from_endless_pipeline, 32),
                 std::tuple<const char*, Maker, size_t>("a function", from_function, 44));
    INFO(name);
    const test::TemporaryDirectory directory;
    const std::string csv = directory.file("log.csv");
    std::vector<std::string> whole, saving;
    std::vector<SaveAll::Saved> saved;

    Training unbroken = made(maker, directory.path());
    const History history = unbroken.fit({Diary(whole)});
    const std::string table = test::read_file(csv);

    Training saver = made(maker, directory.path());
    saver.fit({Diary(saving), SaveAll(directory.path(), saving, saved)});
    CHECK(saving == whole);  // saving changes nothing
    check_same(saver, unbroken);
    CHECK(saved.size() == least);

    for (const SaveAll::Saved& moment : saved) {
        INFO(moment.file << " after " << whole[moment.lines - 1]);
        Training resumed = made(maker, directory.path(), 12345);
        random::normal({3});
        std::vector<std::string> rest;
        const History all = resumed.fit({Diary(rest)}, moment.file);
        CHECK(rest ==
              std::vector<std::string>(whole.begin() + static_cast<int64_t>(moment.lines), whole.end()));
        CHECK(all.history == history.history);
        CHECK(all.epoch == history.epoch);
        check_same(resumed, unbroken);
        CHECK(test::read_file(csv) == table);
    }
}

TEST_CASE("A checkpoint of a training that has ended lets it train further", "[models][fit][checkpoint]") {
    const test::TemporaryDirectory directory;
    const std::string file = directory.file("end.safetensors");
    Training whole = made(with_schedule, directory.path());
    const History expected = whole.fit({}, {}, 6);
    Training first = made(with_schedule, directory.path());
    first.fit({callbacks::ModelCheckpoint(file, {.monitor = "loss"})}, {}, 4);
    Training second = made(with_schedule, directory.path(), 99);
    CHECK(second.fit({callbacks::ModelCheckpoint(file, {.monitor = "loss"})}, file, 6).history ==
          expected.history);
    check_same(second, whole);
    CHECK(second.fit({callbacks::ModelCheckpoint(file)}, file, 6).epoch.size() ==
          6);  // nothing is left to do
    check_same(second, whole);
}

TEST_CASE("A training that a callback has ended stays ended", "[models][fit][checkpoint]") {
    const test::TemporaryDirectory directory;
    const std::string file = directory.file("end.safetensors");
    const auto callbacks = [&]() -> std::vector<CallbackHandle> {
        return {callbacks::EarlyStopping({.monitor = "loss", .min_delta = 100}),
                callbacks::ModelCheckpoint(file)};
    };
    Training stopped = made(with_schedule, directory.path());
    const History history = stopped.fit(callbacks());
    CHECK(history.epoch.size() == 2);
    Training resumed = made(with_schedule, directory.path(), 99);
    CHECK(resumed.fit(callbacks(), file).history == history.history);
    check_same(resumed, stopped);
}

TEST_CASE("A pipeline made with other seeds is refused", "[models][checkpoint][errors]") {
    const test::TemporaryDirectory directory;
    const std::string file = directory.file("end.safetensors");
    made(from_pipeline, directory.path()).fit({callbacks::ModelCheckpoint(file)}, {}, 1);
    Training other = made(from_pipeline, directory.path());
    other.batches = disturbed(images, classes, 5).prefetch();
    CHECK_THROWS_MATCHES(
        other.fit({callbacks::ModelCheckpoint(file)}, file), ValueError,
        Message("Pipeline: it is made in another way, or with other seeds, than the one that was saved; give "
                "each shuffle(), map() and from_generator() a .seed, or call set_random_seed() before making "
                "it"));
}

TEST_CASE("save_checkpoint outside of fit keeps weights, optimizer and random numbers",
          "[models][checkpoint]") {
    const test::TemporaryDirectory directory;
    const std::string file = directory.file("now.safetensors");
    Training one = made(with_schedule, directory.path());
    one.fit();
    one.model.save_checkpoint(file);
    one.fit();
    Training other = made(with_schedule, directory.path(), 99);
    CHECK(other.fit({}, file).epoch.size() == 4);
    check_same(other, one);
    Sequential weights = made(with_schedule, directory.path(), 98).model;
    weights.load_weights(file);
    one.model.load_weights(file);
    for (size_t i = 0; i < weights.variables().size(); ++i)
        CHECK(numbers::difference(weights.get_weights()[i], one.model.get_weights()[i]) == 0);
    CHECK(one.model.optimizer().iterations() == 80);
}

TEST_CASE("A layer of one's own keeps its place in its random numbers", "[models][checkpoint]") {
    struct Jitter : Layer {
        Tensor call(const Tensor& x) override {
            return training() ? x + random::normal(x.shape(), {}, generator.next()) : x;
        }
        SeedGenerator generator = layers::seeded(*this);
    };
    const auto make = [](uint64_t seed) {
        set_random_seed(seed);
        Sequential model(Jitter(), layers::Flatten(), layers::Dense(1));
        model.build({4, 6, 6, 1});
        model.compile({.optimizer = "sgd", .loss = "mse"});
        return model;
    };
    const test::TemporaryDirectory directory;
    const std::string file = directory.file("{epoch}.safetensors");
    Sequential whole = make(1), resumed = make(2);
    const FitOptions options = {.epochs = 2, .verbose = 0, .callbacks = {callbacks::ModelCheckpoint(file)}};
    const History expected = whole.fit(images, classes, options);
    FitOptions from_first = options;
    from_first.resume_from = directory.file("1.safetensors");
    CHECK(resumed.fit(images, classes, from_first).history == expected.history);
}

TEST_CASE("A checkpoint of another training is refused, and nothing changes",
          "[models][checkpoint][errors]") {
    const test::TemporaryDirectory directory;
    std::vector<std::string> diary;
    std::vector<SaveAll::Saved> saved;
    made(with_schedule, directory.path()).fit({SaveAll(directory.path(), diary, saved)});
    const auto refused = [&](Training training, const std::string& what,
                             std::vector<CallbackHandle> more = {}) {
        const std::vector<Tensor> before = training.model.get_weights();
        const Tensor next = random::normal({2}, {}, SeedGenerator(1).next());
        std::string error;
        try {
            training.fit(std::move(more), saved[4].file);
        } catch (const ValueError& caught) {
            error = caught.what();
        }
        INFO("the error is: " << error);
        CHECK(error.find(what) != std::string::npos);
        for (size_t i = 0; i < before.size(); ++i) {
            const Tensor now = training.model.get_weights()[i];
            CHECK(std::memcmp(now.raw(), before[i].raw(), static_cast<size_t>(now.size()) * 4) == 0);
        }
        CHECK(training.fit().epoch.size() == 4);  // and it still trains
    };
    const auto changed = [&](auto change) {
        Training training = made(with_schedule, directory.path());
        change(training);
        return training;
    };
    refused(made(in_part, directory.path()), "its optimizer is Adam, the model's RMSprop");
    refused(changed([](Training& t) { t.model.compile({.optimizer = optimizers::Adam(), .loss = "mse"}); }),
            "tensors optimizer/.., ");
    refused(changed([](Training& t) {
                t.model = Sequential(layers::Flatten(), layers::Dense(1));
                t.model.build({4, 6, 6, 1});
                t.model.compile({.optimizer = optimizers::Adam(), .loss = "mse"});
            }),
            "tensors model/.., 2 are needed");
    refused(made(with_schedule, directory.path()),
            "its callbacks that remember something are [], those of fit() are [EarlyStopping]",
            {callbacks::EarlyStopping({.monitor = "loss", .patience = 9})});
    refused(changed([](Training& t) { t.options.batch_size = 5; }), "with batch_size 4, now it is 5");
    refused(changed([](Training& t) { t.batches = disturbed(images, classes, 1); }),
            "trained with whole tensors, not with batches of a source");
    Sequential fresh = made(with_schedule, directory.path()).model;
    CHECK_THROWS_AS(fresh.fit(images, classes, {.resume_from = directory.file("none")}), IoError);
    Sequential unbuilt(layers::Dense(1, {.name = "last"}));
    unbuilt.compile({.optimizer = "sgd", .loss = "mse"});
    CHECK_THROWS_MATCHES(
        unbuilt.fit(images, classes, {.verbose = 0, .resume_from = saved[4].file}), ValueError,
        Message(fmt::format("{}: it is not built; build it, or call it once, before fit() goes on from {}",
                            unbuilt.name(), saved[4].file)));
    CHECK_THROWS_MATCHES(fresh.resume_from("x"), ValueError,
                         Message(fresh.name() + ": resume_from() is for callbacks, from on_train_begin(); "
                                                "fit() takes .resume_from"));
}

TEST_CASE("A metric that does not say what it has gathered is named", "[models][checkpoint][errors]") {
    struct Silent : metrics::Metric {
        Silent() : Metric("silent") {}
        void update_state(const Tensor&, const Tensor&, const Tensor&) override {}
        double result() const override { return 0; }
        void reset_state() override {}
        std::shared_ptr<metrics::Metric> fresh() const override { return std::make_shared<Silent>(); }
    };
    const test::TemporaryDirectory directory;
    const std::string file = directory.file("x.safetensors");
    Sequential model = network(optimizers::SGD(), {Silent()});
    const auto fit = [&](std::optional<int64_t> save_freq) {
        model.fit(images, classes,
                  {.verbose = 0, .callbacks = {callbacks::ModelCheckpoint(file, {.save_freq = save_freq})}});
    };
    CHECK_NOTHROW(fit({}));
    CHECK_THROWS_MATCHES(
        fit(1), ValueError,
        Message(file +
                ": the metric silent does not say what it has gathered in an epoch under way; override "
                "its state() and restore(), or save at the end of epochs"));
}
