"""What Keras writes: summaries, progress bars, callback messages, files, names."""

import contextlib
import io
import types

import keras.src.utils.progbar as progbar_module

from . import callbacks, common, summaries
from .common import keras, np, tensor


def progress(name, args, updates, start=100.0):
    """updates: (seconds since the start, current, [[metric, value]], finalize)."""
    clock = types.SimpleNamespace(now=start)
    real = progbar_module.time
    progbar_module.time = types.SimpleNamespace(time=lambda: clock.now)
    try:
        bar = keras.utils.Progbar(**args)
        records = []
        for seconds, current, values, finalize in updates:
            clock.now = start + seconds
            with contextlib.redirect_stdout(io.StringIO()) as out:
                bar.update(current, [tuple(v) for v in values], finalize)
            records.append({"seconds": seconds, "current": current, "values": values, "finalize": finalize, "output": out.getvalue()})
    finally:
        progbar_module.time = real
    return {"name": name, "args": args, "updates": records}


def progress_bars():
    def logs(loss, accuracy):
        return [["accuracy", accuracy], ["loss", loss]]

    fit = {"stateless_metrics": []}
    epoch = [(0.5, 1, logs(2.3, 0.1), False), (0.52, 2, logs(2.2, 0.2), False), (1.0, 100, logs(1.5, 0.5), False), (2.9, 468, logs(0.9, 0.7), False), (3.2, 469, logs(0.85, 0.75), False)]
    end = (3.4, 469, logs(0.85, 0.75) + [["val_accuracy", 0.8], ["val_loss", 0.6]], True)
    return [
        progress("an epoch, verbose=1", {"target": 469, "verbose": 1, **fit}, [*epoch, end]),
        progress("an epoch, verbose=2", {"target": 469, "verbose": 2, **fit}, [end]),
        progress("silent", {"target": 469, "verbose": 0, **fit}, [*epoch, end]),
        progress("unknown number of steps", {"target": None, "verbose": 1, **fit}, [(0.1, 1, logs(1.0, 0.0), False), (0.3, 2, logs(0.9, 0.0), False)]),
        progress("one step", {"target": 1, "verbose": 1, **fit}, [(0.25, 1, logs(1.0, 0.5), False), (0.3, 1, logs(1.0, 0.5), True)]),
        progress("one step, verbose=2", {"target": 1, "verbose": 2, **fit}, [(0.3, 1, logs(1.0, 0.5), True)]),
        progress("ETA of minutes and hours", {"target": 1000, "verbose": 1, **fit}, [(1.0, 1, [], False), (4.0, 4, [], False), (15.0, 6, [], False), (50.0, 8, [], False)]),
        progress("microseconds a step", {"target": 100000, "verbose": 1, **fit}, [(0.0001, 1, [], False), (0.2, 50000, [], False), (0.3, 100000, [], True)]),
        progress("a second a step and more", {"target": 3, "verbose": 1, **fit}, [(1.0, 1, [], False), (2.6, 2, [], False), (4.4, 3, [], True)]),
        progress("small, large and negative values", {"target": 2, "verbose": 1, **fit}, [(0.1, 1, [["a", 1e-3], ["b", 0.00101], ["c", 1.5e-7]], False), (0.2, 2, [["a", 123456.789], ["b", -0.0005], ["c", -2.5]], True)]),
        progress("small and negative values, verbose=2", {"target": 2, "verbose": 2, **fit}, [(0.2, 2, [["a", 1e-3], ["b", -2.5], ["c", 0.0], ["d", 0.00100001]], True)]),
        progress("values that are not finite", {"target": 2, "verbose": 1, **fit}, [(0.2, 2, [["a", float("nan")], ["b", float("inf")]], True)]),
        progress("averages over steps, as a user's own bar", {"target": 10, "verbose": 1}, [(0.1, 2, [["loss", 1.0]], None), (0.2, 4, [["loss", 3.0]], None), (0.3, 10, [["loss", 2.0]], None)]),
        progress("a shorter line is padded over the longer one", {"target": 3, "verbose": 1, **fit}, [(0.1, 1, [["loss", 12345.678]], False), (0.2, 2, [["loss", 1.0]], False), (0.3, 3, [["loss", 1.0]], True)]),
        progress("other width and unit", {"target": 4, "width": 8, "unit_name": "sample", "verbose": 1, **fit}, [(0.1, 1, [], False), (0.2, 2, [], False), (0.3, 4, [], True)]),
    ]  # fmt: skip


