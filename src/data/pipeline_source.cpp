#include "data/stage.hpp"

#include <keratin/core/error.hpp>

/// What fit(), evaluate() and predict() see of a pipeline.
namespace keratin::data {
namespace {

/// A run of its own for whoever holds a copy.
struct Place {
    Elements elements;

    Place() = default;
    Place(const Place&) {}
    Place& operator=(const Place&) = delete;
};

/// The number of the next run is all that runs of one pipeline differ in.
class RunCounter final : public SourceMemory {
public:
    explicit RunCounter(std::shared_ptr<const Stage> stage) : stage_(std::move(stage)) {}

    Config state() const override {
        return Config::object({{"runs", stage_->runs->load()}, {"arguments", stage_->arguments}});
    }
    void restore(const Config& state) override {
        if (static_cast<uint64_t>(state["arguments"].as_integer()) != stage_->arguments)
            fail<ValueError>(
                "Pipeline: it is made in another way, or with other seeds, than the one that was saved; give "
                "each shuffle(), map() and from_generator() a .seed, or call set_random_seed() before making "
                "it");
        stage_->runs->store(static_cast<uint64_t>(state["runs"].as_integer()));
    }
    bool endless() const override { return stage_->cardinality == Pipeline::infinite; }

private:
    std::shared_ptr<const Stage> stage_;
};

}  // namespace

BatchSource::Function source_of(std::shared_ptr<const Stage> stage) {
    return [stage = std::move(stage), place = Place()](int64_t, int64_t step) mutable {
        if (!place.elements || (step == 0 && stage->cardinality != Pipeline::infinite))
            place.elements = stage->next_run();
        std::optional<Batch> batch = place.elements();
        if (!batch) place.elements = nullptr;
        return batch;
    };
}

std::shared_ptr<SourceMemory> memory_of(std::shared_ptr<const Stage> stage) {
    return std::make_shared<RunCounter>(std::move(stage));
}

}  // namespace keratin::data
