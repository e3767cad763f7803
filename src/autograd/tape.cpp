#include <keratin/autograd/tape.hpp>

#include "autograd/backward.hpp"

namespace keratin {
namespace {

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

Tensor zeros_of(const GradientSource& source) {
    const Variable* variable = source.variable();
    return variable ? zeros(variable->shape(), variable->dtype()) : zeros_like(*source.tensor());
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
    return gradient(target, std::vector<GradientSource>(sources.begin(), sources.end()), options);
}

std::vector<Tensor> GradientTape::gradient(const Tensor& target, const std::vector<Tensor>& sources,
                                           const GradientOptions& options) {
    return gradient(target, std::vector<GradientSource>(sources.begin(), sources.end()), options);
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
        Tensor seed = options.output_gradients.defined() ? options.output_gradients : ones_like(target);
        run_backward(recorder, {window_.begin, number, last}, std::move(seed), sources, results);
    } else {
        for (Tensor& result : results) result = {};
    }
    if (last) recorder.clear();
    if (options.unconnected_as_zeros)
        for (size_t i = 0; i < sources.size(); ++i)
            if (!results[i].defined()) results[i] = zeros_of(sources[i]);
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
