#include <keratin/autograd/tape.hpp>

#include "autograd/recorder.hpp"

#include <algorithm>
#include <optional>

namespace keratin {
namespace {

/// A vector of the recorder's spare ones while it is used; a run within a run makes a new one.
template <class T>
class Borrowed {
public:
    explicit Borrowed(std::vector<T>& spare) : spare_(spare), items_(std::exchange(spare, {})) {}
    ~Borrowed() {
        items_.clear();
        spare_ = std::move(items_);
    }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;

    std::vector<T>& operator*() { return items_; }
    std::vector<T>* operator->() { return &items_; }

private:
    std::vector<T>& spare_;
    std::vector<T> items_;
};

/// The nodes that stand for the sources within a window, newest first.
void find_sources(const Recorder& recorder, std::span<const GradientSource> sources, uint64_t begin,
                  std::vector<SourceNode>& nodes) {
    for (size_t i = 0; i < sources.size(); ++i) {
        if (const Variable* variable = sources[i].variable())
            recorder.each_leaf(variable->id(), begin, [&](uint64_t number) { nodes.push_back({number, i}); });
        else if (const uint64_t number = recorder.resolve_since(*sources[i].tensor(), begin))
            nodes.push_back({number, i});
    }
    std::sort(nodes.begin(), nodes.end(),
              [](const SourceNode& a, const SourceNode& b) { return a.number > b.number; });
}

/// One walk down the record, from the target's node to the start of the window.
class BackwardRun {
public:
    BackwardRun(Recorder& recorder, uint64_t begin, uint64_t target, bool free_as_run)
        : recorder_(recorder),
          begin_(begin),
          target_(target),
          free_(free_as_run),
          slots_(recorder.spare.slots) {
        slots_->resize(target - begin + 1);
    }
    ~BackwardRun() { recorder_.running = outer_; }

    GradientSlot& slot(uint64_t number) { return (*slots_)[number - begin_]; }

    void run(const std::vector<SourceNode>& sources, std::span<Tensor> results) {
        auto next = sources.begin();
        while (next != sources.end() && next->number > target_) ++next;
        for (uint64_t number = target_ + 1; number-- > begin_;) {
            for (; next != sources.end() && next->number == number; ++next)
                take(number, results[next->source]);
            run_node(number);
        }
    }

private:
    void take(uint64_t number, Tensor& result) {
        if (!slot(number).filled) return;
        GradientSlot gathered{std::move(result), result.defined()};
        Sink(gathered).add(slot(number).value);
        result = std::move(gathered.value);
    }

    void run_node(uint64_t number) {
        const Recorder::Node node = recorder_.node(number);
        if (slot(number).filled) {
            const Tensor dy = std::move(slot(number).value);
            recorder_.running = number;
            for (size_t i = node.first_edge; i < node.first_edge + node.edge_count; ++i) {
                const Recorder::Edge edge = recorder_.edge(i);
                if (edge.input < begin_ || !edge.closure) continue;
                Sink sink(slot(edge.input));
                edge.table->run(edge.closure, dy, sink);
                if (free_) recorder_.free_closure(i);
            }
        }
        slot(number).value = {};
    }

