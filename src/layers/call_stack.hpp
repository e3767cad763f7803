#pragma once

#include "autograd/variable_reads.hpp"
#include "layers/layer_state.hpp"

#include <keratin/autograd/variable.hpp>

#include <memory>
#include <string>
#include <vector>

namespace keratin::detail {

/// One layer whose build or call this thread is in.
class Frame {
public:
    enum class Kind { call, build, build_by_call };

    Frame(LayerState& state, bool training, Kind kind, const Config* arguments = nullptr);
    ~Frame();
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

    static Frame* top();  ///< null outside of any layer
    /// True when this thread is in the layer, at whatever depth.
    static bool is_in(const LayerState& state);
    /// True when the innermost thing this thread does is to build the layer.
    static bool builds(const LayerState& state) {
        return top() && &top()->state_ == &state && top()->kind_ != Kind::call;
    }
    static bool training();
    /// "sequential/conv2d/": the names of the layers that this thread is in.
    static std::string scope(const LayerState& innermost);

    LayerState& state() const { return state_; }
    Kind kind() const { return kind_; }
    const Config* arguments() const { return arguments_; }  ///< of the call; null for none

    bool adopted = false;  ///< a layer was found inside during this call

private:
    LayerState& state_;
    bool training_;
    Kind kind_;
    const Config* arguments_;
    Frame* outer_;
    AutocastScope autocast_;
};

/// While it lives, calls of this thread are as if made outside of any layer, with this training flag.
class OutsideCalls {
public:
    explicit OutsideCalls(bool training);
    ~OutsideCalls();
    OutsideCalls(const OutsideCalls&) = delete;
    OutsideCalls& operator=(const OutsideCalls&) = delete;

private:
    Frame* frame_;
    bool training_;
};

/// What a build has made, to be taken back unless it is committed. Builds inside of builds join the outer
/// one.
class BuildTransaction {
public:
    BuildTransaction();
    ~BuildTransaction();
    BuildTransaction(const BuildTransaction&) = delete;
    BuildTransaction& operator=(const BuildTransaction&) = delete;

    static void made(const Variable& variable);
    static void built(const std::shared_ptr<LayerState>& state);
    void commit();

private:
    BuildTransaction* outer_;
    bool committed_ = false;
    std::vector<Variable> variables_;
    std::vector<std::shared_ptr<LayerState>> states_;
};

/// While it lives, gathers what activity regularizers and add_loss() add in layers that this thread calls.
class ActivityLosses {
public:
    explicit ActivityLosses(bool gather = true);  ///< false: lets them fall
    ~ActivityLosses();
    ActivityLosses(const ActivityLosses&) = delete;
    ActivityLosses& operator=(const ActivityLosses&) = delete;

    static bool wanted();
    static void add(Tensor penalty);
    /// What came since the last time, each a scalar.
    std::vector<Tensor> take();
    static std::vector<Tensor> gathered();  ///< the same of the innermost that lives

private:
    ActivityLosses* outer_;
    bool gather_;
    std::vector<Tensor> penalties_;
};

/// Throws the keratin::Error that is being handled again, beginning with the layer's name unless its own or
/// that of a layer inside stands there already.
[[noreturn]] void rethrow_named(const LayerState& layer);

}  // namespace keratin::detail
