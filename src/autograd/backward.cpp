#include "autograd/backward.hpp"

#include <algorithm>

namespace keratin {
namespace {

/// The nodes that stand for the sources within a window, newest first.
void find_sources(const Recorder& recorder, std::span<const GradientSource> sources, uint64_t begin,
                  std::vector<SourceNode>& nodes) {
    for (size_t i = 0; i < sources.size(); ++i) {
        if (const Variable* variable = sources[i].variable())
            recorder.each_leaf(variable->id(), begin, [&](uint64_t number) { nodes.push_back({number, i}); });
        else if (const uint64_t number = recorder.resolve_since(*sources[i].tensor(), begin))
            nodes.push_back({number, i});
    }
    std::sort(nodes.begin(), nodes.end(),
              [](const SourceNode& a, const SourceNode& b) { return a.number > b.number; });
}

/// One walk down the record, from the target's node to the start of the window.
class BackwardRun {
public:
    BackwardRun(Recorder& recorder, Stretch stretch)
        : recorder_(recorder),
          begin_(stretch.begin),
          target_(stretch.target),
          free_(stretch.free_as_run),
          slots_(recorder.spare.slots) {
        slots_->resize(target_ - begin_ + 1);
    }
    ~BackwardRun() { recorder_.running = outer_; }

    GradientSlot& slot(uint64_t number) { return (*slots_)[number - begin_]; }

    void run(const std::vector<SourceNode>& sources, std::span<Tensor> results) {
        auto next = sources.begin();
        while (next != sources.end() && next->number > target_) ++next;
        for (uint64_t number = target_ + 1; number-- > begin_;) {
            for (; next != sources.end() && next->number == number; ++next)
                take(number, results[next->source]);
            run_node(number);
        }
    }

private:
    void take(uint64_t number, Tensor& result) {
        if (!slot(number).filled) return;
        GradientSlot gathered{std::move(result), result.defined()};
        Sink(gathered).add(slot(number).value);
        result = std::move(gathered.value);
    }

    void run_node(uint64_t number) {
        const Recorder::Node node = recorder_.node(number);
        if (slot(number).filled) {
            const Tensor dy = std::move(slot(number).value);
            recorder_.running = number;
            for (size_t i = node.first_edge; i < node.first_edge + node.edge_count; ++i) {
                const Recorder::Edge edge = recorder_.edge(i);
                if (edge.input < begin_ || !edge.closure) continue;
                Sink sink(slot(edge.input));
                edge.table->run(edge.closure, dy, sink);
                if (free_) recorder_.free_closure(i);
            }
        }
        slot(number).value = {};
    }

    Recorder& recorder_;
    const uint64_t begin_;
    const uint64_t target_;
    const bool free_;
    const uint64_t outer_ = recorder_.running;
    Borrowed<GradientSlot> slots_;
};

}  // namespace

void run_backward(Recorder& recorder, Stretch stretch, Tensor seed, std::span<const GradientSource> sources,
                  std::span<Tensor> results) {
    BackwardRun backward(recorder, stretch);
    Borrowed<SourceNode> nodes(recorder.spare.nodes);
    find_sources(recorder, sources, stretch.begin, *nodes);
    for (const SourceNode& node : *nodes)
        if (node.number < stretch.target) backward.slot(node.number).value = std::move(results[node.source]);
    for (Tensor& result : results) result = {};
    Sink(backward.slot(stretch.target)).add(std::move(seed));
    backward.run(*nodes, results);
}

}  // namespace keratin