    Recorder& recorder_;
    const uint64_t begin_;
    const uint64_t target_;
    const bool free_;
    const uint64_t outer_ = recorder_.running;
    Borrowed<GradientSlot> slots_;
};

void check_target(const Tensor& target, const GradientOptions& options) {
    if (!target.defined())
        fail<ValueError>(
            "GradientTape.gradient: the target is an undefined tensor; pass the value to differentiate");
    if (!is_floating(target.dtype()))
        fail<DTypeError>(
            "GradientTape.gradient: the target is {}; only floating dtypes have gradients: cast() it",
            target.dtype());
    const Tensor& dy = options.output_gradients;
    if (!dy.defined()) return;
    if (dy.shape() != target.shape())
        fail<ShapeError>(
            "GradientTape.gradient: output_gradients has shape {}, the target {}; give the target's",
            dy.shape(), target.shape());
    if (dy.dtype() != target.dtype())
        fail<DTypeError>("GradientTape.gradient: output_gradients is {}, the target {}; cast() it",
                         dy.dtype(), target.dtype());
}

}  // namespace

GradientTape::GradientTape(TapeOptions options)
    : options_(options),
      recorder_(Recorder::current().id()),
      window_{0, true, options.watch_accessed_variables} {
    Recorder::current().open(window_);
}

GradientTape::~GradientTape() {
    // Destroyed on another thread, its own thread's record cannot be reached from here.
    if (Recorder::current().id() == recorder_) Recorder::current().close(window_);
}

void GradientTape::require_thread(const char* call) const {
    if (Recorder::current().id() != recorder_)
        fail<ValueError>("GradientTape.{}: the tape belongs to the thread that made it; call it there", call);
}

void GradientTape::set_recording(bool on) {
    window_.recording = on;
    Recorder::current().update();
}

void GradientTape::watch(const Tensor& tensor) {
    require_thread("watch");
    if (!tensor.defined())
        fail<ValueError>("GradientTape.watch: the tensor is undefined; give it a value first");
    if (!is_floating(tensor.dtype()))
        fail<DTypeError>(
            "GradientTape.watch: the tensor is {}; only floating dtypes have gradients: cast() it",
            tensor.dtype());
    Recorder::current().watch(tensor, window_.begin);
}

void GradientTape::watch(const Variable& variable) {
    require_thread("watch");
    Recorder::current().variable_leaf(variable.id(), window_.begin, true);
}

Tensor GradientTape::gradient(const Tensor& target, const GradientSource& source,
                              const GradientOptions& options) {
    Tensor result;
    run(target, {&source, 1}, options, {&result, 1});
    return result;
}

std::vector<Tensor> GradientTape::gradient(const Tensor& target,
                                           std::initializer_list<GradientSource> sources,
                                           const GradientOptions& options) {
    std::vector<Tensor> results(sources.size());
    run(target, {sources.begin(), sources.size()}, options, results);
    return results;
}

std::vector<Tensor> GradientTape::gradient(const Tensor& target, const std::vector<Variable>& sources,
                                           const GradientOptions& options) {
    std::vector<Tensor> results(sources.size());
    run(target, std::vector<GradientSource>(sources.begin(), sources.end()), options, results);
    return results;
}

std::vector<Tensor> GradientTape::gradient(const Tensor& target, const std::vector<Tensor>& sources,
                                           const GradientOptions& options) {
    std::vector<Tensor> results(sources.size());
    run(target, std::vector<GradientSource>(sources.begin(), sources.end()), options, results);
    return results;
}

std::vector<Tensor> GradientTape::gradient(const Tensor& target, const std::vector<GradientSource>& sources,
                                           const GradientOptions& options) {
    std::vector<Tensor> results(sources.size());
    run(target, sources, options, results);
    return results;
}

void GradientTape::gradient_into(const Tensor& target, std::span<const Variable> sources,
                                 std::span<Tensor> results) {
    if (sources.size() != results.size())
        fail<ValueError>("GradientTape.gradient_into: {} sources, {} results; give one tensor per source",
                         sources.size(), results.size());
    require_thread("gradient_into");
    Borrowed<GradientSource> list(Recorder::current().spare.sources);
    list->assign(sources.begin(), sources.end());
    run(target, *list, {}, results);
}

void GradientTape::stop_recording() {
    require_thread("stop_recording");
    if (window_.recording) set_recording(false);
}

void GradientTape::resume_recording() {
    require_thread("resume_recording");
    if (used_ && !options_.persistent)
        fail<ValueError>(
            "GradientTape.resume_recording: the tape has answered and is not persistent; make a new one");
    if (!window_.recording) set_recording(true);
}

void GradientTape::reset() {
    require_thread("reset");
    Recorder& recorder = Recorder::current();
    if (!recorder.shared()) recorder.clear();
    window_.begin = recorder.end();
    used_ = false;
    set_recording(true);
}

void GradientTape::run(const Tensor& target, std::span<const GradientSource> sources,
                       const GradientOptions& options, std::span<Tensor> results) {
    require_thread("gradient");
    if (used_ && !options_.persistent)
        fail<ValueError>(
            "GradientTape.gradient: a tape that is not persistent answers once; "
            "make it with {{.persistent = true}}");
    check_target(target, options);
    Recorder& recorder = Recorder::current();
    used_ = true;
    const bool was_recording = window_.recording;
    if (window_.recording) set_recording(false);
    struct Restore {
        GradientTape& tape;
        bool on;
        ~Restore() {
            if (on) tape.set_recording(true);
        }
    } restore{*this, was_recording && options_.persistent};

    const bool last = !options_.persistent && !recorder.shared();
    const uint64_t number = recorder.resolve(target);
    if (number >= window_.begin && number < recorder.end() && number != 0) {
        BackwardRun backward(recorder, window_.begin, number, last);
        Borrowed<SourceNode> nodes(recorder.spare.nodes);
        find_sources(recorder, sources, window_.begin, *nodes);
        for (const SourceNode& node : *nodes)
            if (node.number < number) backward.slot(node.number).value = std::move(results[node.source]);
        for (Tensor& result : results) result = {};
        Tensor seed = options.output_gradients.defined() ? options.output_gradients : ones_like(target);
        Sink(backward.slot(number)).add(std::move(seed));
        backward.run(*nodes, results);
    } else {
        for (Tensor& result : results) result = {};
    }
    if (last) recorder.clear();
    if (options.unconnected_as_zeros)
        for (size_t i = 0; i < sources.size(); ++i)
            if (!results[i].defined())
                results[i] = sources[i].variable()
                                 ? zeros(sources[i].variable()->shape(), sources[i].variable()->dtype())
                                 : zeros_like(*sources[i].tensor());
}

NoGradient::NoGradient() : paused_(Recorder::current().active()) {
    Recorder::current().pause(paused_);
}

NoGradient::~NoGradient() {
    Recorder::current().pause(-paused_);
}

Tensor stop_gradient(const Tensor& x) {
    Tensor y = x;
    y.set_node({Recorder::detached, 0});
    return y;
}

}  // namespace keratin
