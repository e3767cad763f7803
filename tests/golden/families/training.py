"""Small networks trained for ten given batches from given weights: every loss, the weights at the end."""

from . import common
from .common import keras, np, tensor

L = keras.layers
STEPS = 10
CLASSES = 5
SHAPE = (12, 12, 1)


def classic(**options):
    """LeNet-5 as of 1998, made small."""
    return [
        L.Conv2D(3, 3, padding="same", activation="tanh", **options),
        L.AveragePooling2D(2),
        L.Conv2D(4, 3, activation="tanh", **options),
        L.AveragePooling2D(2),
        L.Flatten(),
        L.Dense(8, activation="tanh", **options),
        L.Dense(6, activation="tanh", **options),
        L.Dense(CLASSES, activation="softmax"),
    ]


def modern(**options):
    return [
        L.Conv2D(4, 3, padding="same", activation="relu", **options),
        L.MaxPooling2D(2),
        L.Conv2D(6, 3, activation="relu", **options),
        L.MaxPooling2D(2),
        L.Flatten(),
        L.Dense(8, activation="relu", **options),
        L.Dense(CLASSES),
    ]


def normalized():
    return [
        L.Conv2D(4, 3, padding="same", use_bias=False),
        L.BatchNormalization(momentum=0.8),
        L.ReLU(),
        L.Conv2D(6, 3, strides=2, use_bias=False),
        L.BatchNormalization(scale=False),
        L.Activation("relu"),
        L.GlobalAveragePooling2D(),
        L.Dense(CLASSES, activation="softmax"),
    ]


def regularized():
    layers = classic(kernel_regularizer=keras.regularizers.L2(0.01))
    layers[0] = L.Conv2D(3, 3, padding="same", activation="tanh", kernel_regularizer=keras.regularizers.L1L2(0.002, 0.003), bias_regularizer=keras.regularizers.L1(0.01))
    return layers


def active():
    layers = classic()
    layers[5] = L.Dense(8, activation="tanh", activity_regularizer=keras.regularizers.L2(0.01))
    return layers


def constrained():
    return modern(kernel_constraint=keras.constraints.MaxNorm(0.8), bias_constraint=keras.constraints.NonNeg())


def frozen():
    layers = classic()
    layers[0].trainable = False
    return layers


def binary():
    return [*classic()[:-1], L.Dense(1, activation="sigmoid")]


def regression():
    return [*classic()[:-1], L.Dense(2)]


MODELS = {"classic": classic, "modern": modern, "normalized": normalized, "regularized": regularized, "active": active, "constrained": constrained, "frozen": frozen, "binary": binary, "regression": regression}


def made(name, dtype="float32"):
    keras.backend.clear_session()
    keras.config.set_floatx(dtype)
    model = keras.Sequential([keras.Input(SHAPE), *MODELS[name]()])
    g = common.rng(61)
    for weight in model.weights:
        if weight.name == "moving_variance":
            continue
        fan = int(np.prod(weight.shape[:-1])) or 1
        value = common.normal(g, weight.shape, scale=1 / np.sqrt(fan) if weight.name == "kernel" else 0.1)
        weight.assign(value + 1 if weight.name == "gamma" else value)
    return model


def batches():
    """Ten batches of four images, the last of three: a class is a brighter place in the noise."""
    g = common.rng(62)
    found = []
    for step in range(STEPS):
        n = 4 if step + 1 < STEPS else 3
        y = g.integers(0, CLASSES, n).astype("int32")
        x = common.normal(g, (n, *SHAPE), scale=0.3)
        for i, label in enumerate(y):
            x[i, 2 * label : 2 * label + 3, 2 * label : 2 * label + 3] += np.float32(1)
        found.append({
            "x": np.round(x * 256) / np.float32(256), "y": y, "one_hot": np.eye(CLASSES, dtype="float32")[y], "bits": (y > 2).astype("float32")[:, None],
            "targets": np.stack([y / 5, 1 - y / 3], 1).astype("float32"), "sample_weight": np.round(g.uniform(0, 2, n) * 64).astype("float32") / 64,
        })  # fmt: skip
    return found


def weights(model):
    return [{"path": w.path, "trainable": w.trainable, "value": tensor(w)} for w in model.weights]


