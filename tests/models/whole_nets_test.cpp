#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_model.hpp"
#include "support/golden_scrambled.hpp"

#include <keratin/layers/registry.hpp>
#include <keratin/losses.hpp>
#include <keratin/models/model.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;
using nlohmann::json;

namespace {

constexpr size_t steps = 10;

const json& net_of(const json& c) {
    for (const json& net : golden::load("whole_nets.json")["nets"])
        if (net["name"] == c["net"]) return net;
    throw std::runtime_error("no such net");
}

/// Noise, and squares of four pixels' side that are brighter where they belong to the class.
Tensor images(const Shape& image, const Tensor& labels, size_t step) {
    constexpr int64_t classes = 5;
    Tensor x = golden::scrambled(labels.shape() + image, static_cast<uint32_t>(1000 + step));
    float* pixel = x.mutable_data<float>().data();
    for (const int32_t label : labels.data<int32_t>())
        for (int64_t row = 0; row < image[0]; ++row)
            for (int64_t column = 0; column < image[1]; ++column)
                for (int64_t channel = 0; channel < image[2]; ++channel, ++pixel)
                    if ((row / 4 + column / 4) % classes == label) *pixel += 1;
    return x;
}

/// Noise, brighter in the channel of the class, and nothing behind an end that the label gives.
Tensor series(const Shape& one, const Tensor& labels, size_t step) {
    Tensor x = golden::scrambled(labels.shape() + one, static_cast<uint32_t>(1000 + step));
    float* number = x.mutable_data<float>().data();
    for (const int32_t label : labels.data<int32_t>())
        for (int64_t time = 0; time < one[0]; ++time)
            for (int64_t channel = 0; channel < one[1]; ++channel, ++number) {
                if (channel == label) *number += 1;
                if (time >= 3 + 2 * label) *number = 0;
            }
    return x;
}

std::vector<Tensor> inputs(const json& net, const Shape& input, size_t step, const Tensor& labels) {
    const json& words = net["words"][step];
    const Shape one = input.slice(1, input.rank());
    if (words.is_null()) return {one.rank() == 3 ? images(one, labels, step) : series(one, labels, step)};
    std::vector<Tensor> list;
    for (const json& x : words) list.push_back(golden::tensor(x));
    return list;
}

std::shared_ptr<Model> compiled(const json& c) {
    const Config config = golden::config_in(net_of(c)["node"], dtype(c["dtype"].get<std::string>()));
    const auto model = std::dynamic_pointer_cast<Model>(layer_from_config(config));
    golden::set_scrambled_weights(*model);
    const json& args = c["optimizer"]["args"];
    OptimizerHandle optimizer = optimizers::Adam({.learning_rate = args["learning_rate"].get<double>()});
    if (c["optimizer"]["class"] == "SGD")
        optimizer = optimizers::SGD({.learning_rate = args["learning_rate"].get<double>(),
                                     .momentum = args["momentum"].get<double>()});
    model->compile({.optimizer = optimizer,
                    .loss = losses::SparseCategoricalCrossentropy({.from_logits = c["from_logits"]})});
    return model;
}

struct Tolerance {
    double loss;     ///< relative
    double weights;  ///< relative to a weight's mean size
};

/// In float32 rounding turns a few of the ReLUs of 20 layers on or off where Winograd's form sums otherwise.
bool meets_winograd(const json& c) {
    return c["net"] == "resnet20" && c["dtype"] == "float32";
}
Tolerance tolerance(const json& c) {
    if (c["dtype"] == "float64") return {1e-10, 1e-10};
    return meets_winograd(c) && nn::winograd_allowed() ? Tolerance{3e-3, 1e-2} : Tolerance{1e-4, 1e-3};
}

/// While it lives, convolutions are plain sums.
struct PlainSums {
    const bool before = nn::winograd_allowed();
    PlainSums() { nn::allow_winograd(false); }
    ~PlainSums() { nn::allow_winograd(before); }
    PlainSums(const PlainSums&) = delete;
    PlainSums& operator=(const PlainSums&) = delete;
};

/// Where a weight differs by more than this share of its mean size; empty where it does not.
std::string mismatch(const Variable& variable, const json& expected, double share) {
    if (variable.path() != expected["path"].get<std::string>()) return "the path " + variable.path();
    const Tensor wide = convert(variable.value(), float64);
    const auto values = wide.data<double>();
    double sum = 0, absolute = 0;
    for (const double value : values) {
        sum += value;
        absolute += std::abs(value);
    }
    const double mean = golden::value(expected["absolute_sum"]) / static_cast<double>(values.size());
    const size_t stride = std::max<size_t>(1, values.size() / 16);
    std::vector<double> some = {sum / static_cast<double>(values.size()),
                                absolute / static_cast<double>(values.size())};
    for (size_t i = 0; i < values.size(); i += stride) some.push_back(values[i]);
    std::vector<double> theirs = {golden::value(expected["sum"]) / static_cast<double>(values.size()), mean};
    for (const double value : golden::values(expected["samples"])) theirs.push_back(value);
    return golden::mismatch(Tensor::from(some, {static_cast<int64_t>(some.size())}), theirs, share,
                            share * mean);
}

/// Ten steps, each loss and the weights at the end.
void follow(const json& c) {
    INFO(c["name"].get<std::string>() << (nn::winograd_allowed() ? "" : ", without Winograd"));
    clear_session();
    const std::shared_ptr<Model> model = compiled(c);
    const json& net = net_of(c);
    const Tolerance allowed = tolerance(c);
    const Shape input = model->is_functional() ? model->inputs()[0].shape() : Shape{-1, 28, 28, 1};
    REQUIRE(c["losses"].size() == steps);
    for (size_t step = 0; step < steps; ++step) {
        INFO("step " << step);
        const Tensor labels = golden::tensor(net["labels"][step]);
        const std::vector<Tensor> x = inputs(net, input, step, labels);
        const Logs logs = model->train_on_batch(x, labels);
        CHECK(logs["loss"] == Approx(golden::value(c["losses"][step])).epsilon(allowed.loss));
    }
    const std::vector<Variable> variables = model->variables();
    REQUIRE(variables.size() == c["final_weights"].size());
    for (size_t i = 0; i < variables.size(); ++i) {
        INFO(variables[i].path());
        CHECK(mismatch(variables[i], c["final_weights"][i], allowed.weights) == "");
    }
}

}  // namespace

TEST_CASE("Ten batches teach whole networks what they teach Keras's", "[models][nets][golden]") {
    int compared = 0;
    for (const json& c : golden::load("whole_nets.json")["cases"]) {
        follow(c);
        if (meets_winograd(c)) {
            const PlainSums plain;
            follow(c);
        }
        ++compared;
    }
    CHECK(compared == 13);
}
