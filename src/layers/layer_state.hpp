#pragma once

#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace keratin::detail {

/// The name of variables that Keras leaves out of its files: the states of stateful layers.
inline constexpr std::string_view unsaved_weight = "rnn_state";

/// What the copies of a layer share: name, flags, and the lists of its variables and inner layers, which must
/// be known without the layer object, for it may live inside a layer of the user's.
struct LayerState : std::enable_shared_from_this<LayerState> {
    LayerState(LayerOptions options, std::string_view builtin);  ///< class name, or empty

    static const std::shared_ptr<LayerState>& of(const Layer& layer) { return layer.state_; }
    /// The state with its name given and its lists brought up to date with the layer's members.
    static std::shared_ptr<LayerState> refreshed(const Layer& layer);

    /// The objects that are this layer: each copy is one.
    void enroll(const Layer& layer);
    void leave(const Layer& layer);
    /// A copy of the oldest of them; null when none is left. Throws as shared_layer().
    std::shared_ptr<Layer> any_layer() const;
    /// That object itself, to be looked at now; null when none is left.
    const Layer* oldest_layer() const;

    /// Gives an unnamed layer "residual", "residual_1", .. by its class.
    const std::string& ensure_name(const Layer& layer);

    bool built() const { return built_.load(std::memory_order_acquire); }
    std::optional<Shape> input_shape() const;  ///< what it was built for; of the first input
    std::vector<Shape> input_shapes() const;   ///< of all of them
    /// Builds once, whichever thread comes first; a build that throws takes back all it has made.
    /// `by_call`: a call follows, so that layers inside need not be found by a trial on zeros.
    void build_once(Layer& layer, std::span<const Shape> shapes, bool by_call);
    void reset_built();  ///< the next call builds again; variables that exist are kept
    /// Back to before the build.
    void unbuild();
    void add_weight(Variable& slot, const WeightOptions& options);

    /// Numbers the symbolic calls of the layer.
    size_t count_node() { return nodes_.fetch_add(1, std::memory_order_relaxed); }

    bool trainable() const { return trainable_.load(std::memory_order_relaxed); }
    /// Of this layer, its variables that were made trainable, and all layers inside.
    void set_trainable(bool on);

    /// True when the layers inside are found call by call; false when the class lists them by inner_states().
    bool finds_inner() const { return finds_inner_.load(std::memory_order_relaxed); }
    void set_finds_inner() { finds_inner_.store(true, std::memory_order_relaxed); }
    /// Makes `child` an inner layer of this one; true when it was not yet.
    bool adopt(const std::shared_ptr<LayerState>& child);
    /// Notes that an inner layer holds variables, so that losing it is an error.
    void note_variables(const LayerState& child);
    /// Forgets inner layers that are gone; throws ValueError when one took variables with it.
    void drop_lost_layers();
    std::vector<std::shared_ptr<LayerState>> inner() const;
    /// True when an error's text begins with the name of this layer or of one inside.
    bool is_named_in(const std::string& text) const;

    void own_variables(std::vector<Variable>& list) const;
    /// Generators of random numbers that belong to the layer, in the order of their making.
    void add_generator(const SeedGenerator& generator);
    std::vector<SeedGenerator> generators() const;
    /// Own variables, then those of the layers inside, each once.
    std::vector<Variable> all_variables();

    const RegularizerHandle activity_regularizer;
    const DTypePolicy policy;
    const bool autocast;
    const std::string class_name;       ///< empty for classes of the user's
    std::vector<InputSpec> input_spec;  ///< set by the constructor
    std::string name;                   ///< settled by ensure_name()
    bool numbered = false;              ///< the name was made up when the layer was
    bool takes_any_float = false;       ///< inputs are not cast; set by the constructor

private:
    struct Weight {
        Variable variable;
        bool trainable;  ///< as it was made, whatever the layer's flag says
    };
    struct Inner {
        const LayerState* address;
        std::weak_ptr<LayerState> state;
        std::string name;
        bool has_variables;
    };
    using Visited = std::unordered_set<const void*>;

    Tensor first_value(const WeightOptions& options, const std::string& path, const std::string& weight,
                       DType type) const;
    void make_variable(Variable& slot, const WeightOptions& options, const std::string& weight,
                       DType type) const;
    void refresh_weights(std::vector<Variable>& variables);
    void set_weights(std::vector<Weight> weights);
    void list_inner(const std::vector<std::shared_ptr<LayerState>>& states);
    void collect(std::vector<Variable>& into, Visited& visited) const;
    void set_trainable(bool on, Visited& visited);

    std::recursive_mutex build_mutex_;
    mutable std::mutex mutex_;  ///< of what follows, and of the name until it is settled
    std::vector<Weight> weights_;
    std::vector<Inner> inner_;
    std::vector<SeedGenerator> generators_;
    std::vector<Shape> input_shapes_;
    std::vector<const Layer*> objects_;
    std::atomic<size_t> nodes_{0};
    std::atomic<bool> named_{false};
    std::atomic<bool> built_{false};
    std::atomic<bool> trainable_{true};
    std::atomic<bool> finds_inner_{false};
};

}  // namespace keratin::detail
