"""Losses: value, and the gradient of the sum of the value with respect to y_pred."""

import itertools
import warnings

from . import common
from .common import keras, np, tensor, tf

REDUCTIONS = ["sum_over_batch_size", "sum", "none"]
WEIGHTS = np.array([1.0, 0.5, 0.0, 2.0], "float32")


def case(name, loss, config, y_true, y_pred, sample_weight=None):
    keras.backend.clear_session()
    made = getattr(keras.losses, loss)(**config)
    source = tf.Variable(y_pred)
    with tf.GradientTape() as tape:
        value = made(y_true, tf.convert_to_tensor(source), sample_weight)
    (gradient,) = common.gradients(tape, value, [source])
    return {
        "name": name,
        "loss": loss,
        "args": config,
        "config": common.plain(made.get_config()),
        "y_true": tensor(y_true),
        "y_pred": tensor(y_pred),
        "sample_weight": tensor(sample_weight),
        "value": tensor(value),
        "gradient": gradient,
    }


def probabilities(generator, shape):
    raw = generator.uniform(0.05, 1.0, shape)
    return (raw / raw.sum(-1, keepdims=True)).astype("float32")


def label(loss, config, weighted):
    return common.call(loss, config) + (" weighted" if weighted else "")


def grid():
    """Every loss of classification and regression x from_logits x label_smoothing x reduction x sample_weight."""
    g = common.rng(1)
    logits = common.normal(g, (4, 3), scale=2)
    probs = probabilities(g, (4, 3))
    sparse = np.array([2, 0, 1, 1], "int32")
    one_hot = np.eye(3, dtype="float32")[sparse]
    binary = np.array([[1, 0, 0], [0, 1, 1], [1, 1, 0], [0, 0, 0]], "float32")
    unit = g.uniform(0.05, 0.95, (4, 3)).astype("float32")
    target = common.normal(g, (4, 3))
    cases = []
    for reduction, weight in itertools.product(REDUCTIONS, [None, WEIGHTS]):
        for from_logits in [False, True]:
            config = {"from_logits": from_logits, "reduction": reduction}
            name = "SparseCategoricalCrossentropy"
            cases.append(case(label(name, config, weight is not None), name, config, sparse, logits if from_logits else probs, weight))
            for smoothing in [0.0, 0.1]:
                config = {"from_logits": from_logits, "label_smoothing": smoothing, "reduction": reduction}
                name = "CategoricalCrossentropy"
                cases.append(case(label(name, config, weight is not None), name, config, one_hot, logits if from_logits else probs, weight))
                name = "BinaryCrossentropy"
                cases.append(case(label(name, config, weight is not None), name, config, binary, logits if from_logits else unit, weight))
        for name in ["MeanSquaredError", "MeanAbsoluteError"]:
            config = {"reduction": reduction}
            cases.append(case(label(name, config, weight is not None), name, config, target, logits, weight))
    return cases


