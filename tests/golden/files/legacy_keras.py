"""The older formats for make_keras.py: ".h5" files as Keras 3 writes them, and as Keras 1 and 2 did.

Keras 2 itself does not go with Keras 3 into one environment, so its files are put together by h5py from the configs and
the layout that it has: names of weights end in ":0", initializers have no module, and so on.
"""

import json

import h5py
import numpy as np


def attribute(group, name, texts):
    """Lists of names, cut where HDF5 takes no larger attribute."""
    array = np.array([t.encode() for t in texts]) if texts else np.array([])
    parts = 1
    while any(part.nbytes > 64512 for part in np.array_split(array, parts)):
        parts += 1
    for i, part in enumerate(np.array_split(array, parts)):
        group.attrs[name if parts == 1 else f"{name}{i}"] = part


def weights_of(group, layers):
    """layers: name -> [(weight's name, array)]."""
    attribute(group, "layer_names", list(layers))
    group.attrs["backend"] = b"tensorflow"
    group.attrs["keras_version"] = b"2.15.0"
    for layer, weights in layers.items():
        inner = group.create_group(layer)
        attribute(inner, "weight_names", [name for name, _ in weights])
        for name, value in weights:
            inner.create_dataset(name, data=value)


def file_of(path, config, layers, training=None):
    with h5py.File(path, "w") as f:
        f.attrs["keras_version"] = b"2.15.0"
        f.attrs["backend"] = b"tensorflow"
        f.attrs["model_config"] = json.dumps(config).encode()
        if training:
            f.attrs["training_config"] = json.dumps(training).encode()
        weights_of(f.create_group("model_weights"), layers)


def initializer(name, **config):
    return {"class_name": name, "config": config}


ONES = {"activity_regularizer": None, "kernel_regularizer": None, "bias_regularizer": None, "kernel_constraint": None, "bias_constraint": None}


def named(model):
    """The weights of a model of Keras 3 under the names of Keras 2."""
    result = {}
    for layer in model.layers:
        kinds = {}
        for w in [*layer.trainable_weights, *layer.non_trainable_weights]:
            middle = {"LSTM": "lstm_cell/", "GRU": "gru_cell/"}.get(type(layer).__name__, "")
            kinds[f"{layer.name}/{middle}{w.name}:0"] = np.array(w)
        result[layer.name] = list(kinds.items())
    return result


