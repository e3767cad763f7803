#include "support/catch.hpp"

#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/constraints/constraint.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;
using nlohmann::json;
namespace schedules = optimizers::schedules;

namespace {

Config node(const std::string& class_name, const json& args) {
    return Config::from_json(json{{"class_name", class_name}, {"config", args}}.dump());
}

std::shared_ptr<optimizers::LearningRateSchedule> make_schedule(const std::string& name, const json& args) {
    return optimizers::LearningRateSchedule::from_config(node(name, args));
}

/// The optimizer of a golden case, made of its arguments as of a config.
std::shared_ptr<optimizers::Optimizer> make_optimizer(const json& c) {
    json args = c["args"];
    if (!c["schedule"].is_null())
        args["learning_rate"] = {{"class_name", c["schedule"]["class"]}, {"config", c["schedule"]["args"]}};
    return optimizers::Optimizer::from_config(node(c["optimizer"], args));
}

/// Keras's config; a learning rate is float32.
void check_config(const optimizers::Optimizer& optimizer, const json& expected) {
    json own = json::parse(optimizer.get_config().to_json());
    json wanted = expected;
    if (wanted["learning_rate"].is_number()) {
        CHECK(own["learning_rate"].get<double>() == Approx(wanted["learning_rate"].get<double>()));
        wanted["learning_rate"] = own["learning_rate"];
    }
    CHECK(Config::from_json(own.dump()) == Config::from_json(wanted.dump()));
    const Config node = optimizer.serialize();
    CHECK(optimizers::Optimizer::from_config(node)->serialize() == node);
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
    const std::string file = GENERATE("optimizers.json", "more_optimizers.json");
    const json& golden = golden::load(file);
    int compared = 0;
    for (const json& c : golden["cases"]) {
        INFO(c["name"].get<std::string>());
        const auto optimizer = make_optimizer(c);
        const bool assigns = !c["assigned_learning_rates"].is_null();
        if (!assigns) check_config(*optimizer, c["config"]);
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
                  Approx(golden::value(c["learning_rates"][static_cast<size_t>(step - 1)])).epsilon(2e-6));
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
    CHECK(compared >= 60);
}

TEST_CASE("A scaled loss is Keras's: steps that are not finite halve the scale", "[optimizers][golden]") {
    const json& golden = golden::load("more_optimizers.json");
    for (const json& c : golden["scaled"]) {
        INFO(c["name"].get<std::string>());
        json args = c["scaling"];
        args["inner_optimizer"] = {{"class_name", c["optimizer"]}, {"config", c["args"]}};
        const auto optimizer = optimizers::Optimizer::from_config(node("LossScaleOptimizer", args));
        const std::vector<Variable> variables = {
            Variable(golden::tensor(golden["start"][0]), {.name = "kernel"}),
            Variable(golden::tensor(golden["start"][1]), {.name = "bias"})};
        for (int step = 1; step <= 20; ++step) {
            INFO("step " << step);
            const auto index = static_cast<size_t>(step - 1);
            CHECK(static_cast<float>(optimizer->loss_scale()) ==
                  static_cast<float>(golden::value(c["scales"][index])));
            std::vector<Tensor> gradients;
            for (const json& gradient : golden["gradients"][index]["values"])
                gradients.push_back(golden::tensor(gradient) * optimizer->loss_scale());
            if (const auto bad = c["not_finite"].find(std::to_string(step)); bad != c["not_finite"].end())
                gradients[1].mutable_data<float>()[0] = static_cast<float>(golden::value(*bad));
            optimizer->apply(gradients, variables);
            for (const json& snapshot : c["snapshots"]) {
                if (snapshot["step"] != step) continue;
                for (size_t i = 0; i < variables.size(); ++i)
                    CHECK(golden::mismatch(variables[i].value(), snapshot["variables"][i], 2e-5, 1e-6) == "");
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
        CHECK(optimizers::Optimizer::from_config(optimizer->serialize())->serialize() ==
              optimizer->serialize());
    }
}

TEST_CASE("The words for an optimizer are Keras's, capitals or not", "[optimizers]") {
    for (const char* word : {"SGD", "sgd", "Adam", "AdamW", "adamw", "ADAMW", "RMSprop", "rmsprop", "adagrad",
                             "Adadelta", "adamax", "nadam", "Nadam", "lion"})
        CHECK_NOTHROW(optimizers::Optimizer::from_name(word));
    CHECK(optimizers::Optimizer::from_name("ADAMW")->class_name() == "AdamW");
    CHECK(optimizers::Optimizer::from_config(Config()) == nullptr);
}

TEST_CASE("Learning-rate schedules are Keras's", "[optimizers][schedules][golden]") {
    const std::string file = GENERATE("optimizers.json", "more_optimizers.json");
    int compared = 0;
    for (const json& c : golden::load(file)["schedules"]) {
        INFO(c["name"].get<std::string>());
        const auto schedule = make_schedule(c["schedule"], c["args"]);
        CHECK(schedule->get_config() == Config::from_json(c["config"].dump()));
        for (size_t i = 0; i < c["steps"].size(); ++i)
            CHECK((*schedule)(c["steps"][i]) ==
                  Approx(golden::value(c["values"][i])).epsilon(2e-5).margin(1e-8));
        ++compared;
    }
    CHECK(compared >= 10);
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
    CHECK_THROWS_MATCHES(optimizers::Nadam({.gradient_accumulation_steps = 1}), ValueError,
                         Message("nadam: gradient_accumulation_steps is 1; it must be at least 2"));
    CHECK_THROWS_MATCHES(optimizers::Adagrad({.loss_scale_factor = 0}), ValueError,
                         Message("adagrad: loss_scale_factor is 0; it must be positive"));
    CHECK_THROWS_MATCHES(
        optimizers::Lion({.beta_1 = 0}), ValueError,
        Message("lion: beta_1 is 0; it must be in (0, 1], with 0 only signs of gradients count"));
    CHECK_THROWS_MATCHES(optimizers::Adadelta({.rho = 2}), ValueError,
                         Message("adadelta: rho is 2; it must be in [0, 1]"));
    CHECK_THROWS_MATCHES(
        optimizers::LossScaleOptimizer(optimizers::SGD({.loss_scale_factor = 2})), ValueError,
        Message(
            "loss_scale_optimizer: the inner optimizer has a loss_scale_factor of its own; leave it out"));
    CHECK_THROWS_MATCHES(schedules::CosineDecayRestarts({.initial_learning_rate = 1, .first_decay_steps = 0}),
                         ValueError,
                         Message("CosineDecayRestarts: first_decay_steps is 0; it must be at least 1"));

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
