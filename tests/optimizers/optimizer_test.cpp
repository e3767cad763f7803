#include "support/catch.hpp"

#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/constraints/constraint.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;
using nlohmann::json;
namespace schedules = optimizers::schedules;

namespace {

std::shared_ptr<optimizers::LearningRateSchedule> make_schedule(const std::string& name, const json& args) {
    const double rate = args.value("initial_learning_rate", 0.0);
    const int64_t steps = args.value("decay_steps", 1);
    if (name == "ExponentialDecay")
        return std::make_shared<schedules::ExponentialDecay>(schedules::ExponentialDecay::Options{
            rate, steps, args["decay_rate"], args.value("staircase", false)});
    if (name == "PiecewiseConstantDecay")
        return std::make_shared<schedules::PiecewiseConstantDecay>(
            args["boundaries"].get<std::vector<int64_t>>(), args["values"].get<std::vector<double>>());
    if (name == "PolynomialDecay")
        return std::make_shared<schedules::PolynomialDecay>(
            schedules::PolynomialDecay::Options{rate, steps, args.value("end_learning_rate", 0.0001),
                                                args.value("power", 1.0), args.value("cycle", false)});
    if (name == "CosineDecay") {
        schedules::CosineDecay::Options options{rate, steps, args.value("alpha", 0.0)};
        if (args.contains("warmup_target")) options.warmup_target = args["warmup_target"].get<double>();
        options.warmup_steps = args.value("warmup_steps", 0);
        return std::make_shared<schedules::CosineDecay>(options);
    }
    return nullptr;
}

template <class Options>
void read_common(const json& args, Options& o) {
    const auto read = [&](const char* key, auto& into) {
        using Value = std::remove_cvref_t<decltype(into)>;
        if (!args.contains(key)) return;
        if constexpr (requires { typename Value::value_type; })
            into = args[key].get<typename Value::value_type>();
        else
            into = args[key].get<Value>();
    };
    if (args.contains("learning_rate")) o.learning_rate = args["learning_rate"].get<double>();
    read("weight_decay", o.weight_decay);
    read("clipnorm", o.clipnorm);
    read("clipvalue", o.clipvalue);
    read("global_clipnorm", o.global_clipnorm);
    read("use_ema", o.use_ema);
    read("ema_momentum", o.ema_momentum);
    read("ema_overwrite_frequency", o.ema_overwrite_frequency);
    if constexpr (requires { o.beta_1; }) {
        read("beta_1", o.beta_1);
        read("beta_2", o.beta_2);
        read("amsgrad", o.amsgrad);
    }
    if constexpr (requires { o.epsilon; }) read("epsilon", o.epsilon);
    if constexpr (requires { o.momentum; }) read("momentum", o.momentum);
    if constexpr (requires { o.nesterov; }) read("nesterov", o.nesterov);
    if constexpr (requires { o.rho; }) {
        read("rho", o.rho);
        read("centered", o.centered);
    }
}

template <class Optimizer, class Options>
std::shared_ptr<optimizers::Optimizer> make(const json& c) {
    Options options;
    read_common(c["args"], options);
    if (!c["schedule"].is_null())
        options.learning_rate = make_schedule(c["schedule"]["class"], c["schedule"]["args"]);
    return std::make_shared<Optimizer>(options);
}

/// The optimizer of a golden case; null for one that is not offered.
std::shared_ptr<optimizers::Optimizer> make_optimizer(const json& c) {
    if (c["args"].contains("gradient_accumulation_steps")) return nullptr;
    const std::string name = c["optimizer"];
    if (name == "SGD") return make<optimizers::SGD, optimizers::SGDOptions>(c);
    if (name == "Adam") return make<optimizers::Adam, optimizers::AdamOptions>(c);
    if (name == "AdamW") return make<optimizers::AdamW, optimizers::AdamWOptions>(c);
    if (name == "RMSprop") return make<optimizers::RMSprop, optimizers::RMSpropOptions>(c);
    return nullptr;
}

std::vector<Variable> start_variables(const json& golden, const json& c) {
    std::vector<Variable> variables;
    const std::vector<std::string> names = {"kernel", "bias"};
    for (size_t i = 0; i < names.size(); ++i) {
        variables.emplace_back(
            convert(golden::tensor(golden["start"][i]), dtype(c["dtype"].get<std::string>())),
            VariableOptions{.name = names[i]});
        if (const json& constraint = c["constraints"][i]; !constraint.is_null())
            variables.back().set_constraint(
                [rule = constraints::Constraint::from_name(constraint.get<std::string>())](const Tensor& w) {
                    return (*rule)(w);
                });
    }
    return variables;
}

}  // namespace