def keras2_sequential(writer, keras):
    """Keras 2.15: InputLayer with batch_input_shape, LeakyReLU's alpha, an optimizer of the old kind."""
    L = keras.layers
    model = keras.Sequential([keras.Input((6, 6, 1)), L.Conv2D(2, 3, name="conv2d"), L.LeakyReLU(0.3, name="leaky_re_lu"), L.BatchNormalization(name="batch_normalization"), L.DepthwiseConv2D(3, name="depthwise_conv2d"), L.Flatten(name="flatten"), L.Dense(3, activation="softmax", name="dense")])
    writer.scramble(model)
    glorot, zeros, one = initializer("GlorotUniform", seed=None), initializer("Zeros"), initializer("Ones")
    base = lambda name: {"name": name, "trainable": True, "dtype": "float32"}  # noqa: E731
    conv = {"strides": [1, 1], "padding": "valid", "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1, "activation": "linear", "use_bias": True, "bias_initializer": zeros, "kernel_initializer": glorot, **ONES}
    depthwise = {**conv, "kernel_size": [3, 3], "depth_multiplier": 1, "depthwise_initializer": glorot, "depthwise_regularizer": None, "depthwise_constraint": None}
    layers = [
        {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 6, 6, 1], "dtype": "float32", "sparse": False, "ragged": False, "name": "conv2d_input"}},
        {"module": "keras.layers", "class_name": "Conv2D", "config": {**base("conv2d"), "filters": 2, "kernel_size": [3, 3], **conv}, "registered_name": None, "build_config": {"input_shape": [None, 6, 6, 1]}},
        {"class_name": "LeakyReLU", "config": {**base("leaky_re_lu"), "alpha": 0.3}},
        {"class_name": "BatchNormalization", "config": {**base("batch_normalization"), "axis": [3], "momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True, "beta_initializer": zeros, "gamma_initializer": one, "moving_mean_initializer": zeros, "moving_variance_initializer": one, "beta_regularizer": None, "gamma_regularizer": None, "beta_constraint": None, "gamma_constraint": None}},
        {"class_name": "DepthwiseConv2D", "config": {**base("depthwise_conv2d"), **depthwise}},
        {"class_name": "Flatten", "config": {**base("flatten"), "data_format": "channels_last"}},
        {"class_name": "Dense", "config": {**base("dense"), "units": 3, "activation": "softmax", "use_bias": True, "kernel_initializer": glorot, "bias_initializer": zeros, **ONES}},
    ]
    training = {
        "loss": "sparse_categorical_crossentropy",
        "metrics": [[{"class_name": "MeanMetricWrapper", "config": {"name": "accuracy", "dtype": "float32", "fn": "sparse_categorical_accuracy"}}]],
        "weighted_metrics": None,
        "loss_weights": None,
        "optimizer_config": {"class_name": "Adam", "config": {"name": "Adam", "weight_decay": None, "clipnorm": None, "global_clipnorm": None, "clipvalue": None, "use_ema": False, "ema_momentum": 0.99, "ema_overwrite_frequency": None, "jit_compile": False, "is_legacy_optimizer": False, "lr": 0.002, "decay": 0.0, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07, "amsgrad": False}},
    }
    config = {"class_name": "Sequential", "config": {"name": "sequential", "layers": layers}}
    layer_weights = named(model)
    writer.add("keras2_sequential.h5", model, lambda path: file_of(path, config, layer_weights, training))
    # save_weights() of Keras 2 puts the same at the root.
    with h5py.File(writer.directory / "keras2_weights.h5", "w") as f:
        weights_of(f, layer_weights)


def keras2_functional(writer, keras):
    """Inbound nodes as lists, a GRU that does not say reset_after, an LSTM of Keras 1's words."""
    L = keras.layers
    x = keras.Input((4, 3), name="input_1")
    a = L.GRU(2, name="gru", reset_after=True)(x)
    b = L.LSTM(2, name="lstm", recurrent_activation="hard_sigmoid")(x)
    y = L.Dense(2, name="dense")(L.Add(name="add")([a, b]))
    model = keras.Model(x, y)
    writer.scramble(model)
    glorot, zeros, orthogonal = initializer("VarianceScaling", scale=1.0, mode="fan_avg", distribution="uniform", seed=None), initializer("Zeros"), initializer("Orthogonal", gain=1.0, seed=None)
    recurrent = {"trainable": True, "dtype": "float32", "return_sequences": False, "return_state": False, "go_backwards": False, "stateful": False, "unroll": False, "time_major": False, "units": 2, "activation": "tanh", "use_bias": True, "kernel_initializer": glorot, "recurrent_initializer": orthogonal, "bias_initializer": zeros, "kernel_regularizer": None, "recurrent_regularizer": None, "bias_regularizer": None, "activity_regularizer": None, "kernel_constraint": None, "recurrent_constraint": None, "bias_constraint": None, "dropout": 0.0, "recurrent_dropout": 0.0, "implementation": 2}
    layers = [
        {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4, 3], "dtype": "float32", "sparse": False, "ragged": False, "name": "input_1"}, "name": "input_1", "inbound_nodes": []},
        {"class_name": "GRU", "config": {**recurrent, "name": "gru", "recurrent_activation": "sigmoid"}, "name": "gru", "inbound_nodes": [[["input_1", 0, 0, {}]]]},
        {"class_name": "LSTM", "config": {**recurrent, "name": "lstm", "recurrent_activation": "hard_sigmoid", "unit_forget_bias": True}, "name": "lstm", "inbound_nodes": [[["input_1", 0, 0, {}]]]},
        {"class_name": "Add", "config": {"name": "add", "trainable": True, "dtype": "float32"}, "name": "add", "inbound_nodes": [[["gru", 0, 0, {}], ["lstm", 0, 0, {}]]]},
        {"class_name": "Dense", "config": {"name": "dense", "trainable": True, "units": 2, "activation": "linear", "use_bias": True, "kernel_initializer": glorot, "bias_initializer": zeros, **ONES}, "name": "dense", "inbound_nodes": [[["add", 0, 0, {}]]]},
    ]
    config = {"class_name": "Functional", "config": {"name": "model", "layers": layers, "input_layers": [["input_1", 0, 0]], "output_layers": [["dense", 0, 0]]}}
    writer.add("keras2_functional.h5", model, lambda path: file_of(path, config, named(model)))


