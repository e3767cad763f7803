#include "layers/shared_objects.hpp"

#include <algorithm>
#include <iterator>

namespace keratin::detail {

thread_local SharedObjects* SharedObjects::current_ = nullptr;

void SharedObjects::mark(Config& node, const LayerState* state) {
    if (!current_) return;
    const auto found = current_->shared_.find(state);
    if (found != current_->shared_.end())
        node.set("shared_object_id", 1 + std::distance(current_->shared_.begin(), found));
}

std::shared_ptr<Layer>* SharedObjects::place_of(const Config& node) {
    const Config* id = current_ && node.is_object() ? node.find("shared_object_id") : nullptr;
    return id && id->is_integer() ? &current_->made_[id->as_integer()] : nullptr;
}

}  // namespace keratin::detail
