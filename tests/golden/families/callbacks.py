"""Callbacks: the events of fit, evaluate and predict, the text they write, and what they do to scripted logs."""

import contextlib
import io
import os
import pathlib
import tempfile
import types
import warnings

import keras.src.utils.progbar as progbar_module

from . import common
from .common import keras, np, tensor

HOOKS = [f"on_{what}_{when}" for what in ("train", "test", "predict", "epoch") for when in ("begin", "end")]
HOOKS += [f"on_{what}_batch_{when}" for what in ("train", "test", "predict") for when in ("begin", "end")]


class Recorder(keras.callbacks.Callback):
    def __init__(self, stop_at=None):
        super().__init__()
        self.events, self.stop_at = [], stop_at
        for hook in HOOKS:
            setattr(self, hook, self.recording(hook))

    def recording(self, hook):
        indexed = "batch" in hook or "epoch" in hook

        def record(*args, logs=None):
            index = args[0] if indexed else None
            logs = args[1 if indexed else 0] if len(args) > (1 if indexed else 0) else logs
            keys = list(logs) if isinstance(logs, dict) else logs
            self.events.append({"hook": hook, "index": index, "log_keys": keys})
            if self.stop_at == (hook, index):
                self.model.stop_training = True

        return record


def data(seed=51, n=6):
    g = common.rng(seed)
    return common.normal(g, (n, 4)), g.integers(0, 3, n).astype("int32")