def shapes():
    """Labels and weights whose rank differs from what the loss sees, sequences, dtypes."""
    g = common.rng(2)
    sparse = "SparseCategoricalCrossentropy"
    logits, probs = common.normal(g, (4, 3), scale=2), probabilities(g, (4, 3))
    labels = np.array([2, 0, 1, 1], "int32")
    column = common.normal(g, (4, 1))
    values = common.normal(g, (4,))
    unit_column = g.uniform(0.05, 0.95, (4, 1)).astype("float32")
    bits = np.array([1, 0, 0, 1], "float32")
    sequence = common.normal(g, (2, 5, 3), scale=2)
    sequence_labels = g.integers(0, 3, (2, 5)).astype("int32")
    sequence_weight = g.uniform(0, 2, (2, 5)).astype("float32")
    image = common.normal(g, (2, 2, 2, 3))
    image_target = common.normal(g, (2, 2, 2, 3))
    return [
        case("sparse labels (N,1)", sparse, {}, labels[:, None], probs),
        case("sparse labels (N,1), logits, weight (N,1)", sparse, {"from_logits": True}, labels[:, None], logits, WEIGHTS[:, None]),
        case("sparse labels uint8", sparse, {}, labels.astype("uint8"), probs),
        case("sparse labels int64", sparse, {"from_logits": True}, labels.astype("int64"), logits),
        case("sparse labels float32", sparse, {"from_logits": True}, labels.astype("float32"), logits),
        case("sparse weight (N,1)", sparse, {}, labels, probs, WEIGHTS[:, None]),
        case("sparse weight (N,1), reduction none", sparse, {"reduction": "none"}, labels, probs, WEIGHTS[:, None]),
        case("sparse, mean_with_sample_weight", sparse, {"reduction": "mean_with_sample_weight"}, labels, probs, WEIGHTS),
        case("sparse sequence (N,T)", sparse, {"from_logits": True}, sequence_labels, sequence),
        case("sparse sequence (N,T), none", sparse, {"from_logits": True, "reduction": "none"}, sequence_labels, sequence),
        case("sparse sequence (N,T), weight (N,T)", sparse, {"from_logits": True}, sequence_labels, sequence, sequence_weight),
        case("sparse sequence (N,T), weight (N,1)", sparse, {"from_logits": True}, sequence_labels, sequence, np.array([[0.5], [2.0]], "float32")),
        case("sparse sequence labels (N,T,1)", sparse, {"from_logits": True}, sequence_labels[..., None], sequence),
        case("categorical sequence, weight (N,T)", "CategoricalCrossentropy", {"from_logits": True}, np.eye(3, dtype="float32")[sequence_labels], sequence, sequence_weight),
        case("categorical labels int32", "CategoricalCrossentropy", {"from_logits": True}, np.eye(3, dtype="int32")[labels], logits),
        case("categorical axis 1", "CategoricalCrossentropy", {"from_logits": True, "axis": 1}, np.moveaxis(np.eye(3, dtype="float32")[sequence_labels], -1, 1), np.ascontiguousarray(np.moveaxis(sequence, -1, 1))),
        case("categorical one class", "CategoricalCrossentropy", {}, np.ones((2, 1), "float32"), np.array([[0.3], [1.0]], "float32")),
        case("categorical probabilities are normalised first", "CategoricalCrossentropy", {}, np.eye(3, dtype="float32")[labels], probs * np.float32(2.5)),
        case("sparse probabilities that do not sum to one", sparse, {}, labels, probs * np.float32(0.3)),
        case("binary (N,1) against labels (N,)", "BinaryCrossentropy", {}, bits, unit_column),
        case("binary (N,1) against labels (N,1)", "BinaryCrossentropy", {}, bits[:, None], unit_column),
        case("binary (N,) against labels (N,1)", "BinaryCrossentropy", {}, bits[:, None], unit_column[:, 0].copy()),
        case("binary (N,1) logits, int labels (N,)", "BinaryCrossentropy", {"from_logits": True}, bits.astype("int32"), column),
        case("binary (N,1), weight (N,)", "BinaryCrossentropy", {"from_logits": True}, bits[:, None], column, WEIGHTS),
        case("binary (N,1), weight (N,1)", "BinaryCrossentropy", {"from_logits": True}, bits[:, None], column, WEIGHTS[:, None]),
        case("mse (N,1) against targets (N,)", "MeanSquaredError", {}, values, column),
        case("mse (N,) against targets (N,1)", "MeanSquaredError", {}, column, values),
        case("mse (N,1), weight (N,)", "MeanSquaredError", {}, values, column, WEIGHTS),
        case("mse image", "MeanSquaredError", {}, image_target, image),
        case("mse image, none", "MeanSquaredError", {"reduction": "none"}, image_target, image),
        case("mse image, weight per pixel", "MeanSquaredError", {}, image_target, image, g.uniform(0, 2, (2, 2, 2)).astype("float32")),
        case("mae image, weight (N,1,1)", "MeanAbsoluteError", {}, image_target, image, np.array([0.5, 2.0], "float32")[:, None, None]),
        case("mae of equal values has gradient 0", "MeanAbsoluteError", {}, column, column),
        case("mae int targets", "MeanAbsoluteError", {}, labels, values),
        case("sparse float64", sparse, {"from_logits": True, "dtype": "float64"}, labels, logits.astype("float64")),
        case("sparse probabilities float64", sparse, {"dtype": "float64"}, labels, probs.astype("float64")),
        case("binary float64", "BinaryCrossentropy", {"dtype": "float64"}, bits[:, None].astype("float64"), unit_column.astype("float64")),
        case("mse float64 with weight", "MeanSquaredError", {"dtype": "float64"}, values.astype("float64"), column.astype("float64"), WEIGHTS.astype("float64")),
        case("all weights zero", sparse, {"from_logits": True}, labels, logits, np.zeros(4, "float32")),
    ]