TEST_CASE("Twenty steps of each optimizer are Keras's", "[optimizers][golden]") {
    const json golden = golden::load("optimizers.json");
    int compared = 0;
    for (const json& c : golden["cases"]) {
        const auto optimizer = make_optimizer(c);
        if (!optimizer) continue;
        INFO(c["name"].get<std::string>());
        const std::vector<Variable> variables = start_variables(golden, c);
        if (!c["exclude_from_weight_decay"].is_null())
            optimizer->exclude_from_weight_decay(c["exclude_from_weight_decay"]);
        // Overwriting the variables with their average feeds rounding back from step to step.
        const bool fed_back = c["args"].contains("ema_overwrite_frequency");
        const double rtol = c["dtype"] == "float64" ? 1e-7 : fed_back ? 5e-4 : 2e-5;
        for (int step = 1; step <= 20; ++step) {
            INFO("step " << step);
            if (const json& assigned = c["assigned_learning_rates"];
                !assigned.is_null() && assigned.contains(std::to_string(step)))
                optimizer->set_learning_rate(assigned[std::to_string(step)]);
            CHECK(optimizer->learning_rate() ==
                  Approx(golden::value(c["learning_rates"][static_cast<size_t>(step - 1)])).epsilon(1e-6));
            std::vector<Tensor> gradients;
            for (const json& gradient : golden["gradients"][static_cast<size_t>(step - 1)]["values"]) {
                Tensor g = convert(golden::tensor(gradient), float32);
                for (float& value : g.mutable_data<float>())
                    value *= static_cast<float>(golden::value(c["gradient_scale"]));
                gradients.push_back(convert(g, variables[0].dtype()));
            }
            optimizer->apply(gradients, variables);
            for (const json& snapshot : c["snapshots"]) {
                if (snapshot["step"] != step) continue;
                for (size_t i = 0; i < variables.size(); ++i)
                    CHECK(golden::mismatch(variables[i].value(), snapshot["variables"][i], rtol, 1e-6) == "");
                const std::vector<Variable> state = optimizer->variables();
                REQUIRE(state.size() == snapshot["optimizer_variables"].size());
                for (size_t i = 0; i < state.size(); ++i) {
                    const json& expected = snapshot["optimizer_variables"][i];
                    INFO(expected["path"].get<std::string>());
                    CHECK(state[i].path() == expected["path"].get<std::string>());
                    CHECK(golden::mismatch(state[i].value(), expected["value"], 1e-4, 1e-6) == "");
                }
            }
        }
        if (c.contains("finalized")) {
            optimizer->finalize_variable_values(variables);
            for (size_t i = 0; i < variables.size(); ++i)
                CHECK(golden::mismatch(variables[i].value(), c["finalized"][i], rtol, 1e-6) == "");
        }
        ++compared;
    }
    CHECK(compared >= 45);
}

TEST_CASE("Learning-rate schedules are Keras's", "[optimizers][schedules][golden]") {
    int compared = 0;
    for (const json& c : golden::load("optimizers.json")["schedules"]) {
        const auto schedule = make_schedule(c["schedule"], c["args"]);
        if (!schedule) continue;
        INFO(c["name"].get<std::string>());
        for (size_t i = 0; i < c["steps"].size(); ++i)
            CHECK((*schedule)(c["steps"][i]) ==
                  Approx(golden::value(c["values"][i])).epsilon(2e-5).margin(1e-8));
        ++compared;
    }
    CHECK(compared >= 12);
}

TEST_CASE("Optimizers say what is wrong with their arguments", "[optimizers][errors]") {
    CHECK_THROWS_MATCHES(
        optimizers::Adam({.clipnorm = 1.0, .clipvalue = 1.0}), ValueError,
        Message("adam: clipnorm, clipvalue and global_clipnorm exclude one another; give one"));
    CHECK_THROWS_MATCHES(optimizers::SGD({.learning_rate = -1.0}), ValueError,
                         Message("sgd: learning_rate is -1; it must not be negative"));
    CHECK_THROWS_MATCHES(optimizers::SGD({.momentum = 1.5}), ValueError,
                         Message("sgd: momentum is 1.5; it must be in [0, 1]"));
    CHECK_THROWS_MATCHES(optimizers::Adam({.beta_1 = 1.0}), ValueError,
                         Message("adam: beta_1 is 1; it must be in [0, 1)"));
    CHECK_THROWS_MATCHES(schedules::PiecewiseConstantDecay({1, 2}, {0.1}), ValueError,
                         Message("PiecewiseConstantDecay: 2 boundaries need 3 values, got 1"));
    CHECK_THROWS_AS(optimizers::Optimizer::from_name("adamant"), ValueError);

    const Variable w(zeros({2}), {.name = "w"});
    const Variable other(zeros({2}), {.name = "other"});
    optimizers::SGD sgd;
    const auto apply = [&](const Tensor& gradient, const Variable& variable) {
        sgd.apply(std::vector{gradient}, std::vector{variable});
    };
    apply(ones({2}), w);
    CHECK_THROWS_MATCHES(
        apply(ones({3}), w), ShapeError,
        Message("sgd: the gradient of w has shape (3,), the variable (2,); they must agree"));
    CHECK_THROWS_AS(apply(ones({2}), other), ValueError);
    CHECK_THROWS_MATCHES(apply(Tensor(), w), ValueError,
                         Message("sgd: no variable has a gradient; does the loss depend on them?"));
    CHECK(sgd.iterations() == 1);
    optimizers::SGD scheduled(
        {.learning_rate = [](int64_t step) { return 1.0 / static_cast<double>(step + 1); }});
    CHECK_THROWS_AS(scheduled.set_learning_rate(0.1), ValueError);
}