def keras1_sequential(writer, keras):
    """Keras before 2.2.3: a Sequential's config is the list itself, the first layer says the input's shape."""
    L = keras.layers
    model = keras.Sequential([keras.Input((3,)), L.Dense(4, activation="relu", name="dense_1"), L.Dense(2, name="dense_2")])
    writer.scramble(model)
    dense = lambda name, units, activation: {"name": name, "trainable": True, "units": units, "activation": activation, "use_bias": True, "kernel_initializer": initializer("VarianceScaling", scale=1.0, mode="fan_avg", distribution="uniform", seed=None), "bias_initializer": initializer("Zeros"), **ONES}  # noqa: E731
    layers = [{"class_name": "Dense", "config": {**dense("dense_1", 4, "relu"), "batch_input_shape": [None, 3], "dtype": "float32"}}, {"class_name": "Dense", "config": dense("dense_2", 2, "linear")}]
    config = {"class_name": "Sequential", "config": layers}
    training = {"optimizer_config": {"class_name": "SGD", "config": {"lr": 0.01, "momentum": 0.0, "decay": 0.0, "nesterov": False}}, "loss": "mse", "metrics": [], "sample_weight_mode": None, "loss_weights": None}
    writer.add("keras1_sequential.h5", model, lambda path: file_of(path, config, named(model), training))


def split_names(writer, keras):
    """So many layers of so long names that their list does not fit one attribute."""
    L = keras.layers
    model = keras.Sequential([keras.Input((2,)), *[L.ReLU(name=f"{'long' * 60}_{i}") for i in range(300)], L.Dense(2, name="dense")])
    writer.scramble(model)
    with h5py.File(writer.directory / "split_names.h5", "w") as f:
        weights_of(f, named(model))
    writer.cases.append({"name": "split_names.h5", "kernel": np.array(model.layers[-1].kernel).reshape(-1).tolist(), "inputs": [], "outputs": []})


def add_all(writer, models):
    keras = models.keras
    writer.scramble = models.scramble
    for name, make in (("lenet5", models.lenet5), ("residual", models.residual), ("nested", models.nested), ("bidirectional", models.bidirectional), ("embedding", models.embedding), ("attention", models.attention)):
        keras.utils.clear_session()
        model = make()
        models.scramble(model)
        writer.add(f"{name}.h5", model)
    keras.utils.clear_session()
    model = models.compiled(keras.optimizers.Adam(0.01))
    models.scramble(model)
    for number in range(models.STEPS):
        models.step(model, number)
    writer.add("trained_adam.h5", model)
    writer.cases[-1]["losses"] = [models.step(model, models.STEPS + number) for number in range(models.STEPS)]
    keras.utils.clear_session()
    model = models.compiled(keras.optimizers.Adam(0.01))
    models.scramble(model)
    models.step(model, 0)
    writer.add("small.weights.h5", model, model.save_weights)
    # A layer and the optimizer are each in more than one of these files.
    writer.add("shards.weights.json", model, lambda path: model.save_weights(path, max_shard_size=770 / 2**30))
    for make in (keras2_sequential, keras2_functional, keras1_sequential, split_names):
        keras.utils.clear_session()
        make(writer, keras)
