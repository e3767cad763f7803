#pragma once

#include <keratin/core/config.hpp>
#include <keratin/layers/layer.hpp>

#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

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
    /// The layer of a node, made by `make`; a marked one when it comes for the first time. Sharing lets a
    /// file of a few bytes hold models inside models without end, so ValueError is thrown for more than 64
    /// inside one another, and for far more calls, those inside called models counted, than the file lists.
    template <class Make>
    static std::shared_ptr<Layer> once(const Config& node, const Make& make) {
        if (!current_) return make();
        const Made* known = current_->find(node);
        if (!known || !known->layer) {
            const Making making(*current_);
            std::shared_ptr<Layer> layer = make();
            known = current_->keep(node, std::move(layer));
        }
        current_->count(node, *known);
        return known->layer;
    }
    /// Counts the calls of an operation, which is no layer that a node makes.
    static void count_calls(const Config& node);
    /// Counts what calls give, for an operation may give thousands; ValueError for far more than the file has
    /// calls.
    static void count_results(const Layer& called, size_t results);

private:
    struct Size {
        size_t depth = 1;  ///< of models, wrappers and layers inside one another
        size_t calls = 1;  ///< of all layers inside when it is called once
    };
    struct Made {
        std::shared_ptr<Layer> layer;
        Size size;
    };
    /// What is inside the layer that is being made.
    class Making {
    public:
        explicit Making(SharedObjects& objects) : objects_(objects) { objects_.open_.emplace_back(); }
        ~Making() { objects_.open_.pop_back(); }
        Making(const Making&) = delete;
        Making& operator=(const Making&) = delete;

    private:
        SharedObjects& objects_;
    };

    Made* find(const Config& node);
    const Made* keep(const Config& node, std::shared_ptr<Layer> layer);
    void count(const Config& node, const Made& made);

    static thread_local SharedObjects* current_;
    std::set<const LayerState*> shared_;
    std::map<int64_t, Made> made_;
    Made last_;  ///< that is not marked
    std::vector<Size> open_;
    size_t listed_ = 0;  ///< calls in the file
    size_t nested_ = 0;  ///< calls that making its models takes
    size_t results_ = 0;
    SharedObjects* outer_;
};

}  // namespace keratin::detail