def case(name, model, optimizer, loss, labels="y", metrics=("accuracy",), class_weight=None, weighted=False, scale_last=1.0, dtype="float32"):
    """optimizer: (class, args); loss: (class, args); scale_last multiplies the kernel of the last layer first."""
    built = made(model, dtype)
    built.layers[-1].kernel.assign(built.layers[-1].kernel * scale_last)
    args = dict(optimizer[1])
    if isinstance(args.get("learning_rate"), dict):
        rate = args["learning_rate"]
        args["learning_rate"] = getattr(keras.optimizers.schedules, rate["class"])(**rate["args"])
    built.compile(getattr(keras.optimizers, optimizer[0])(**args), getattr(keras.losses, loss[0])(**loss[1]), metrics=list(metrics), jit_compile=False)
    losses, measured = [], []
    for batch in batches():
        logs = built.train_on_batch(batch["x"].astype(dtype), batch[labels], class_weight=class_weight, sample_weight=batch["sample_weight"] if weighted else None, return_dict=True)
        kind = np.float32 if dtype == "float32" else np.float64
        losses.append(kind(logs.pop("loss")))
        measured.append({key: np.float32(value) for key, value in logs.items()})
    final = weights(built)
    first = batches()[0]
    predictions = built.predict_on_batch(first["x"].astype(dtype))
    tested = {key: np.float32(v) for key, v in built.test_on_batch(first["x"].astype(dtype), first[labels], return_dict=True).items()}
    keras.config.set_floatx("float32")
    return {
        "name": name, "model": model, "dtype": dtype, "optimizer": {"class": optimizer[0], "args": optimizer[1]}, "loss": {"class": loss[0], "args": loss[1]}, "labels": labels,
        "metrics": list(metrics), "class_weight": {str(k): v for k, v in class_weight.items()} if class_weight else None, "sample_weight": weighted, "scale_last": scale_last,
        "losses": losses, "logs": measured, "final_weights": final, "predictions": tensor(predictions), "tested": tested,
    }  # fmt: skip


def run():
    sgd, adam = ("SGD", {"learning_rate": 0.1, "momentum": 0.9}), ("Adam", {"learning_rate": 0.01})
    sparse, logits = ("SparseCategoricalCrossentropy", {}), ("SparseCategoricalCrossentropy", {"from_logits": True})
    weight = {0: 0.5, 1: 2.0, 2: 1.0, 3: 0.0, 4: 1.5}
    decay = {"class": "ExponentialDecay", "args": {"initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.5}}
    cases = [
        case("classic, SGD with momentum", "classic", sgd, sparse),
        case("classic, Adam", "classic", adam, sparse),
        case("classic, SGD with momentum, float64", "classic", sgd, sparse, dtype="float64"),
        case("classic, one-hot labels", "classic", sgd, ("CategoricalCrossentropy", {"label_smoothing": 0.1}), labels="one_hot"),
        case("classic, saturated softmax: the loss comes from the logits", "classic", ("SGD", {"learning_rate": 0.01}), sparse, scale_last=200.0),
        case("classic, class_weight", "classic", sgd, sparse, class_weight=weight),
        case("classic, sample_weight", "classic", sgd, sparse, weighted=True),
        case("classic, weighted, reduction sum", "classic", ("SGD", {"learning_rate": 0.02}), ("SparseCategoricalCrossentropy", {"reduction": "sum"}), weighted=True),
        case("classic, a rate that decays", "classic", ("SGD", {"learning_rate": decay, "momentum": 0.9, "nesterov": True}), sparse),
        case("classic, AdamW", "classic", ("AdamW", {"learning_rate": 0.01, "weight_decay": 0.1}), sparse),
        case("classic, RMSprop, clipnorm", "classic", ("RMSprop", {"learning_rate": 0.01, "clipnorm": 0.5}), sparse),
        case("modern, SGD with momentum", "modern", sgd, logits),
        case("modern, Adam", "modern", adam, logits),
        case("modern, Adam, float64", "modern", adam, logits, dtype="float64"),
        case("modern, saturated logits", "modern", ("SGD", {"learning_rate": 0.001}), logits, scale_last=200.0),
        case("modern, global_clipnorm", "modern", ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "global_clipnorm": 0.5}), logits),
        case("normalized, SGD with momentum", "normalized", sgd, sparse),
        case("normalized, Adam", "normalized", adam, sparse),
        case("regularized, SGD with momentum: the penalty is part of the loss", "regularized", sgd, sparse),
        case("regularized, Adam", "regularized", adam, sparse),
        case("activity regularizer", "active", sgd, sparse),
        case("constrained, SGD with momentum", "constrained", sgd, logits),
        case("a layer that is not trained", "frozen", sgd, sparse),
        case("sigmoid and binary cross-entropy", "binary", adam, ("BinaryCrossentropy", {}), labels="bits"),
        case("saturated sigmoid", "binary", ("SGD", {"learning_rate": 0.01}), ("BinaryCrossentropy", {}), labels="bits", scale_last=200.0),
        case("regression", "regression", adam, ("MeanSquaredError", {}), labels="targets", metrics=("mae",)),
    ]
    models = []
    for name in MODELS:
        model = made(name)
        models.append({"name": name, "config": common.plain(model.get_config()), "initial_weights": weights(model)})
    given = [{key: tensor(value) for key, value in batch.items()} for batch in batches()]
    return {"models": models, "batches": given, "cases": cases}
