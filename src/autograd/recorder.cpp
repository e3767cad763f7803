#include "autograd/recorder.hpp"

#include <atomic>

namespace keratin {
namespace {

/// The recorder number of a tensor that stop_gradient() cut off: not even a watch on its memory follows it.
bool same_value(const Tensor& a, const Tensor& b) {
    const auto detached = [](const Tensor& x) { return x.node().recorder == Recorder::detached; };
    return a.same_buffer(b) && detached(a) == detached(b);
}

uint32_t next_recorder_id() {
    static std::atomic<uint32_t> next{1};
    return next.fetch_add(1);
}

}  // namespace

Recorder& Recorder::current() {
    thread_local Recorder recorder;
    return recorder;
}

Recorder::Recorder() : id_(next_recorder_id()) {}

void Recorder::open(detail::TapeWindow& window) {
    window.begin = end();
    windows_.push_back(&window);
    update();
}

void Recorder::close(detail::TapeWindow& window) {
    std::erase(windows_, &window);
    update();
    if (windows_.empty()) clear();
}

void Recorder::update() {
    active_ = -paused_;
    watch_accessed_ = false;
    for (const detail::TapeWindow* window : windows_) {
        if (!window->recording) continue;
        ++active_;
        window_begin_ = window->begin;
        watch_accessed_ = watch_accessed_ || window->watch_accessed;
    }
}

uint64_t Recorder::own_number(const Tensor& x) const {
    const Tensor::Node& node = x.node();
    return node.recorder == id_ && node.index >= base_ ? node.index : 0;
}

uint64_t Recorder::resolve(const Tensor& x) const {
    uint64_t number = own_number(x);
    for (const Watch& watch : watches_)
        if (watch.from == number && (number != 0 || same_value(watch.tensor, x))) number = watch.to;
    return number;
}

uint64_t Recorder::resolve_since(const Tensor& x, uint64_t begin) const {
    uint64_t number = own_number(x);
    for (const Watch& watch : watches_) {
        if (number >= begin) break;
        if (watch.from == number && (number != 0 || same_value(watch.tensor, x))) number = watch.to;
    }
    return number >= begin ? number : 0;
}

void Recorder::watch(const Tensor& x, uint64_t window_begin) {
    const uint64_t number = resolve(x);
    if (number >= window_begin) return;
    // An outer tape may follow x already: the new leaf then passes its gradient on, unchanged.
    const size_t first_edge = edges_.size();
    if (number != 0) {
        auto identity = [](const Tensor& dy) { return dy; };
        ::new (add_edge(number, sizeof identity, backward_table<decltype(identity)>)) decltype(identity)(
            identity);
    }
    const uint64_t leaf = add_node("watch", first_edge);
    watches_.push_back({x, number, leaf});
}

uint64_t Recorder::variable_leaf(const void* variable, uint64_t window_begin, bool create) {
    for (size_t i = leaves_.size(); i-- > 0;)
        if (leaves_[i].variable == variable && leaves_[i].index >= window_begin) return leaves_[i].index;
    if (!create) return 0;
    const uint64_t leaf = add_node("variable", edges_.size());
    leaves_.push_back({variable, leaf});
    return leaf;
}

uint64_t Recorder::read_variable(const void* variable, bool trainable) {
    return variable_leaf(variable, window_begin_, trainable && watch_accessed_);
}

void* Recorder::add_edge(uint64_t input, size_t bytes, const BackwardTable& table) {
    void* place = arena_.allocate(bytes);
    edges_.push_back({input, place, &table});
    return place;
}

uint64_t Recorder::add_node(const char* op, size_t first_edge) {
    nodes_.push_back({op, first_edge, edges_.size() - first_edge});
    return end() - 1;
}

void Recorder::drop_edges(size_t first_edge) {
    while (edges_.size() > first_edge) {
        free_closure(edges_.size() - 1);
        edges_.pop_back();
    }
}

void Recorder::free_closure(size_t edge_index) {
    Edge& edge = edges_[edge_index];
    if (!edge.closure) return;
    edge.table->destroy(edge.closure);
    edge.closure = nullptr;
}

void Recorder::clear() {
    drop_edges(0);
    base_ = end();
    nodes_.clear();
    leaves_.clear();
    watches_.clear();
    arena_.reset();
}

// -- record.hpp
// -------------------------------------------------------------------------------------------------

bool recording() {
    return Recorder::current().recording();
}

bool tracked(const Tensor& x) {
    const Recorder& recorder = Recorder::current();
    return recorder.recording() && recorder.resolve(x) != 0;
}

Tensor result_of(Tensor y) {
    const Recorder& recorder = Recorder::current();
    y.set_node({recorder.id(), recorder.running});
    return y;
}

Recording::Recording(const char* op) : op_(op), first_edge_(Recorder::current().edge_count()) {}

Recording::~Recording() {
    if (!finished_) Recorder::current().drop_edges(first_edge_);
}

void* Recording::claim(const Tensor& input, size_t bytes, const BackwardTable& table) {
    Recorder& recorder = Recorder::current();
    if (!recorder.recording()) return nullptr;
    const uint64_t number = recorder.resolve(input);
    return number ? recorder.add_edge(number, bytes, table) : nullptr;
}

Tensor Recording::finish(Tensor y) {
    Recorder& recorder = Recorder::current();
    finished_ = true;
    if (recorder.edge_count() == first_edge_)
        y.set_node({});
    else
        y.set_node({recorder.id(), recorder.add_node(op_, first_edge_)});
    return y;
}

}  // namespace keratin
