#include "models/feed.hpp"

#include "core/context.hpp"
#include "core/default_generator.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>
#include <keratin/core/threads.hpp>

#include <algorithm>
#include <cstring>

namespace keratin {
namespace {

/// Which rows of a data set a batch takes.
struct Rows {
    const int64_t* index;  ///< null: `first` and those after it
    int64_t first;
    int64_t count;

    int64_t operator[](int64_t r) const { return index ? index[r] : first + r; }
};

/// Rows lie anywhere in memory: most of the work of copying one is to wait for it, unless it was asked for.
constexpr int64_t rows_ahead = 4;
constexpr int64_t bytes_ahead = 2048;  ///< of a row; the processor sees by itself what follows

void ask_for(const char* row, int64_t bytes) {
    for (int64_t byte = 0; byte < std::min(bytes, bytes_ahead); byte += 64) __builtin_prefetch(row + byte);
}

/// copy(from, r) for each row of the batch, on several threads.
template <class Copy>
void for_rows(const Tensor& x, const Rows& rows, int64_t row_bytes, const Copy& copy) {
    const auto from = [&, x = static_cast<const char*>(x.raw())](int64_t r) {
        return x + rows[r] * row_bytes;
    };
    constexpr int64_t work_of_a_byte = 4;
    parallel_for(rows.count, rows.count * row_bytes * work_of_a_byte, [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < std::min(begin + rows_ahead, end); ++r) ask_for(from(r), row_bytes);
        for (int64_t r = begin; r < end; ++r) {
            if (r + rows_ahead < end) ask_for(from(r + rows_ahead), row_bytes);
            copy(from(r), r);
        }
    });
}

Tensor scaled_rows(const Tensor& x, double scale, const Rows& rows) {
    Tensor result = Tensor::empty(x.shape().with(0, rows.count), float32);
    if (result.size() == 0) return result;
    const int64_t width = result.size() / rows.count;
    float* const to = result.mutable_data<float>().data();
    for_rows(x, rows, width, [=](const char* from, int64_t r) {
        constexpr int64_t itself = 0;
        kernels::kernels<float>().gather_scale(context(), reinterpret_cast<const uint8_t*>(from), &itself,
                                               static_cast<float>(scale), to + r * width, 1, width);
    });
    return result;
}

Tensor copied_rows(const Tensor& x, const Rows& rows) {
    Tensor result = Tensor::empty(x.shape().with(0, rows.count), x.dtype());
    if (result.size() == 0) return result;
    const int64_t width = result.size() / rows.count * static_cast<int64_t>(size_of(x.dtype()));
    auto* const to = static_cast<char*>(result.mutable_raw());
    for_rows(x, rows, width, [=](const char* from, int64_t r) {
        std::memcpy(to + r * width, from, static_cast<size_t>(width));
    });
    return result;
}

bool is_scaled(const Tensor& x, double scale) {
    return x.dtype() == uint8 && scale != 1.0;
}

class SourceFeed final : public Feed {
public:
    SourceFeed(const BatchSource& source, std::optional<int64_t> steps) : source_(source), steps_(steps) {}

    int64_t steps() const override { return steps_.value_or(source_.steps().value_or(0)); }

    std::optional<Batch> next(int64_t epoch, int64_t step) override {
        if (steps_ && step >= *steps_) return std::nullopt;
        if (endless() ? !run_ : step == 0) begin();
        ++taken_;
        return source_(epoch, step);
    }

    Config state(int64_t step) const override {
        Config state = Config::object({{"now", memory()}});
        if (!run_ || (step == 0 && !endless())) return state;
        return state.set("begin", run_->begin)
            .set("random", to_config(run_->random))
            .set("taken", endless() ? taken_ : step);
    }

    /// Asks again for what the run has given, as far as it had come.
    void restore(const Config& state, int64_t epoch) override {
        if (state.is_null()) return remember(state);
        if (!state.find("now"))
            fail<ValueError>(
                "fit: what was saved was trained with whole tensors, not with batches of a source");
        if (const Config* taken = state.find("taken")) {
            remember(state["begin"]);
            default_generator().set_state(draw_from(state["random"]));
            begin();
            const int64_t before = taken->as_integer();
            for (; taken_ < before; ++taken_)
                if (!source_(epoch, taken_))
                    fail<ValueError>(
                        "fit: the batches ended after {} of the {} that had been trained with; give the same "
                        "batches as before",
                        taken_, before);
        }
        remember(state["now"]);
    }

private:
    /// The batches that come from one beginning: those of an epoch, or of all.
    struct Run {
        Config begin;
        SeedGenerator::Draw random;
    };

