#include "support/catch.hpp"

#include "conformance/hostile/elementwise.hpp"
#include "conformance/hostile/layers.hpp"
#include "conformance/hostile/nn.hpp"
#include "conformance/hostile/operations.hpp"
#include "conformance/hostile/others.hpp"
#include "conformance/hostile/shaping.hpp"
#include "conformance/hostile/window_layers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>
#include <keratin/layers/layer.hpp>

#include <fmt/core.h>

#include <optional>
#include <string>

using namespace keratin;

namespace {

/// Reads every byte, so that a sanitizer sees memory that is not the tensor's.
unsigned checksum(const Tensor& x) {
    const auto* bytes = static_cast<const unsigned char*>(x.raw());
    unsigned sum = 0;
    for (size_t i = 0; i < static_cast<size_t>(x.size()) * size_of(x.dtype()); ++i) sum = sum * 31 + bytes[i];
    return sum;
}

void use_result(const Tensor& y) {
    if (!y.defined()) return;
    if (y.shape().size() != y.size()) throw std::logic_error("a tensor whose size is not its shape's");
    checksum(y);
}

/// Gradients of what depends on floating arguments; the tape must answer for any value.
void use_gradients(GradientTape& tape, const Tensor& y, const std::vector<Tensor>& sources) {
    if (!y.defined() || !is_floating(y.dtype())) return;
    const std::vector<Tensor> gradients = tape.gradient(y, sources);
    for (size_t i = 0; i < sources.size(); ++i) {
        use_result(gradients[i]);
        if (gradients[i].defined() && gradients[i].shape() != sources[i].shape())
            throw std::logic_error("a gradient that has not the shape of its source");
    }
}

/// One call, half of the time with its gradients; true when it gave a value, false when an error of
/// keratin's.
bool gives_value(const conformance::Call& call, conformance::Arguments& arguments) {
    std::optional<GradientTape> tape;
    if (arguments.coin()) tape.emplace();
    arguments.set_tape(tape ? &*tape : nullptr);
    try {
        const Tensor y = call.run(arguments);
        use_result(y);
        if (tape) use_gradients(*tape, y, arguments.watched());
        return true;
    } catch (const Error& error) {
        if (std::string(error.what()).size() < 20) throw std::logic_error("an error that says little");
        return false;
    }
}

conformance::Calls all_calls() {
    conformance::Calls calls;
    conformance::add_elementwise_calls(calls);
    conformance::add_shaping_calls(calls);
    conformance::add_nn_calls(calls);
    conformance::add_layer_calls(calls);
    conformance::add_window_layer_calls(calls);
    conformance::add_other_calls(calls);
    conformance::add_more_op_calls(calls);
    conformance::add_operation_calls(calls);
    return calls;
}

struct Outcomes {
    int values = 0;
    int errors = 0;
};

Outcomes run(const conformance::Call& call, unsigned seed, int times) {
    Outcomes outcomes;
    for (int i = 0; i < times; ++i) {
        INFO(call.name << ", seed " << seed + static_cast<unsigned>(i));
        conformance::Arguments arguments(seed + static_cast<unsigned>(i));
        try {
            ++(gives_value(call, arguments) ? outcomes.values : outcomes.errors);
        } catch (const std::exception& other) {
            FAIL_CHECK("neither a value nor an error of keratin's: " << other.what());
        }
    }
    return outcomes;
}

}  // namespace

TEST_CASE("Hostile arguments end in a value or in an error of keratin's", "[conformance][hostile]") {
    constexpr int times = 220;
    const conformance::Calls calls = all_calls();
    Outcomes all;
    for (size_t i = 0; i < calls.size(); ++i) {
        const Outcomes outcomes = run(calls[i], static_cast<unsigned>(100000 * i), times);
        INFO(calls[i].name << ": " << outcomes.values << " values, " << outcomes.errors << " errors");
        CHECK(outcomes.values >= times / 20);  // the calls reach what lies behind the checks
        all.values += outcomes.values;
        all.errors += outcomes.errors;
    }
    fmt::print(
        "conformance: {} hostile calls of {} functions: {} gave a value, {} an error, none anything else\n",
        all.values + all.errors, calls.size(), all.values, all.errors);
    CHECK(all.values + all.errors >= 20'000);
    CHECK(all.errors >= 4'000);
}