def ignored():
    g = common.rng(3)
    sparse = "SparseCategoricalCrossentropy"
    logits, probs = common.normal(g, (4, 3), scale=2), probabilities(g, (4, 3))
    minus = np.array([2, -1, 1, -1], "int32")
    zero = np.array([2, 0, 1, 0], "int32")
    sequence = common.normal(g, (2, 4, 3), scale=2)
    sequence_labels = np.array([[0, 1, -1, 2], [-1, -1, 2, 0]], "int32")
    cases = []
    for reduction in REDUCTIONS + ["mean_with_sample_weight"]:
        config = {"from_logits": True, "ignore_class": -1, "reduction": reduction}
        cases.append(case(f"ignore_class=-1, {reduction}", sparse, config, minus, logits))
        cases.append(case(f"ignore_class=-1, {reduction}, weighted", sparse, config, minus, logits, WEIGHTS))
    return cases + [
        case("ignore_class=0, probabilities", sparse, {"ignore_class": 0}, zero, probs),
        case("ignore_class=-1, labels (N,1)", sparse, {"ignore_class": -1, "from_logits": True}, minus[:, None], logits),
        case("ignore_class=-1, sequence", sparse, {"ignore_class": -1, "from_logits": True}, sequence_labels, sequence),
        case("ignore_class=-1, sequence, none", sparse, {"ignore_class": -1, "from_logits": True, "reduction": "none"}, sequence_labels, sequence),
        case("ignore_class=-1, every sample ignored", sparse, {"ignore_class": -1, "from_logits": True}, np.full(4, -1, "int32"), logits),
    ]


def edges():
    """Probabilities of exactly 0 and 1, saturated logits, and the epsilon 1e-7 that keeps them finite."""
    hard = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0.5, 0.5]], "float32")
    labels = np.array([0, 0, 2, 0], "int32")
    one_hot = np.eye(3, dtype="float32")[labels]
    bits = np.array([[1, 0, 1], [0, 1, 1], [0, 0, 0], [1, 1, 1]], "float32")
    big = np.array([[100, 0, -100], [0, 90, 0], [-1000, 1000, 0], [1e4, 1e4, -1e4]], "float32")
    cases = []
    for reduction in ["sum_over_batch_size", "none"]:
        for name, y_true in [("SparseCategoricalCrossentropy", labels), ("CategoricalCrossentropy", one_hot), ("BinaryCrossentropy", bits)]:
            cases.append(case(f"{name}, probabilities 0 and 1, {reduction}", name, {"reduction": reduction}, y_true, hard))
            cases.append(case(f"{name}, saturated logits, {reduction}", name, {"from_logits": True, "reduction": reduction}, y_true, big))
    smooth = {"label_smoothing": 0.2, "reduction": "none"}
    cases.append(case("CategoricalCrossentropy, probabilities 0 and 1, smoothed", "CategoricalCrossentropy", smooth, one_hot, hard))
    cases.append(case("BinaryCrossentropy, probabilities 0 and 1, smoothed", "BinaryCrossentropy", smooth, bits, hard))
    cases.append(case("BinaryCrossentropy, saturated logits, smoothed", "BinaryCrossentropy", {"from_logits": True, **smooth}, bits, big))
    cases.append(case("MeanSquaredError with a NaN prediction", "MeanSquaredError", {"reduction": "none"}, np.zeros((2, 2), "float32"), np.array([[1, np.nan], [2, 3]], "float32")))
    return cases


