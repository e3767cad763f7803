#pragma once

#include "support/golden_scrambled.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/keratin.hpp>

#include <string>
#include <vector>

/// Models that real Keras saved: tests/golden/files/make_keras.py.
inline const nlohmann::json& keras_cases() {
    return golden::load("files/keras/expected.json")["cases"];
}

inline std::string keras_file(const std::string& name) {
    return std::string(KERATIN_SOURCE_DIR) + "/tests/golden/files/keras/" + name;
}

inline keratin::Tensors keras_inputs(const nlohmann::json& entry) {
    std::vector<keratin::Tensor> inputs;
    for (const auto& input : entry["inputs"])
        inputs.push_back(
            input.contains("seed")
                ? golden::scrambled(keratin::Shape(input["shape"].get<std::vector<int64_t>>()), input["seed"])
                : golden::tensor(input));
    return inputs;
}

namespace golden_classes {

/// make_keras.Scale.
struct Scale : keratin::Layer {
    explicit Scale(keratin::LayerOptions options, double by) : Layer(std::move(options)), factor(by) {}
    keratin::Tensor call(const keratin::Tensor& x) override { return x * factor + offset; }
    keratin::Shape compute_output_shape(const keratin::Shape& input) const override { return input; }
    std::string class_name() const override { return "Scale"; }
    keratin::Config get_config() const override { return base_config().set("factor", factor); }
    static std::shared_ptr<Layer> from_config(const keratin::Config& config) {
        return std::make_shared<Scale>(base_options(config), config["factor"].as_number());
    }

    double factor;
    keratin::Variable offset;

protected:
    void build_variables(const keratin::Shape& input) override {
        add_weight(offset, {.name = "offset", .shape = {input.back()}});
    }
};

/// make_keras.Pair: its layers are called as the attributes there.
struct Pair : keratin::Model {
    keratin::layers::Dense wide{4, {.activation = "relu", .name = "wide"}};
    keratin::layers::Dense narrow{2, {.name = "narrow"}};
    using Model::Model;
    keratin::Tensor call(const keratin::Tensor& x) override { return narrow(wide(x)); }
    std::string class_name() const override { return "Pair"; }
    keratin::Config get_config() const override { return base_config(); }
    static std::shared_ptr<Layer> from_config(const keratin::Config& config) {
        return std::make_shared<Pair>(base_options(config));
    }
};

}  // namespace golden_classes

inline void register_golden_classes() {
    using namespace golden_classes;
    keratin::register_layer<Scale>("golden>Scale", Scale::from_config);
    keratin::register_layer<Pair>("golden>Pair", Pair::from_config);
}

/// One step on make_keras.step's batch of this number; the loss.
inline double training_step(keratin::Model& model, uint32_t number) {
    using namespace keratin;
    constexpr int64_t batch = 4;
    std::vector<Tensor> x, y;
    for (const KerasTensor& input : model.inputs())
        x.push_back(golden::scrambled(input.shape().with(0, batch),
                                      10 + 3 * number + static_cast<uint32_t>(x.size())));
    if (x.empty()) x.push_back(golden::scrambled({batch, 6, 6, 2}, 10 + 3 * number));
    std::vector<Shape> outputs;
    for (const KerasTensor& output : model.outputs()) outputs.push_back(output.shape());
    if (outputs.empty()) outputs.push_back({batch, 4});
    for (const Shape& output : outputs) {
        const auto seed = static_cast<int64_t>(number);
        std::vector<float> rows;
        for (int64_t i = 0; i < batch; ++i)
            rows.push_back(static_cast<float>(output.back() == 4 ? (3 * i + seed) % 4 : (i + seed) % 2));
        if (output.back() == 4)
            y.push_back(Tensor::from(rows));
        else if (output.back() == 1)
            y.push_back(Tensor::from(rows, {batch, 1}));
        else
            y.push_back(
                golden::scrambled(output.with(0, batch), 50 + number + static_cast<uint32_t>(y.size())));
    }
    return model.train_on_batch(x, y)["loss"];
}
