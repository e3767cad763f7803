#pragma once

#include <keratin/core/config.hpp>
#include <keratin/layers/layer.hpp>

#include <map>
#include <memory>
#include <set>
#include <utility>

namespace keratin::detail {

/// Layers that stand at several places of one config, as those shared by models inside a model do: each place
/// has the same "shared_object_id" (keras.saving's ObjectSharingScope).
class SharedObjects {
public:
    /// While it lives, serialize() on this thread marks these layers, and layer_from_config() makes each
    /// marked one once.
    explicit SharedObjects(std::set<const LayerState*> shared = {})
        : shared_(std::move(shared)), outer_(current_) {
        current_ = this;
    }
    ~SharedObjects() { current_ = outer_; }
    SharedObjects(const SharedObjects&) = delete;
    SharedObjects& operator=(const SharedObjects&) = delete;

    static void mark(Config& node, const LayerState* state);
    /// The layer of a marked node, made by `make` when it comes for the first time.
    template <class Make>
    static std::shared_ptr<Layer> once(const Config& node, const Make& make) {
        std::shared_ptr<Layer>* known = place_of(node);
        if (!known) return make();
        if (!*known) {
            std::shared_ptr<Layer> made = make();
            known = place_of(node);
            *known = std::move(made);
        }
        return *known;
    }

private:
    static thread_local SharedObjects* current_;
    static std::shared_ptr<Layer>* place_of(const Config& node);

    std::set<const LayerState*> shared_;
    std::map<int64_t, std::shared_ptr<Layer>> made_;
    SharedObjects* outer_;
};

}  // namespace keratin::detail