def more():
    """The remaining losses, with their defaults and one option each."""
    g = common.rng(4)
    y_true, y_pred = common.normal(g, (4, 3)), common.normal(g, (4, 3), scale=2)
    positive, guess = g.uniform(0.1, 3, (4, 3)).astype("float32"), g.uniform(0.1, 3, (4, 3)).astype("float32")
    signs = np.array([[1, -1, 1], [-1, -1, 1], [1, 1, 1], [-1, 1, -1]], "float32")
    one_hot = np.eye(3, dtype="float32")[[2, 0, 1, 1]]
    dist, other = probabilities(g, (4, 3)), probabilities(g, (4, 3))
    unit = g.uniform(0.05, 0.95, (4, 3)).astype("float32")
    bits = (signs + 1) / 2
    table = [
        ("Huber", {}, y_true, y_pred), ("Huber", {"delta": 0.3}, y_true, y_pred), ("LogCosh", {}, y_true, y_pred),
        ("LogCosh", {}, y_true * np.float32(100), y_pred),
        ("Hinge", {}, signs, y_pred), ("Hinge", {}, bits, y_pred), ("SquaredHinge", {}, signs, y_pred), ("CategoricalHinge", {}, one_hot, y_pred),
        ("KLDivergence", {}, dist, other), ("KLDivergence", {}, one_hot, other), ("Poisson", {}, positive, guess),
        ("CosineSimilarity", {}, y_true, y_pred), ("CosineSimilarity", {"axis": 0}, y_true, y_pred),
        ("MeanAbsolutePercentageError", {}, y_true, y_pred), ("MeanSquaredLogarithmicError", {}, positive, guess),
        ("BinaryFocalCrossentropy", {}, bits, unit), ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "gamma": 3.0, "from_logits": True}, bits, y_pred),
        ("CategoricalFocalCrossentropy", {}, one_hot, dist), ("CategoricalFocalCrossentropy", {"alpha": 0.4, "gamma": 1.5, "from_logits": True, "label_smoothing": 0.1}, one_hot, y_pred),
    ]  # fmt: skip
    cases = []
    for i, (name, config, true, pred) in enumerate(table):
        for weight in [None, WEIGHTS if name != "CosineSimilarity" or not config else WEIGHTS[:3]]:
            cases.append(case(f"more {i}: " + label(name, config, weight is not None), name, config, true, pred, weight))
    return cases


def through_activation():
    """y_pred straight from a softmax or sigmoid: Keras goes back to the logits, so saturation costs nothing."""
    g = common.rng(5)
    mild = common.normal(g, (4, 3), scale=2)
    big = np.array([[100, 0, -100], [0, 90, 0], [-50, 200, 0], [30, 30, -30]], "float32")
    labels = np.array([1, 0, 2, 0], "int32")
    table = [
        ("SparseCategoricalCrossentropy", "softmax", labels), ("CategoricalCrossentropy", "softmax", np.eye(3, dtype="float32")[labels]),
        ("BinaryCrossentropy", "sigmoid", np.array([[1, 0, 1], [0, 1, 1], [0, 0, 0], [1, 1, 1]], "float32")),
    ]  # fmt: skip
    cases = []
    for loss, activation, y_true in table:
        for words, logits in [("mild", mild), ("saturated", big)]:
            for config in [{"reduction": "none"}, {}, {"from_logits": True}]:
                source = tf.Variable(logits)
                options = "".join(f", {key}={value}" for key, value in config.items())
                with tf.GradientTape() as tape, warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    y_pred = getattr(keras.activations, activation)(tf.convert_to_tensor(source))
                    value = getattr(keras.losses, loss)(**config)(y_true, y_pred)
                (gradient,) = common.gradients(tape, value, [source])
                cases.append({
                    "name": f"{loss} of {activation}, {words} logits{options}", "loss": loss, "args": config, "activation": activation,
                    "y_true": tensor(y_true), "logits": tensor(logits), "value": tensor(value), "gradient": gradient,
                })  # fmt: skip
    return cases


def run():
    return {"cases": grid() + shapes() + ignored() + edges() + more(), "through_activation": through_activation()}
