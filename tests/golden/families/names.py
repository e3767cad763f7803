"""Models, layers and pictures by Keras's remaining names: configs as JSON, add_loss, own metrics, InputSpec, images."""

import json
import os
import tempfile

from . import common, functional
from .common import keras, np, tensor

layers = keras.layers


class Penalty(layers.Layer):
    """Adds two losses and hands its input on."""

    def call(self, x):
        self.add_loss(0.1 * keras.ops.mean(keras.ops.square(x)))
        self.add_loss(0.01 * keras.ops.abs(x))
        return x


def add_loss():
    x, y, kernel = (common.normal(common.rng(seed), shape) for seed, shape in ((1, (6, 3)), (2, (6, 2)), (3, (3, 2))))
    inputs = keras.Input((3,))
    dense = layers.Dense(2, use_bias=False, activity_regularizer=keras.regularizers.L2(0.02))
    model = keras.Model(inputs, Penalty()(dense(inputs)))
    dense.set_weights([kernel])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    losses = [float(model.train_on_batch(x, y, return_dict=True)["loss"]) for _ in range(3)]
    evaluated = float(model.evaluate(x, y, verbose=0, return_dict=True)["loss"])
    return [{"x": tensor(x), "y": tensor(y), "kernel": tensor(kernel), "losses": losses, "evaluated": evaluated, "learnt": tensor(dense.kernel)}]


class Widest(keras.metrics.Metric):
    """The largest prediction so far."""

    def __init__(self):
        super().__init__(name="widest")
        self.value = self.add_variable((), "zeros", name="value")

    def update_state(self, y, y_pred, sample_weight=None):
        self.value.assign(keras.ops.maximum(self.value, keras.ops.max(y_pred)))

    def result(self):
        return self.value


class OwnMetrics(keras.Sequential):
    def __init__(self, *args):
        super().__init__(*args)
        self.widest = Widest()

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        logs = super().compute_metrics(x, y, y_pred, sample_weight)
        self.widest.update_state(y, y_pred)
        logs["widest"] = self.widest.result()
        return logs


def compute_metrics():
    x, y, kernel = (common.normal(common.rng(seed), shape) for seed, shape in ((4, (8, 3)), (5, (8, 1)), (6, (3, 1))))
    model = OwnMetrics([keras.Input((3,)), layers.Dense(1, use_bias=False)])
    model.set_weights([kernel, *([w.numpy() for w in model.weights[1:]])])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", metrics=["mae"])
    history = model.fit(x, y, batch_size=3, epochs=3, shuffle=False, verbose=0).history
    return [{"x": tensor(x), "y": tensor(y), "kernel": tensor(kernel), "history": {k: [float(v) for v in values] for k, values in sorted(history.items())}}]


def metrics_names():
    """Of Keras's metrics_names with what "compile_metrics" stands for in its place."""
    cases = []
    for several, metrics in ((False, []), (False, ["mae", "accuracy"]), (True, {"kind": ["accuracy"], "size": ["mae", "mse"]})):
        x = keras.Input((3,))
        kind, size = layers.Dense(2, activation="softmax", name="kind")(x), layers.Dense(1, name="size")(x)
        model = keras.Model(x, [kind, size] if several else size)
        model.compile(loss={"kind": "categorical_crossentropy", "size": "mse"} if several else "mse", metrics=metrics)
        model.train_on_batch(np.ones((2, 3)), [np.ones((2, 2)), np.ones((2, 1))] if several else np.ones((2, 1)))
        names = []
        for metric in model.metrics:
            compiled = metric.name == "compile_metrics"
            names += sorted(metric.result()) if compiled else [metric.name]
        cases.append({"several": several, "metrics": metrics, "names": names})
    return cases


