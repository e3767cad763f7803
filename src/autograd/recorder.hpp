#pragma once

#include "autograd/arena.hpp"
#include "autograd/record.hpp"
#include "autograd/sink.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/tensor.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace keratin {

class ReadScope;

/// The node that stands for a source of a gradient.
struct SourceNode {
    uint64_t number;
    size_t source;
};

/// What the tapes of one thread have recorded, in the order of execution.
///
/// Nodes are numbered upwards and never renumbered, so creation order is a topological order: backward walks
/// it down, with an array of gradients beside it, and needs no sorting, hashing or recursion. A tape is a
/// window on the record; when the last tape of the thread is gone the record is emptied and its memory kept.
/// A tensor carries the number of the node that made it; a number below `begin()` is of an earlier record and
/// means nothing.
class Recorder {
public:
    /// The calling thread's.
    static Recorder& current();

    static constexpr uint32_t detached = UINT32_MAX;  ///< recorder of what stop_gradient() returns

    Recorder();
    ~Recorder() { clear(); }
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    struct Edge {
        uint64_t input;  ///< number of the node that gets the gradient
        void* closure;   ///< null when it has been freed
        const BackwardTable* table;
    };
    struct Node {
        const char* op;
        size_t first_edge;
        size_t edge_count;
    };

    uint32_t id() const { return id_; }
    bool recording() const { return active_ > 0; }
    uint64_t begin() const { return base_; }
    uint64_t end() const { return base_ + nodes_.size(); }
    const Node& node(uint64_t index) const { return nodes_[index - base_]; }

    // -- tapes
    // -----------------------------------------------------------------------------------------------
    void open(detail::TapeWindow& window);   ///< starts a window at the end of the record
    void close(detail::TapeWindow& window);  ///< the last one to close empties the record
    void update();                           ///< a window has changed
    bool shared() const { return windows_.size() > 1; }
    int active() const { return active_; }
    void pause(int tapes) {
        active_ -= tapes;
        paused_ += tapes;
    }

    // -- recording
    // -------------------------------------------------------------------------------------------
    /// Number of the node that stands for x now, 0 when nobody follows it.
    uint64_t resolve(const Tensor& x) const;
    /// As resolve(), but the oldest number within a window that starts at `begin`: what a tape's source is.
    uint64_t resolve_since(const Tensor& x, uint64_t begin) const;
    void watch(const Tensor& x, uint64_t window_begin);
    /// The leaf of a variable within a window; made when absent and `create`, else 0.
    uint64_t variable_leaf(const void* variable, uint64_t window_begin, bool create);
    /// The leaf through which a variable is read now, 0 when nobody follows it.
    uint64_t read_variable(const void* variable, bool trainable);
    /// Calls f(node number) for every leaf of the variable from `begin` on.
    template <class F>
    void each_leaf(const void* variable, uint64_t begin, F f) const {
        for (const Leaf& leaf : leaves_)
            if (leaf.variable == variable && leaf.index >= begin) f(leaf.index);
    }

    size_t edge_count() const { return edges_.size(); }
    void* add_edge(uint64_t input, size_t bytes, const BackwardTable& table);
    uint64_t add_node(const char* op, size_t first_edge);
    void drop_edges(size_t first_edge);

    // -- running backward
    // ------------------------------------------------------------------------------------
    Edge edge(size_t index) const { return edges_[index]; }
    void free_closure(size_t edge_index);
    uint64_t running = 0;  ///< the node whose closure runs, 0 outside backward
    /// Memory that a run borrows and gives back empty, so that the next one need not allocate.
    struct Spare {
        std::vector<GradientSlot> slots;
        std::vector<SourceNode> nodes;
        std::vector<GradientSource> sources;
    };
    Spare spare;
    /// Frees all closures and forgets all nodes; numbers go on counting.
    void clear();

    // -- reading variables; see variable_reads.hpp
    std::optional<DType> read_as;
    ReadScope* read_scope = nullptr;

private:
    struct Leaf {
        const void* variable;
        uint64_t index;
    };
    struct Watch {
        Tensor tensor;  ///< what is watched, kept so that its memory stays its own
        uint64_t from;  ///< the number it had before, 0 for none
        uint64_t to;
    };

    uint64_t own_number(const Tensor& x) const;

    const uint32_t id_;
    uint64_t base_ = 1;
    uint64_t window_begin_ = 1;    ///< of the innermost tape that records
    bool watch_accessed_ = false;  ///< some recording tape follows what is read
    int active_ = 0;               ///< tapes that record, less the paused ones
    int paused_ = 0;
    std::vector<detail::TapeWindow*> windows_;
    std::vector<Node> nodes_;
    std::vector<Edge> edges_;
    std::vector<Leaf> leaves_;
    std::vector<Watch> watches_;
    Arena arena_;
};

}  // namespace keratin
