#include "support/catch.hpp"

#include "conformance/gradients/elementwise.hpp"
#include "conformance/gradients/layers.hpp"
#include "conformance/gradients/more_layers.hpp"
#include "conformance/gradients/more_ops.hpp"
#include "conformance/gradients/nn.hpp"
#include "conformance/gradients/shaping.hpp"
#include "conformance/gradients/sweep.hpp"
#include "conformance/gradients/window_layers.hpp"
#include "conformance/headers.hpp"

#include <fmt/ranges.h>

#include <map>
#include <set>
#include <string>

using namespace keratin;

namespace {

/// The public ops that have no gradient, and why.
const std::map<std::string, std::string>& excluded_ops() {
    static const std::map<std::string, std::string> reasons = [] {
        std::map<std::string, std::string> all;
        for (const char* op : {"floor", "ceil", "round", "floor_divide"})
            all[op] = "constant between jumps; no gradient, as in TensorFlow";
        for (const char* op :
             {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
              "operator==", "operator!=", "operator<", "operator<=", "operator>", "operator>="})
            all[op] = "a comparison gives bool";
        for (const char* op : {"logical_not", "logical_and", "logical_or", "reduce_all", "reduce_any"})
            all[op] = "of bool";
        all["is_finite"] = "gives bool";
        for (const char* op : {"argmax", "argmin", "argsort"}) all[op] = "gives positions, int64";
        all["one_hot"] = "of integers";
        return all;
    }();
    return reasons;
}

std::set<std::string> names(const std::map<std::string, std::string>& table) {
    std::set<std::string> result;
    for (const auto& [name, reason] : table) result.insert(name);
    return result;
}

/// What of `wanted` is in neither list.
std::set<std::string> missing(std::set<std::string> wanted, const std::set<std::string>& covered,
                              const std::set<std::string>& excluded) {
    std::erase_if(wanted,
                  [&](const std::string& name) { return covered.count(name) || excluded.count(name); });
    return wanted;
}

void print_table(const conformance::Sweep& sweep, size_t ops, size_t layers) {
    fmt::print(
        "conformance: {} configurations of {} ops and {} layers: gradients agree with central differences in "
        "float64 (eps 1e-6, rtol 1e-4), second derivatives on {} of them; so do forward derivatives, and "
        "results in "
        "float16 and bfloat16\nwithout a gradient:\n",
        sweep.first_order(), ops, layers, sweep.second_order());
    std::map<std::string, std::set<std::string>> by_reason;
    for (const auto& [op, reason] : excluded_ops()) by_reason[reason].insert(op);
    for (const auto& [reason, ops_of_it] : by_reason)
        fmt::print("  {:<54} {}\n", reason, fmt::join(ops_of_it, ", "));
}

}  // namespace

TEST_CASE("Every public op and layer has the gradients that central differences say",
          "[conformance][gradients]") {
    conformance::Sweep sweep(20240501);
    conformance::sweep_elementwise(sweep);
    conformance::sweep_shaping(sweep);
    conformance::sweep_nn(sweep);
    conformance::sweep_window_ops(sweep);
    conformance::sweep_transforms(sweep);
    conformance::sweep_more_ops(sweep);
    std::set<std::string> ops;
    for (const auto& [op, count] : sweep.counts()) ops.insert(op);
    const int of_ops = sweep.first_order();
    std::set<std::string> layers = conformance::sweep_layers(sweep);
    layers.merge(conformance::sweep_window_layers(sweep));
    layers.merge(conformance::sweep_more_layers(sweep));

    print_table(sweep, ops.size(), layers.size());
    CHECK(missing(conformance::public_ops(), ops, names(excluded_ops())) == std::set<std::string>());
    CHECK(missing(ops, conformance::public_ops(), {}) == std::set<std::string>());
    CHECK(missing(names(excluded_ops()), conformance::public_ops(), {}) == std::set<std::string>());
    std::set<std::string> wanted = conformance::public_layers();
    for (const char* base : {"ListLayer", "RandomColor", "RandomTransform", "SpatialDropout", "Wrapper"})
        wanted.erase(base);
    for (const char* encoder : {"CategoryEncoding", "Discretization", "TextVectorization"})
        wanted.erase(encoder);
    CHECK(missing(wanted, layers, {}) == std::set<std::string>());
    CHECK(of_ops >= 400);
    CHECK(sweep.second_order() >= 100);
}