def to_json():
    sequential = keras.Sequential([keras.Input((6, 6, 1)), layers.Conv2D(2, 3, activation="relu"), layers.BatchNormalization(), layers.Flatten(), layers.Dense(3, activation="softmax")], name="small")
    unbuilt = keras.Sequential([layers.Dense(3), layers.Dropout(0.5)], name="open")
    cases = []
    for model in (sequential, unbuilt, functional.inception(), functional.shared(), functional.nested()):
        clone = keras.models.clone_model(model)
        assert json.loads(clone.to_json())["config"]["name"] == model.name
        cases.append({"name": model.name, "text": model.to_json(), "built": model.built, "clone_built": clone.built, "paths": [w.path for w in clone.weights]})
    return cases


def input_spec():
    specs = [
        {"ndim": 3}, {"min_ndim": 2, "max_ndim": 3}, {"shape": [None, 4, 3]}, {"axes": {"-1": 3}}, {"ndim": 3, "axes": {"1": 4, "-1": 3}}, {"dtype": "float32"}, {"dtype": "int32"},
        {"shape": [None, 4, 1], "allow_last_axis_squeeze": True}, {"ndim": 2, "axes": {"2": 3}}, {"max_ndim": 3, "axes": {"3": 1}},
    ]  # fmt: skip
    inputs = [((2, 3), "float32"), ((2, 4, 3), "float32"), ((2, 4, 1), "float32"), ((2, 4), "float32"), ((1, 5, 3), "float32"), ((2, 4, 3, 3), "float32"), ((2, 4, 3), "int32")]
    cases = []
    for given in specs:
        args = {**given, **({"axes": {int(k): v for k, v in given["axes"].items()}} if "axes" in given else {})}
        layer = layers.Activation("linear")
        case = {"args": given, "fits": None}
        try:
            layer.input_spec = keras.InputSpec(**args)
        except ValueError:
            cases.append(case)
            continue
        case["fits"] = []
        for shape, dtype in inputs:
            try:
                layer(np.zeros(shape, dtype))
                fits = True
            except ValueError:
                fits = False
            case["fits"].append({"shape": list(shape), "dtype": dtype, "fits": fits})
        cases.append(case)
    return cases


def array_to_img():
    cases = []
    for channels, scale, low, high in ((1, True, -3, 5), (3, True, 0, 1), (4, True, 10, 90), (3, False, 0, 255.9), (1, True, 7, 7)):
        x = common.rng(channels).uniform(low, high, (4, 3, channels)).astype("float32")
        img = keras.utils.array_to_img(x, scale=scale)
        cases.append({"x": tensor(x), "scale": scale, "img": tensor(np.asarray(img).reshape(x.shape)), "array": tensor(keras.utils.img_to_array(img))})
    return cases


def load_img():
    y, x = np.mgrid[0:7, 0:9]
    rgb = np.stack([20 * x + y, 30 * y + x, 255 - 10 * x - 5 * y], -1).astype("float32")
    cases = []
    with tempfile.TemporaryDirectory() as root:
        path = os.path.join(root, "a.png")
        keras.utils.save_img(path, rgb, scale=False)
        with open(path, "rb") as file:
            content = file.read().hex()
        for args in (
            {}, {"color_mode": "grayscale"}, {"color_mode": "rgba"}, {"target_size": [4, 5]}, {"target_size": [15, 10]}, {"target_size": [6, 6], "keep_aspect_ratio": True},
            {"target_size": [4, 12], "keep_aspect_ratio": True, "color_mode": "grayscale"}, {"target_size": [14, 20], "interpolation": "bilinear"},
        ):  # fmt: skip
            img = keras.utils.load_img(path, **args)
            cases.append({"content": content, "args": args, "img": tensor(keras.utils.img_to_array(img, dtype="uint8"))})
    return cases


def run():
    return {
        "to_json": to_json(), "add_loss": add_loss(), "compute_metrics": compute_metrics(), "metrics_names": metrics_names(), "input_spec": input_spec(),
        "array_to_img": array_to_img(), "load_img": load_img(),
    }  # fmt: skip
