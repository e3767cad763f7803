#pragma once

#include <keratin/layers/layer.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace keratin::layers {

/// One step of a recurrent layer: {x, states...} to {output, new states...}, x being (batch, features).
/// Derive from it and override state_size() and step() for a cell of one's own, and give it to RNN.
///
///     struct Minimal : layers::RNNCell {
///         layers::Dense input{32, {.use_bias = false}}, recurrent{32, {.use_bias = false}};
///         std::vector<int64_t> state_size() const override { return {32}; }
///         std::vector<Tensor> step(const Tensor& x, const std::vector<Tensor>& h, const Masks&) override {
///             const Tensor y = input(x) + recurrent(h[0]);
///             return {y, y};
///         }
///     };
class KERATIN_EXPORT RNNCell : public ListLayer {
public:
    using ListLayer::ListLayer;

    /// What dropout leaves, drawn once for all steps of a sequence.
    struct Masks {
        std::vector<Tensor> input, recurrent;
        std::vector<Masks> cells;  ///< of the cells inside
    };

    /// Extents of the states of one sample, in order.
    virtual std::vector<int64_t> state_size() const = 0;
    virtual int64_t output_size() const { return state_size().front(); }
    /// Throws ShapeError when a built cell does not take so many features. Default: it takes any.
    virtual void require_features(int64_t features) const;
    /// The states before the first step: zeros.
    virtual std::vector<Tensor> initial_state(int64_t batch) const;

    /// Empty unless the cell drops something in this call.
    virtual Masks draw_masks(int64_t batch, int64_t features);
    /// What of a step depends on its input alone, for any number of steps at once: (.., features) to (.., k).
    /// What comes out is step()'s x. Default: the input itself.
    virtual Tensor project(const Tensor& x, const Masks& masks);
    virtual std::vector<Tensor> step(const Tensor& x, const std::vector<Tensor>& states,
                                     const Masks& masks) = 0;

    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) final;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const final;

    /// For RNN: f(), as part of a call of this cell.
    template <class F>
    auto inside(F f) {
        const Inside call(*this);
        return f();
    }

protected:
    void build_list_variables(const std::vector<Shape>& input_shapes) override;

private:
    class KERATIN_EXPORT Inside {
    public:
        explicit Inside(RNNCell& cell);
        ~Inside();
        Inside(const Inside&) = delete;
        Inside& operator=(const Inside&) = delete;

    private:
        struct Frame;
        std::unique_ptr<Frame> frame_;
    };
};

/// Arguments of StackedRNNCells.
struct StackedRNNCellsOptions {
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "stacked_rnn_cells", ... when not given
};

/// Cells on top of one another, as one (keras.layers.StackedRNNCells). The states are those of the first
/// cell, then those of the second, and so on.
class KERATIN_EXPORT StackedRNNCells : public RNNCell {
public:
    explicit StackedRNNCells(std::vector<std::shared_ptr<RNNCell>> cells,
                             StackedRNNCellsOptions options = {});

    std::vector<int64_t> state_size() const override;
    int64_t output_size() const override { return cells.back()->output_size(); }
    void require_features(int64_t features) const override { cells.front()->require_features(features); }
    std::vector<Tensor> initial_state(int64_t batch) const override;
    Masks draw_masks(int64_t batch, int64_t features) override;
    std::vector<Tensor> step(const Tensor& x, const std::vector<Tensor>& states, const Masks& masks) override;
    std::string class_name() const override { return "StackedRNNCells"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    std::vector<std::shared_ptr<RNNCell>> cells;

protected:
    void build_list_variables(const std::vector<Shape>& input_shapes) override;
    std::vector<std::shared_ptr<detail::LayerState>> inner_states() const override;
};

}  // namespace keratin::layers