def model():
    """Dense(5, tanh) and Dense(3), with fixed weights, SGD(0.1), cross-entropy from logits and accuracy."""
    keras.backend.clear_session()
    made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, activation="tanh"), keras.layers.Dense(3)])
    g = common.rng(52)
    for weight in made.weights:
        weight.assign(common.normal(g, weight.shape, scale=0.5))
    made.compile(keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return made


@contextlib.contextmanager
def frozen_clock():
    real = progbar_module.time
    progbar_module.time = types.SimpleNamespace(time=lambda: 100.0)
    try:
        yield
    finally:
        progbar_module.time = real


def fit(name, options, stop_at=None, action="fit"):
    """A run on the data of `data(51)` (x, y), validated on `data(53)`; the clock stands still, nothing is shuffled."""
    made, recorder = model(), Recorder(stop_at)
    x, y = data()
    vx, vy = data(53, 4)
    given = dict(options)
    validated = given.pop("validated", False)
    with tempfile.TemporaryDirectory() as folder, frozen_clock(), contextlib.redirect_stdout(io.StringIO()) as out:
        log = keras.callbacks.CSVLogger(f"{folder}/log.csv")
        if action == "fit":
            history = made.fit(x, y, shuffle=False, callbacks=[recorder, log], **({"validation_data": (vx, vy)} if validated else {}), **given)
        elif action == "evaluate":
            made.evaluate(x, y, callbacks=[recorder], **given)
        else:
            made.predict(x, callbacks=[recorder], **given)
        path = pathlib.Path(folder) / "log.csv"
        csv = path.read_bytes().decode() if path.exists() else None
    result = {"name": name, "action": action, "options": options, "stop_at": list(stop_at) if stop_at else None, "events": recorder.events, "output": out.getvalue(), "csv": csv}
    if action == "fit":
        result["history"] = [{"key": key, "values": values} for key, values in history.history.items()]
        result["epochs"] = history.epoch
    return result


def runs():
    two = {"batch_size": 2, "epochs": 2}
    return [
        fit("two epochs with validation, verbose=1", {**two, "verbose": 1, "validated": True}),
        fit("two epochs with validation, verbose=2", {**two, "verbose": 2, "validated": True}),
        fit("two epochs, silent", {**two, "verbose": 0}),
        fit("one epoch, verbose=1: no line says which epoch", {"batch_size": 2, "verbose": 1}),
        fit("one epoch, verbose=2", {"batch_size": 4, "verbose": 2}),
        fit("a last batch that is smaller", {"batch_size": 4, "epochs": 2, "verbose": 2, "validated": True}),
        fit("initial_epoch=1", {"batch_size": 3, "epochs": 3, "initial_epoch": 1, "verbose": 2}),
        fit("validation_freq=2", {"batch_size": 3, "epochs": 3, "validation_freq": 2, "verbose": 2, "validated": True}),
        fit("validation_split=0.34", {"batch_size": 2, "epochs": 1, "validation_split": 0.34, "verbose": 2}),
        fit("steps_per_epoch=2", {"batch_size": 2, "epochs": 1, "steps_per_epoch": 2, "verbose": 2}),
        fit("stop_training in a batch", {**two, "verbose": 2, "validated": True}, stop_at=("on_train_batch_end", 1)),
        fit("stop_training in an epoch", {"batch_size": 2, "epochs": 4, "verbose": 2, "validated": True}, stop_at=("on_epoch_end", 1)),
        fit("evaluate, verbose=1", {"batch_size": 4, "verbose": 1}, action="evaluate"),
        fit("evaluate, verbose=2", {"batch_size": 4, "verbose": 2}, action="evaluate"),
        fit("predict, verbose=1", {"batch_size": 4, "verbose": 1}, action="predict"),
        fit("predict, verbose=2", {"batch_size": 4, "verbose": 2}, action="predict"),
    ]


def scripted(callback, monitor, values, state):
    """Feeds one value of the monitored quantity per epoch; state(callback, model) is recorded after each."""
    made = model()
    made.test_on_batch(*data())  # the metrics exist from now on, so that mode auto finds their direction
    callback.set_model(made)
    made.stop_training = False
    records = []
    with contextlib.redirect_stdout(io.StringIO()) as out, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        callback.on_train_begin()
        for epoch, value in enumerate(values):
            made.layers[1].bias.assign(np.full(3, epoch + 1.0))  # tells which epoch weights came from
            callback.on_epoch_begin(epoch)
            before = out.tell()
            logs = {"loss": 1.0} if value is None else {"loss": 1.0, monitor: value}
            callback.on_epoch_end(epoch, logs)
            records.append({"value": value, **state(callback, made), "output": out.getvalue()[before:], "log_keys": list(logs)})
            if made.stop_training:
                break
        before = out.tell()
        callback.on_train_end()
        end = out.getvalue()[before:]
    weights_of_epoch = int(keras.ops.convert_to_numpy(made.layers[1].bias)[0])
    return {"monitor": monitor, "epochs": records, "output_at_end": end, "weights_of_epoch": weights_of_epoch, "warnings": [str(w.message) for w in caught if w.category is UserWarning]}


def early_stopping():
    def state(callback, made):
        return {"wait": callback.wait, "best": callback.best, "stop": made.stop_training}

    falling = [1.0, 0.8, 0.9, 0.7, 0.75, 0.72, 0.71, 0.6]
    rising = [0.1, 0.3, 0.2, 0.4, 0.4, 0.4, 0.4]
    table = [
        ("patience 0", {"verbose": 1}, "val_loss", falling), ("patience 0, the first value counts", {}, "val_loss", [1.0, 1.0]), ("patience 1", {"patience": 1, "verbose": 1}, "val_loss", falling), ("patience 2", {"patience": 2, "verbose": 1}, "val_loss", falling),
        ("patience 4 never stops", {"patience": 4, "verbose": 1}, "val_loss", falling), ("restore_best_weights", {"patience": 2, "restore_best_weights": True, "verbose": 1}, "val_loss", falling),
        ("restore_best_weights without stopping", {"patience": 9, "restore_best_weights": True, "verbose": 1}, "val_loss", falling[:6]), ("min_delta", {"patience": 2, "min_delta": 0.15, "verbose": 1}, "val_loss", falling),
        ("an improvement of just min_delta", {"patience": 1, "min_delta": 0.25, "verbose": 1}, "val_loss", [1.0, 0.75, 0.5]), ("accuracy rises, mode auto", {"monitor": "val_accuracy", "patience": 2, "verbose": 1}, "val_accuracy", rising),
        ("mode max", {"monitor": "val_score", "mode": "max", "patience": 2}, "val_score", rising), ("mode min", {"monitor": "val_score", "mode": "min", "patience": 2}, "val_score", rising),
        ("baseline never reached", {"baseline": 0.5, "patience": 2, "verbose": 1}, "val_loss", [1.0, 0.9, 0.8, 0.7, 0.6]), ("baseline reached", {"baseline": 0.85, "patience": 2, "verbose": 1}, "val_loss", falling), ("baseline and restore", {"baseline": 0.5, "patience": 2, "restore_best_weights": True, "verbose": 1}, "val_loss", [1.0, 0.9, 0.95, 0.99]),
        ("start_from_epoch", {"start_from_epoch": 3, "patience": 1, "verbose": 1}, "val_loss", [1.0, 2.0, 3.0, 0.5, 0.6, 0.7]), ("start_from_epoch and restore", {"start_from_epoch": 2, "patience": 1, "restore_best_weights": True, "verbose": 1}, "val_loss", [0.1, 2.0, 3.0, 0.5, 0.6, 0.7]),
        ("nan", {"patience": 2, "verbose": 1}, "val_loss", [1.0, float("nan"), float("nan"), 0.5]), ("nan first", {"patience": 2, "verbose": 1}, "val_loss", [float("nan"), 1.0, 0.9, 0.95]), ("not in the logs", {"patience": 1}, "val_loss", [None, None]),
    ]  # fmt: skip
    return [{"name": name, "args": args, **scripted(keras.callbacks.EarlyStopping(**args), monitor, values, state)} for name, args, monitor, values in table]


def reduce_on_plateau():
    def state(callback, made):
        return {"wait": callback.wait, "best": callback.best, "cooldown": callback.cooldown_counter, "learning_rate": np.float32(made.optimizer.learning_rate)}

    flat = [1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.8, 0.8, 0.8, 0.8]
    table = [
        ("patience 2", {"patience": 2, "verbose": 1}, "val_loss", flat), ("patience 1, factor 0.5", {"patience": 1, "factor": 0.5, "verbose": 1}, "val_loss", flat), ("patience 0", {"patience": 0, "factor": 0.5, "verbose": 1}, "val_loss", flat),
        ("cooldown 2", {"patience": 1, "factor": 0.5, "cooldown": 2, "verbose": 1}, "val_loss", flat), ("min_lr", {"patience": 1, "factor": 0.5, "min_lr": 0.03, "verbose": 1}, "val_loss", flat), ("min_delta", {"patience": 2, "factor": 0.5, "min_delta": 0.2, "verbose": 1}, "val_loss", flat),
        ("accuracy, mode auto", {"monitor": "val_accuracy", "patience": 2, "factor": 0.5}, "val_accuracy", [0.1, 0.2, 0.2, 0.2, 0.2, 0.3]), ("mode max", {"monitor": "val_score", "mode": "max", "patience": 2, "factor": 0.5}, "val_score", [0.1, 0.2, 0.2, 0.2, 0.2, 0.3]), ("not in the logs", {"patience": 1}, "val_loss", [None, None]),
    ]  # fmt: skip
    return [{"name": name, "args": args, **scripted(keras.callbacks.ReduceLROnPlateau(**args), monitor, values, state)} for name, args, monitor, values in table]


def checkpoints():
    table = [
        ("every epoch", {"filepath": "model.keras", "verbose": 1}, "val_loss", [1.0, 0.9]), ("every epoch, a file each", {"filepath": "e{epoch:02d}-{val_loss:.2f}.keras", "verbose": 1}, "val_loss", [1.0, 0.9]),
        ("best only", {"filepath": "best.keras", "save_best_only": True, "verbose": 1}, "val_loss", [1.0, 1.1, 0.912345, 0.912345]), ("best only, a file each", {"filepath": "{epoch}.keras", "save_best_only": True, "verbose": 1}, "val_loss", [1.0, 1.1, 0.9, 0.8]),
        ("best accuracy", {"filepath": "{epoch}.keras", "monitor": "val_accuracy", "save_best_only": True, "verbose": 1}, "val_accuracy", [0.5, 0.4, 0.6]), ("mode max", {"filepath": "{epoch}.keras", "monitor": "val_score", "mode": "max", "save_best_only": True, "verbose": 1}, "val_score", [0.5, 0.4, 0.6]),
        ("initial_value_threshold", {"filepath": "{epoch}.keras", "initial_value_threshold": 0.95, "save_best_only": True, "verbose": 1}, "val_loss", [1.0, 0.9, 0.92]), ("weights only", {"filepath": "{epoch}.weights.h5", "save_weights_only": True, "verbose": 1}, "val_loss", [1.0, 0.9]),
        ("quiet", {"filepath": "{epoch}.keras", "save_best_only": True}, "val_loss", [1.0, 1.1]), ("in a folder that is made", {"filepath": "some/where/{epoch}.keras", "verbose": 1}, "val_loss", [1.0]), ("best only, not in the logs", {"filepath": "{epoch}.keras", "save_best_only": True, "verbose": 1}, "val_loss", [None]),
    ]  # fmt: skip
    cases, home = [], os.getcwd()
    for name, args, monitor, values in table:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                result = scripted(keras.callbacks.ModelCheckpoint(**args), monitor, values, lambda callback, made: {"best": callback.best})
            finally:
                os.chdir(home)
            files = sorted(str(p.relative_to(folder)) for p in pathlib.Path(folder).rglob("*") if p.is_file())
        cases.append({"name": name, "args": args, **result, "files": files})
    return cases


def csv_files():
    """CSVLogger on scripted logs: (epoch, logs) rows; what the file held before, if anything."""
    rows = [(0, {"loss": 1.5, "accuracy": 0.25}), (1, {"loss": 0.1, "accuracy": 1.0})]
    validated = [(0, {"loss": 1.5, "val_loss": 1e-7}), (1, {"loss": 1 / 3, "val_loss": 12345678.9})]
    table = [
        ("no validation: columns for it hold NA", {}, rows, None), ("with validation", {}, validated, None), ("separator", {"separator": ";"}, validated, None), ("overwrites", {}, validated, "old\n"), ("append to a file", {"append": True}, validated, "epoch,loss,val_loss\r\n0,9.0,8.0\r\n"),
        ("append to nothing", {"append": True}, validated, None), ("a key that goes missing", {}, [(0, {"loss": 1.0, "val_loss": 2.0}), (1, {"loss": 1.0})], None), ("values that are not finite", {}, [(0, {"loss": float("nan"), "val_loss": float("inf")})], None),
        ("nothing to log", {}, [], None),
    ]  # fmt: skip
    cases = []
    for name, args, logs, before in table:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "log.csv"
            if before is not None:
                path.write_bytes(before.encode())
            callback = keras.callbacks.CSVLogger(str(path), **args)
            callback.on_train_begin()
            for epoch, row in logs:
                callback.on_epoch_end(epoch, row)
            callback.on_train_end()
            content = path.read_bytes().decode() if path.exists() else None
        cases.append({"name": name, "args": args, "rows": [{"epoch": e, "logs": row} for e, row in logs], "before": before, "content": content})
    return cases


def schedulers():
    """LearningRateScheduler(rate -> rate / 2), and TerminateOnNaN."""
    made = model()
    callback = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2, verbose=1)
    callback.set_model(made)
    records = []
    for epoch in range(3):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            logs = {}
            callback.on_epoch_begin(epoch, logs)
            callback.on_epoch_end(epoch, logs)
        records.append({"epoch": epoch, "learning_rate": np.float32(made.optimizer.learning_rate), "output": out.getvalue(), "logs": logs})
    callback = keras.callbacks.TerminateOnNaN()
    callback.set_model(made)
    made.stop_training = False
    with contextlib.redirect_stdout(io.StringIO()) as out:
        callback.on_batch_end(3, {"loss": 1.0})
        callback.on_batch_end(4, {"loss": float("nan")})
    return [
        {"name": "LearningRateScheduler halves 0.1", "epochs": records},
        {"name": "TerminateOnNaN in batch 4", "output": out.getvalue(), "stop": made.stop_training},
    ]


def run():
    made = model()
    (x, y), (vx, vy) = data(), data(53, 4)
    setup = {"config": common.plain(made.get_config()), "weights": [{"path": w.path, "value": tensor(w)} for w in made.weights], "x": tensor(x), "y": tensor(y), "validation_x": tensor(vx), "validation_y": tensor(vy)}
    return {
        "setup": setup, "runs": runs(), "early_stopping": early_stopping(), "reduce_lr_on_plateau": reduce_on_plateau(), "model_checkpoint": checkpoints(), "csv_logger": csv_files(), "other_callbacks": schedulers(),
    }  # fmt: skip
