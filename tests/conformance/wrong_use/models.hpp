#pragma once

#include "conformance/wrong_use/use.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/layers.hpp>
#include <keratin/losses.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/optimizers.hpp>

namespace conformance::wrong_use {

/// A trained model with every kind of state: weights, moving statistics, an optimizer's moments.
inline std::shared_ptr<Sequential> trained_model() {
    auto model = std::make_shared<Sequential>(LayerOptions{.name = "model"});
    model->add(layers::Conv2D(2, {.kernel_size = 3, .name = "conv"}));
    model->add(layers::BatchNormalization({.name = "norm"}));
    model->add(layers::Flatten({.name = "flat"}));
    model->add(layers::Dense(3, {.activation = "softmax", .name = "dense"}));
    model->compile({.optimizer = optimizers::Adam(),
                    .loss = "sparse_categorical_crossentropy",
                    .metrics = {"accuracy"}});
    model->fit(ones({4, 4, 4, 1}), zeros({4}, int64), {.verbose = 0});
    return model;
}

inline std::function<std::vector<Tensor>()> state_of(const std::shared_ptr<Sequential>& model) {
    return [model] {
        std::vector<Tensor> state = model->get_weights();
        for (const Variable& slot : model->optimizer().variables()) state.push_back(slot.storage());
        return state;
    };
}

inline Group model_structure() {
    const auto model = trained_model();
    return {
        "models",
        {
            {"two layers of one name", [model] { model->add(layers::Dense(3, {.name = "dense"})); },
             Type::value,
             "model: a layer is called \"dense\" already; names must be unique, pass another .name"},
            {"a layer that does not fit the one before",
             [model] { model->add(layers::Conv2D(1, {.kernel_size = 1, .name = "late"})); }, Type::shape,
             "late: input has shape (4, 3); (batch, height, width, channels) is needed"},
            {"an InputLayer in the middle", [model] { model->add(layers::InputLayer({3})); }, Type::value,
             "model: an InputLayer must come first; the model has 4 layers already"},
            {"no layer", [model] { model->add(std::shared_ptr<Layer>()); }, Type::value,
             "model: add got no layer"},
            {"a call without layers",
             [] {
                 Sequential()(ones({1, 2}));
             },
             Type::value, "sequential: it has no layers; add() some before building or calling it"},
            {"one layer too many taken away", [] { Sequential().pop(); }, Type::value,
             "sequential: pop found no layer"},
            {"a name that is not there", [model] { model->get_layer("conv2d"); }, Type::value,
             "model: no layer is called \"conv2d\"; there are: conv, norm, flat, dense"},
            {"an index that is not there", [model] { model->get_layer(4); }, Type::value,
             "model: no layer has index 4; there are 4 layers"},
            {"a layer of another class", [model] { model->get_layer<layers::Dense>("conv"); }, Type::value,
             "model: get_layer found \"conv\", but it is a Conv2D; ask for that class"},
            {"other channels than at build",
             [model] {
                 (*model)(ones({1, 4, 4, 3}));
             },
             Type::shape,
             "conv: input of shape (1, 4, 4, 3) has 3 channels, kernel was built for 1 (kernel shape (3, 3, "
             "1, 2)); give an input of shape (batch, height, width, 1)"},
            {"other pixels than at build",
             [model] {
                 (*model)(ones({1, 5, 5, 1}));
             },
             Type::shape,
             "dense: input of shape (1, 18) has 18 features, kernel was built for 8; give an input of shape "
             "(batch, .., 8)"},
            {"an input of another rank", [model] { (*model)(ones({16})); }, Type::shape,
             "conv: input has shape (16,); images of shape (batch, height, width, channels) are needed, use "
             "reshape() or expand_dims()"},
            {"weights of another model",
             [model] {
                 model->set_weights({ones({2, 2})});
             },
             Type::value,
             "model: set_weights got 1 tensors, the layer has 8 variables; give one for each of variables()"},
            {"the summary of an unbuilt model's parameters",
             [] { Sequential(layers::Dense(2)).count_params(); }, Type::value,
             "sequential: count_params needs a built layer; call it once, or build() it with a shape"},
        },
        state_of(model)};
}

inline Group compiling() {
    const auto model = trained_model();
    const Tensor x = ones({4, 4, 4, 1});
    const Tensor y = zeros({4}, int64);
    const auto plain = [] { return Sequential(layers::Dense(1, {.name = "dense"})); };
    return {"compile",
            {
                {"fit before compile",
                 [=] {
                     plain().fit(ones({2, 1}), ones({2, 1}));
                 },
                 Type::value,
                 "sequential: fit was called before compile(); call compile({.optimizer = ..., .loss = ...}) "
                 "first"},
                {"evaluate before compile",
                 [=] {
                     plain().evaluate(ones({2, 1}), ones({2, 1}));
                 },
                 Type::value,
                 "sequential: evaluate was called before compile(); call compile({.optimizer = ..., .loss = "
                 "...}) first"},
                {"train_on_batch before compile",
                 [=] {
                     plain().train_on_batch(ones({2, 1}), ones({2, 1}));
                 },
                 Type::value,
                 "sequential: train_on_batch was called before compile(); call compile({.optimizer = ..., "
                 ".loss = ...}) first"},
                {"the optimizer before compile", [=] { plain().optimizer(); }, Type::value,
                 "sequential: optimizer was called before compile(); call compile({.optimizer = ..., .loss = "
                 "...}) first"},
                {"no optimizer", [model] { model->compile({.optimizer = nullptr, .loss = "mse"}); },
                 Type::value, "model: compile got no optimizer; give one, for instance optimizers::Adam()"},
                {"an unknown optimizer", [model] { model->compile({.optimizer = "adma", .loss = "mse"}); },
                 Type::value,
                 "optimizer: no optimizer is called \"adma\"; near it: \"adam\"; add one of your own with "
                 "Optimizer::register_class()"},
                {"an unknown loss", [model] { model->compile({.loss = "mes"}); }, Type::value,
                 "loss: no loss is called \"mes\"; near it: \"mse\"; add one of your own with "
                 "Loss::register_class()"},
                {"an unknown metric", [model] { model->compile({.loss = "mse", .metrics = {"acuracy"}}); },
                 Type::value,
                 "metric: no metric is called \"acuracy\"; near it: \"accuracy\"; add one of your own with "
                 "Metric::register_class()"},
                {"training without a loss",
                 [=] {
                     Sequential untrained = plain();
                     untrained.compile({.optimizer = "sgd"});
                     untrained.fit(ones({2, 1}), ones({2, 1}), {.verbose = 0});
                 },
                 Type::value, "sequential: training needs a loss; compile({.loss = ...}) with one"},
                {"a loss per sample",
                 [=] {
                     Sequential untrained = plain();
                     untrained.compile(
                         {.optimizer = "sgd",
                          .loss = losses::MeanSquaredError({.reduction = losses::Reduction::none})});
                     untrained.fit(ones({2, 1}), ones({2, 1}), {.verbose = 0});
                 },
                 Type::shape,
                 "sequential: the loss has shape (2,), training needs a scalar; use a reduction other than "
                 "\"none\""},
            },
            state_of(model)};
}

inline Group fitting() {
    const auto model = trained_model();
    const Tensor x = ones({4, 4, 4, 1});
    const Tensor y = zeros({4}, int64);
    const auto fit = [=](FitOptions options) {
        options.verbose = 0;
        return [=] { model->fit(x, y, options); };
    };
    const auto on = [=](const Tensor& images, const Tensor& labels) {
        return [=] { model->fit(images, labels, {.verbose = 0}); };
    };
    return {
        "fit",
        {
            {"no samples", on(ones({0, 4, 4, 1}), zeros({0}, int64)), Type::value,
             "model: fit got no samples: x has shape (0, 4, 4, 1)"},
            {"no data", on({}, {}), Type::value, "model: fit needs x, a tensor of samples"},
            {"no targets", on(x, {}), Type::value, "model: fit needs y, the targets"},
            {"fewer targets than samples", on(x, zeros({3}, int64)), Type::shape,
             "model: fit got x of shape (4, 4, 4, 1) and y of shape (3,); the first extents must agree"},
            {"images of other channels", on(ones({4, 4, 4, 3}), y), Type::shape,
             "conv: input of shape (4, 4, 4, 3) has 3 channels, kernel was built for 1 (kernel shape (3, 3, "
             "1, 2)); give an input of shape (batch, height, width, 1)"},
            {"a class out of range", on(x, full({4}, 3, int64)), Type::value,
             "sparse_softmax_cross_entropy_with_logits: labels[0] is 3, but logits have 3 classes; labels "
             "count from 0 to 2"},
            {"a negative class", on(x, full({4}, -1, int64)), Type::value,
             "sparse_softmax_cross_entropy_with_logits: labels[0] is -1, but logits have 3 classes; labels "
             "count from 0 to 2"},
            {"one-hot targets for class numbers", on(x, ones({4, 3})), Type::shape,
             "sparse_categorical_crossentropy: y_true has shape (4, 3), y_pred (4, 3); expected class "
             "numbers of shape (4,) (one-hot targets go with CategoricalCrossentropy)"},
            {"batches of nothing", fit({.batch_size = 0}), Type::value,
             "model: batch_size is 0; it must be at least 1"},
            {"fewer than no epochs", fit({.epochs = -1}), Type::value,
             "model: epochs is -1 and initial_epoch 0; they must not be negative"},
            {"a split that leaves nothing", fit({.validation_split = 1}), Type::value,
             "model: validation_split is 1; it must be in [0, 1)"},
            {"a split of less than a sample", fit({.validation_split = 0.99}), Type::value,
             "model: validation_split 0.99 of 4 samples leaves 0 to train and 4 to validate"},
            {"weights by class and by sample", fit({.class_weight = {{0, 1.0}}, .sample_weight = ones({4})}),
             Type::value, "model: fit got class_weight and sample_weight; give one of them"},
            {"weights of another number", fit({.sample_weight = ones({3})}), Type::shape,
             "model: fit got sample_weight of shape (3,) for x of shape (4, 4, 4, 1); give one weight per "
             "sample"},
            {"validation without targets", fit({.validation_data = {x, {}}}), Type::value,
             "model: fit (validation_data) needs y, the targets"},
            {"validation of no samples", fit({.validation_data = {ones({0, 4, 4, 1}), zeros({0}, int64)}}),
             Type::value, "model: fit (validation_data) got no samples: x has shape (0, 4, 4, 1)"},
            {"no validation frequency", fit({.validation_freq = 0}), Type::value,
             "model: validation_freq is 0; it must be at least 1"},
            {"a source without a batch",
             [=] { model->fit(BatchSource(std::vector<Batch>()), {.verbose = 0}); }, Type::value,
             "model: fit got no batch in epoch 1; give it data for every epoch"},
            {"a split of a source",
             [=] {
                 model->fit(BatchSource(std::vector<Batch>{{x, y}}), {.verbose = 0, .validation_split = 0.5});
             },
             Type::value,
             "model: validation_split, sample_weight and class_weight do not apply to batches of your own; "
             "put weights into Batch::sample_weight and give validation_data"},
            {"one batch of two numbers", [=] { model->train_on_batch(x, zeros({3}, int64)); }, Type::shape,
             "model: train_on_batch got x of shape (4, 4, 4, 1) and y of shape (3,); the first extents must "
             "agree"},
            {"a metric that does not fit", [=] { model->test_on_batch(x, full({4}, 5, int64)); }, Type::value,
             "sparse_softmax_cross_entropy_with_logits: labels[0] is 5, but logits have 3 classes; labels "
             "count from 0 to 2"},
            {"evaluation of nothing",
             [=] {
                 model->evaluate(ones({0, 4, 4, 1}), zeros({0}, int64), {.verbose = 0});
             },
             Type::value, "model: evaluate got no samples: x has shape (0, 4, 4, 1)"},
            {"prediction of a scalar", [=] { model->predict(Tensor::scalar(1)); }, Type::value,
             "model: predict needs x, a tensor of samples"},
            {"prediction of other images",
             [=] {
                 model->predict(ones({2, 9, 9, 1}));
             },
             Type::shape,
             "dense: input of shape (2, 98) has 98 features, kernel was built for 8; give an input of shape "
             "(batch, .., 8)"},
            {"prediction in batches of nothing", [=] { model->predict(x, {.batch_size = 0}); }, Type::value,
             "model: batch_size is 0; it must be at least 1"},
            {"training within training",
             [=] {
                 const callbacks::LambdaCallback again(
                     {.on_epoch_begin = [=](int64_t, const Logs&) { model->fit(x, y, {.verbose = 0}); }});
                 model->fit(x, y, {.verbose = 0, .callbacks = {again}});
             },
             Type::value,
             "model: fit was called while another fit of this model runs; wait for it or clone() the model"},
            {"a log that is not there", [=] { model->evaluate(x, y, {.verbose = 0})["acuracy"]; },
             Type::value, "Logs: no value is called \"acuracy\"; there are: accuracy, loss"},
            {"a history that is not there", [] { History()["loss"]; }, Type::value,
             "History: no value is called \"loss\"; there are: none"},
        },
        state_of(model)};
}

inline Group callback_uses() {
    return {
        "callbacks",
        {
            {"a checkpoint of another format", [] { callbacks::ModelCheckpoint("weights.h5"); }, Type::value,
             "ModelCheckpoint: \"weights.h5\" must end in .safetensors or .keras for checkpoints and whole "
             "models"},
            {"a checkpoint every 0 batches",
             [] { callbacks::ModelCheckpoint("w.safetensors", {.save_freq = 0}); }, Type::value,
             "ModelCheckpoint: save_freq is 0; it must be at least 1"},
            {"negative patience", [] { callbacks::EarlyStopping({.patience = -1}); }, Type::value,
             "EarlyStopping: patience is -1; it must not be negative"},
            {"a plateau that raises the rate", [] { callbacks::ReduceLROnPlateau({.factor = 2}); },
             Type::value, "ReduceLROnPlateau: factor is 2; it must be above 0 and below 1"},
            {"an unknown mode", [] { callbacks::mode("biggest"); }, Type::value,
             "mode: \"biggest\" is not known; use \"auto\", \"min\" or \"max\""},
        }};
}

}  // namespace conformance::wrong_use
