#include "core/default_generator.hpp"
#include "core/draw_log.hpp"
#include "core/draw_scope.hpp"

#include <mutex>
#include <random>

/// Where random numbers come from, and how far their generators are.
namespace keratin {
namespace {

thread_local DrawScope* current_scope = nullptr;

uint64_t word_of(SeedGenerator::Draw draw) {
    return philox(0, draw.counter, draw.seed)[0];
}

}  // namespace

struct SeedGenerator::State {
    std::mutex mutex;
    Draw draw;
};

const SeedGenerator& default_generator() {
    // Never destroyed: objects with static lifetime may still draw.
    static const SeedGenerator& generator = *new SeedGenerator([] {
        std::random_device device;
        return uint64_t{device()} << 32 | device();
    }());
    return generator;
}

thread_local DrawLog::Scope* DrawLog::Scope::current_ = nullptr;

DrawLog::Scope::Scope(DrawLog& log, bool replaying)
    : log_(log), replaying_(replaying), outer_(std::exchange(current_, this)) {}

DrawLog::Scope::~Scope() {
    current_ = outer_;
}

SeedGenerator::SeedGenerator(uint64_t seed) : state_(std::make_shared<State>()) {
    state_->draw = {seed, 0};
}

SeedGenerator::SeedGenerator() : SeedGenerator(word_of(default_generator().next())) {}

DrawScope::DrawScope(uint64_t key) : key_(key), outer_(current_scope) {
    current_scope = this;
}
DrawScope::~DrawScope() {
    current_scope = outer_;
}
DrawScope* DrawScope::current() {
    return current_scope;
}

SeedGenerator::Draw SeedGenerator::next() const {
    return DrawLog::Scope::pass([this]() -> Draw {
        DrawScope* const scope = DrawScope::current();
        const std::lock_guard lock(state_->mutex);
        return {state_->draw.seed, scope ? scope->next_counter() : state_->draw.counter++};
    });
}

uint64_t SeedGenerator::seed() const {
    return state().seed;
}

SeedGenerator::Draw SeedGenerator::state() const {
    const std::lock_guard lock(state_->mutex);
    return state_->draw;
}

void SeedGenerator::set_state(const Draw& draw) const {
    const std::lock_guard lock(state_->mutex);
    state_->draw = draw;
}

void set_random_seed(uint64_t seed) {
    default_generator().set_state({seed, 0});
}

}  // namespace keratin
