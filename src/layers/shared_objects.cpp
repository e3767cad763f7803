#include "layers/shared_objects.hpp"

#include <keratin/core/error.hpp>

#include <algorithm>
#include <iterator>

namespace keratin::detail {

namespace {

constexpr size_t deepest = 64;
constexpr size_t calls_for_all = 100'000, calls_for_each = 8;

/// How often the model around a node calls it.
size_t calls_of(const Config& node) {
    const Config* calls = node.is_object() ? node.find("inbound_nodes") : nullptr;
    return calls && calls->is_list() ? std::max<size_t>(1, calls->as_list().size()) : 1;
}

std::string name_of(const Layer* layer) {
    return layer ? layer->name() : "the model";
}

}  // namespace

thread_local SharedObjects* SharedObjects::current_ = nullptr;

void SharedObjects::mark(Config& node, const LayerState* state) {
    if (!current_) return;
    const auto found = current_->shared_.find(state);
    if (found != current_->shared_.end())
        node.set("shared_object_id", 1 + std::distance(current_->shared_.begin(), found));
}

SharedObjects::Made* SharedObjects::find(const Config& node) {
    const Config* id = node.is_object() ? node.find("shared_object_id") : nullptr;
    return id && id->is_integer() ? &made_[id->as_integer()] : nullptr;
}

const SharedObjects::Made* SharedObjects::keep(const Config& node, std::shared_ptr<Layer> layer) {
    Made* place = find(node);
    if (!place) place = &last_;
    *place = {std::move(layer), open_.back()};
    return place;
}

void SharedObjects::count(const Config& node, const Made& made) {
    const size_t calls = calls_of(node);
    listed_ += calls;
    nested_ += calls * made.size.calls;
    if (made.size.depth > deepest)
        fail<ValueError>("{}: {} layers stand inside one another, at most {} are read",
                         name_of(made.layer.get()), made.size.depth, deepest);
    if (nested_ > calls_for_all + calls_for_each * listed_)
        fail<ValueError>(
            "{}: {} calls are listed, which make {} when those inside called models are counted; that many "
            "are not read",
            name_of(made.layer.get()), listed_, nested_);
    if (open_.empty()) return;
    Size& around = open_.back();
    around.depth = std::max(around.depth, made.size.depth + 1);
    around.calls += calls * made.size.calls;
}

void SharedObjects::count_calls(const Config& node) {
    if (current_) current_->count(node, {});
}

void SharedObjects::count_results(const Layer& called, size_t results) {
    if (!current_) return;
    current_->results_ += results;
    if (current_->results_ > calls_for_all + calls_for_each * current_->listed_)
        fail<ValueError>("{}: the {} calls listed have more than {} results; that many are not read",
                         called.name(), current_->listed_, calls_for_all);
}

}  // namespace keratin::detail