    bool endless() const { return source_.memory() && source_.memory()->endless(); }
    Config memory() const { return source_.memory() ? source_.memory()->state() : Config(); }
    void remember(const Config& state) const {
        if (source_.memory() && state.is_null())
            fail<ValueError>("fit: what was saved was trained with batches of another kind, not a Pipeline");
        if (source_.memory()) source_.memory()->restore(state);
    }
    void begin() {
        run_ = {memory(), default_generator().state()};
        taken_ = 0;
    }

    const BatchSource source_;
    const std::optional<int64_t> steps_;
    std::optional<Run> run_;
    int64_t taken_ = 0;
};

}  // namespace

Config to_config(const SeedGenerator::Draw& draw) {
    return Config::List{draw.seed, draw.counter};
}

SeedGenerator::Draw draw_from(const Config& config) {
    const Config::List& words = config.as_list();
    if (words.size() != 2)
        fail<ValueError>("fit: a saved place of a random generator has {} numbers; 2 are needed",
                         words.size());
    return {static_cast<uint64_t>(words[0].as_integer()), static_cast<uint64_t>(words[1].as_integer())};
}

TensorFeed::TensorFeed(const ValidationData& data, const FeedOptions& options)
    : data_(data), options_(options), samples_(data.x.front().shape()[0]) {}

std::optional<Batch> TensorFeed::next(int64_t, int64_t step) {
    if (step >= steps() || samples_ == 0) return std::nullopt;
    if (position_ >= batches() || (step == 0 && !options_.steps)) position_ = 0;
    if (position_ == 0 && options_.shuffle) {
        draw_ = default_generator().next();
        order_ = random::permutation(samples_, draw_);
    }
    const int64_t first = position_++ * options_.batch_size;
    const int64_t count = std::min(options_.batch_size, samples_ - first);
    const auto part = [&](const Tensors& tensors, double scale) {
        return tensors.map([&](const Tensor& x) { return rows(x, scale, first, count); });
    };
    return Batch{part(data_.x, data_.scale), part(data_.y, 1.0), part(data_.sample_weight, 1.0)};
}

Config TensorFeed::state(int64_t step) const {
    if (step == 0 && (!options_.steps || position_ == 0)) return {};
    return Config::object({{"samples", samples_},
                           {"batch_size", options_.batch_size},
                           {"shuffle", options_.shuffle},
                           {"steps", steps()},
                           {"position", position_},
                           {"draw", to_config(draw_)}});
}

void TensorFeed::restore(const Config& state, int64_t) {
    if (state.is_null()) return;
    if (!state.find("samples"))
        fail<ValueError>("fit: what was saved was trained with batches of a source, not with whole tensors");
    const auto same = [&](const char* what, const Config& now) {
        if (!(state[what] == now))
            fail<ValueError>(
                "fit: what was saved was trained with {} {}, now it is {}; an epoch under way goes on with "
                "the same data and options",
                what, state[what].to_json(), now.to_json());
    };
    same("samples", samples_);
    same("batch_size", options_.batch_size);
    same("shuffle", options_.shuffle);
    same("steps", steps());
    const int64_t position = state["position"].as_integer();
    if (position < 0 || position > batches())
        fail<ValueError>("fit: what was saved stands at batch {} of {}", position, batches());
    position_ = position;
    draw_ = draw_from(state["draw"]);
    if (options_.shuffle) order_ = random::permutation(samples_, draw_);
}

Tensor TensorFeed::rows(const Tensor& x, double scale, int64_t first, int64_t count) const {
    if (!options_.shuffle) return batch_rows(x, scale, first, count);
    const Rows shuffled{order_.data<int64_t>().data() + first, 0, count};
    return is_scaled(x, scale) ? scaled_rows(x, scale, shuffled) : copied_rows(x, shuffled);
}

Tensor batch_rows(const Tensor& x, double scale, int64_t first, int64_t count) {
    if (is_scaled(x, scale)) return scaled_rows(x, scale, {nullptr, first, count});
    const int64_t samples = x.shape()[0];
    return x.view(x.shape().with(0, count), samples ? first * (x.size() / samples) : 0);
}

std::unique_ptr<Feed> source_feed(const BatchSource& source, std::optional<int64_t> steps) {
    return std::make_unique<SourceFeed>(source, steps);
}

}  // namespace keratin