def names():
    """Automatic names, in the order in which things are made after clear_session."""
    keras.backend.clear_session()
    made = []
    L = keras.layers
    for layer, args in [
        (L.Conv2D, {"filters": 1, "kernel_size": 1}), (L.Conv2D, {"filters": 1, "kernel_size": 1}), (L.Conv2D, {"filters": 1, "kernel_size": 1, "name": "conv2d_7"}),
        (L.Conv2D, {"filters": 1, "kernel_size": 1}), (L.Dense, {"units": 1}), (L.Dense, {"units": 1, "name": "dense"}), (L.Dense, {"units": 1}), (L.ReLU, {}), (L.ReLU, {}),
        (L.Flatten, {}), (L.AveragePooling2D, {"pool_size": 2}), (L.Activation, {"activation": "relu"}), (keras.Sequential, {}), (keras.Sequential, {}), (keras.Sequential, {"name": "sequential"}), (keras.Sequential, {}),
    ]:  # fmt: skip
        made.append({"class": layer.__name__, "given": args.get("name"), "given_name": layer(**args).name})
    return made


def class_names():
    """The base of the automatic name of every layer, and the default names of optimizers, losses and metrics."""
    from keras.src.utils.naming import to_snake_case

    found = [{"kind": "layer", "class": n, "base": to_snake_case(n)} for n in sorted(dir(keras.layers)) if isinstance(getattr(keras.layers, n), type) and getattr(keras.layers, n).__name__ == n]
    for kind, module, kinds in [
        ("optimizer", keras.optimizers, ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Lion"]),
        ("loss", keras.losses, ["MeanSquaredError", "MeanAbsoluteError", "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy", "Huber", "LogCosh", "Hinge", "KLDivergence", "Poisson", "CosineSimilarity"]),
        ("metric", keras.metrics, ["Mean", "Sum", "Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy", "TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy", "MeanSquaredError", "MeanAbsoluteError", "RootMeanSquaredError", "Precision", "Recall", "AUC"]),
    ]:  # fmt: skip
        for class_name in kinds:
            keras.backend.clear_session()
            found.append({"kind": kind, "class": class_name, "base": getattr(module, class_name)().name})
    return found


def arrays():
    """Arrays as NumPy prints them, and variables as Keras does."""
    g = common.rng(71)
    table = {
        "zeros": np.zeros(4, "float32"), "ones": np.ones((2, 3), "float32"), "normal": common.normal(g, (2, 3)), "scalar": np.array(2.5, "float32"), "integral floats": np.array([1, 20, 300], "float32"),
        "small": np.array([1e-5, 2.5e-5], "float32"), "large range": np.array([1e-8, 1.0, 1e8], "float32"), "large": np.array([1e16, 2e16], "float32"), "negative": np.array([-1.5, 2, -30.25], "float32"),
        "not finite": np.array([np.nan, np.inf, -np.inf, 1], "float32"), "float64": common.normal(g, (3,), "float64"), "thirds": np.array([1 / 3, 2 / 3, 0.1], "float32"), "int32": np.array([[1, -20], [300, 4]], "int32"),
        "int64": np.array([5, 123456789012], "int64"), "uint8": np.arange(6, dtype="uint8").reshape(2, 3), "bool": np.array([True, False]), "rank 3": np.arange(8, dtype="float32").reshape(2, 2, 2), "rank 4": np.arange(4, dtype="float32").reshape(1, 2, 2, 1),
        "longer than a line": np.arange(40, dtype="float32") / 8, "more than a thousand": np.arange(1001, dtype="float32"), "a thousand and one in rows": np.arange(2002, dtype="int32").reshape(1001, 2), "wide and tall": np.arange(2500, dtype="int32").reshape(50, 50), "empty": np.zeros((0,), "float32"), "empty rows": np.zeros((2, 0), "float32"),
        "one element": np.array([[7.0]], "float32"), "minus zero": np.array([-0.0, 0.0], "float32"), "mixed digits": np.array([0.5, 0.25, 0.125, 100], "float32"), "exponents of three digits": np.array([1e-300, 1.0]),
    }  # fmt: skip
    return [{"name": name, "value": tensor(value), "text": str(value), "repr": repr(value)} for name, value in table.items()]


def variables():
    keras.backend.clear_session()
    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    layer.kernel.assign(np.arange(6, dtype="float32").reshape(3, 2) / 4)
    made = [layer.kernel, layer.bias, keras.Variable(1.5, name="scalar"), keras.Variable(np.arange(2, dtype="int32"), name="counts", trainable=False)]
    return [{"name": v.name, "path": v.path, "trainable": v.trainable, "value": tensor(v), "repr": repr(v)} for v in made]


def run():
    return {
        "summaries": summaries.run(), "progress_bars": progress_bars(), **callbacks.run(), "names": names(), "class_names": class_names(), "arrays": arrays(), "variables": variables(),
    }  # fmt: skip
