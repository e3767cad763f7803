"""Metrics at their edges: thresholds, classes that nobody named, weights, top_k, class_id, curves, all one class."""

import itertools
import warnings

from . import common
from .common import keras, np
from .metrics import case, f32, i32

AVERAGES = [None, "micro", "macro", "weighted"]


def counts():
    g = common.rng(501)
    y, p, w = g.integers(0, 2, 12).astype("float32"), g.uniform(0, 1, 12).astype("float32"), g.uniform(0, 2, 12).astype("float32")
    many, scores = g.integers(0, 2, (6, 4)).astype("float32"), g.uniform(0, 1, (6, 4)).astype("float32")
    each, every = g.uniform(0, 2, 6).astype("float32"), g.uniform(0, 2, (6, 4)).astype("float32")
    edge = (f32([1, 0, 1, 0, 1, 0, 1, 0]), f32([0.5, 0.5, 0.25, 0.25, 0, 0, 1, 1]))
    ones, zeros = np.ones(5, "float32"), np.zeros(5, "float32")
    some = f32([0.1, 0.5, 0.6, 0.9, 1.0])
    table = [
        ("", {}, [(y, p), (y[:5], p[5:10]), edge]), (" threshold 0.25", {"thresholds": 0.25}, [(y, p), edge]),
        (" thresholds at will", {"thresholds": [0.9, 0.1, 0.5]}, [(y, p), edge, (y, p, w)]),
        (" thresholds even", {"thresholds": [0.0, 0.25, 0.5, 0.75, 1.0]}, [(y, p), edge, (y, p, w)]),
        (" thresholds 0 and 1", {"thresholds": [0.0, 1.0]}, [(y, p), edge]),
        (" of a matrix", {}, [(many, scores), (many, scores, each), (many, scores, every), (many, scores, each[:, None])]),
        (" (N,1) against (N,)", {}, [(y, p[:, None])]), (" of integers", {}, [(y.astype("int32"), p), (i32([3, 0, -1]), f32([0.9, 0.9, 0.1]))]),
        (" all positive", {}, [(ones, some), (ones, zeros)]), (" all negative", {}, [(zeros, some), (zeros, zeros)]),
        (" weights zero", {}, [(y, p, np.zeros(12, "float32"))]),
    ]  # fmt: skip
    names = ("TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives", "Precision", "Recall")
    return [case(f"{name}{words}", name, args, updates) for name in names for words, args, updates in table]


def top():
    g = common.rng(502)
    many, scores = g.integers(0, 2, (6, 5)).astype("float32"), g.uniform(0, 1, (6, 5)).astype("float32")
    weights, one_hot = g.uniform(0, 2, 6).astype("float32"), np.eye(5, dtype="float32")[g.integers(0, 5, 6)]
    ties = f32([[0.5, 0.5, 0.5, 0.1, 0.1], [0.2, 0.9, 0.2, 0.9, 0.9]] * 3)
    cases = []
    for name in ("Precision", "Recall"):
        for args in ({"top_k": 1}, {"top_k": 2}, {"top_k": 5}, {"class_id": 0}, {"class_id": 4, "thresholds": 0.3}, {"top_k": 2, "class_id": 1},
                     {"top_k": 2, "thresholds": [0.2, 0.6]}, {"class_id": 2, "thresholds": [0.2, 0.6, 0.7]}, {"top_k": 3, "thresholds": [0.0, 0.5, 1.0]}):  # fmt: skip
            cases.append(case(common.call(name, args), name, args, [(many, scores), (one_hot, scores, weights), (one_hot, ties)]))
    return cases


def areas():
    g = common.rng(503)
    y, p, w = g.integers(0, 2, 20).astype("float32"), g.uniform(0, 1, 20).astype("float32"), g.uniform(0, 2, 20).astype("float32")
    many, scores, logits = g.integers(0, 2, (8, 3)).astype("float32"), g.uniform(0, 1, (8, 3)).astype("float32"), common.normal(g, (8, 3))
    each = g.uniform(0, 2, 8).astype("float32")
    ones, zeros, coarse = np.ones(6, "float32"), np.zeros(6, "float32"), np.round(p * 4).astype("float32") / np.float32(4)
    cases = []
    for curve, method in itertools.product(("ROC", "PR", "PRGAIN"), ("interpolation", "minoring", "majoring")):
        base = {"curve": curve, "summation_method": method}
        words = common.call("AUC", base)
        cases += [
            case(words, "AUC", {**base, "num_thresholds": 20}, [(y, p), (y[:7], p[5:12], w[:7]), (y, coarse)]),
            case(words + " three thresholds", "AUC", {**base, "num_thresholds": 3}, [(y, p), (y, coarse)]),
            case(words + " two thresholds", "AUC", {**base, "num_thresholds": 2}, [(y, p)]),
            case(words + " thresholds given", "AUC", {**base, "thresholds": [0.8, 0.3, 0.5]}, [(y, p, w), (y, coarse)]),
            case(words + " multi_label", "AUC", {**base, "num_thresholds": 11, "multi_label": True}, [(many, scores), (many, scores, each)]),
            case(words + " multi_label, label weights", "AUC", {**base, "num_thresholds": 11, "multi_label": True, "num_labels": 3, "label_weights": [0.2, 0.5, 2.0]}, [(many, scores), (many[:2], scores[2:4])]),
            case(words + " multi_label, thresholds given", "AUC", {**base, "thresholds": [0.3, 0.6], "multi_label": True}, [(many, scores)]),
            case(words + " label weights", "AUC", {**base, "num_thresholds": 11, "label_weights": [0.2, 0.5, 2.0]}, [(many, scores), (many, scores, each)]),
            case(words + " all one class", "AUC", {**base, "num_thresholds": 7}, [(ones, p[:6]), (ones, zeros)]),
            case(words + " no positives", "AUC", {**base, "num_thresholds": 7}, [(zeros, p[:6])]),
            case(words + " perfect", "AUC", {**base, "num_thresholds": 7}, [(y, y)]), case(words + " always wrong", "AUC", {**base, "num_thresholds": 7}, [(y, 1 - y)]),
        ]  # fmt: skip
    cases.append(case("AUC of 200 thresholds", "AUC", {}, [(y, p), (y, coarse, w), (many, scores)]))
    cases.append(case("AUC from logits", "AUC", {"from_logits": True, "num_thresholds": 20}, [(many, logits), (many, logits, each)]))
    cases.append(case("AUC of thresholds that are even", "AUC", {"thresholds": [0.25, 0.5, 0.75]}, [(y, p), (y, coarse)]))
    cases.append(case("AUC beyond [0, 1]", "AUC", {"num_thresholds": 11}, [(y, p * np.float32(3) - 1)]))
    return cases


def scores_of_classes():
    g = common.rng(504)
    many, scores = g.integers(0, 2, (8, 3)).astype("float32"), g.uniform(0, 1, (8, 3)).astype("float32")
    weights, one_hot = g.uniform(0, 2, 8).astype("float32"), np.eye(3, dtype="float32")[g.integers(0, 2, 8)]  # no sample of class 2
    ties = f32([[0.5, 0.5, 0.1], [0, 0, 0], [0.2, 0.2, 0.2], [1, 0, 1]] * 2)
    cases = []
    for average in AVERAGES:
        for name, extra in (("F1Score", {}), ("FBetaScore", {"beta": 2.0}), ("FBetaScore", {"beta": 0.5, "threshold": 0.4}), ("F1Score", {"threshold": 1.0})):
            args = {"average": average, **extra}
            words = common.call(name, args)
            cases.append(case(words, name, args, [(one_hot, scores), (many[:3], scores[3:6]), (one_hot, ties)]))
            cases.append(case(words + " weighted", name, args, [(one_hot, scores, weights), (many, ties, np.zeros(8, "float32"))]))
        cases.append(case(f"F1Score average={average}, all one class", "F1Score", {"average": average}, [(np.eye(3, dtype="float32")[[1] * 8], scores)]))
        cases.append(case(f"F1Score average={average}, nothing positive", "F1Score", {"average": average, "threshold": 0.5}, [(np.zeros((4, 3), "float32"), np.zeros((4, 3), "float32"))]))
    return cases


def overlaps():
    g = common.rng(505)
    y, p = g.integers(0, 4, 15).astype("int32"), g.integers(0, 4, 15).astype("int32")
    w, image = g.integers(0, 3, 15).astype("int32"), g.integers(0, 4, (2, 3, 3)).astype("int32")
    said, scores = g.integers(0, 4, (2, 3, 3)).astype("int32"), common.normal(g, (15, 4))
    bits, chances = g.integers(0, 2, 10).astype("int32"), g.uniform(0, 1, 10).astype("float32")
    chances[:2] = 0.5
    planes = np.ascontiguousarray(np.moveaxis(common.normal(g, (2, 3, 3, 4)), -1, 1))
    one_hot = np.eye(4, dtype="float32")[y]
    return [
        case("IoU", "IoU", {"num_classes": 4, "target_class_ids": [0, 2]}, [(y, p), (y[:5], p[5:10])]),
        case("IoU weighted", "IoU", {"num_classes": 4, "target_class_ids": [1]}, [(y, p, w), (y, p)]),
        case("IoU ignoring a class", "IoU", {"num_classes": 4, "target_class_ids": [0, 1, 3], "ignore_class": 1}, [(y, p)]),
        case("IoU of scores", "IoU", {"num_classes": 4, "target_class_ids": [0, 3], "sparse_y_pred": False}, [(y, scores)]),
        case("IoU of one-hot targets and scores", "IoU", {"num_classes": 4, "target_class_ids": [0, 3], "sparse_y_true": False, "sparse_y_pred": False}, [(one_hot, scores)]),
        case("IoU of a class that is not there", "IoU", {"num_classes": 5, "target_class_ids": [4, 0]}, [(y, p)]),
        case("IoU of no class that is there", "IoU", {"num_classes": 5, "target_class_ids": [4]}, [(y, p)]),
        case("IoU named", "IoU", {"num_classes": 2, "target_class_ids": [0], "name": "mine"}, [(i32([0, 1, 1]), i32([0, 0, 1]))]),
        case("MeanIoU", "MeanIoU", {"num_classes": 4}, [(y, p), (y[:5], p[5:10]), (image, said)]),
        case("MeanIoU weighted", "MeanIoU", {"num_classes": 4}, [(y, p, w), (image, said, np.full((2, 3, 3), 2, "int32"))]),
        case("MeanIoU with classes out of range", "MeanIoU", {"num_classes": 3}, [(y, p), (i32([-1, 0, 1]), i32([0, 0, 5]))]),
        case("MeanIoU ignoring -1", "MeanIoU", {"num_classes": 4, "ignore_class": -1}, [(np.where(y == 2, -1, y).astype("int32"), p)]),
        case("MeanIoU ignoring 255", "MeanIoU", {"num_classes": 4, "ignore_class": 255}, [(np.where(y == 2, 255, y).astype("int32"), p)]),
        case("MeanIoU with a class that is not there", "MeanIoU", {"num_classes": 6}, [(y, p)]),
        case("MeanIoU of scores", "MeanIoU", {"num_classes": 4, "sparse_y_pred": False}, [(image, np.ascontiguousarray(np.moveaxis(planes, 1, -1)))]),
        case("MeanIoU of floats", "MeanIoU", {"num_classes": 3}, [(f32([0.9, 1.2, 2.0]), f32([0.1, 1.9, 1.0]))]),
        case("BinaryIoU", "BinaryIoU", {}, [(bits, chances), (bits[:3], chances[3:6])]),
        case("BinaryIoU of ones", "BinaryIoU", {"target_class_ids": [1], "threshold": 0.3}, [(bits, chances), (bits, chances, i32([1, 2] * 5))]),
        case("BinaryIoU of zeros only", "BinaryIoU", {"target_class_ids": [0]}, [(np.zeros(4, "int32"), chances[:4])]),
    ]


def fits():
    g = common.rng(506)
    true, pred, w = common.normal(g, (8, 3)), common.normal(g, (8, 3)), g.uniform(0, 2, 8).astype("float32")
    near, constant = true + common.normal(g, (8, 3), scale=0.1), np.ones((8, 3), "float32")
    cases = []
    for aggregation in ("uniform_average", "variance_weighted_average", None):
        args = {"class_aggregation": aggregation}
        cases += [
            case(f"R2Score {aggregation}", "R2Score", args, [(true, near), (true[:3], pred[:3])]),
            case(f"R2Score {aggregation} weighted", "R2Score", args, [(true, near, w), (true, pred, w[:, None])]),
            case(f"R2Score {aggregation} of a constant", "R2Score", args, [(constant, pred)]),
            case(f"R2Score {aggregation} without error", "R2Score", args, [(true, true)]),
            case(f"R2Score {aggregation} adjusted", "R2Score", {**args, "num_regressors": 2}, [(true, near), (true, pred)]),
        ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases.append(case("R2Score of many regressors", "R2Score", {"num_regressors": 50}, [(true, near)]))
        cases.append(case("R2Score of as many regressors as samples", "R2Score", {"num_regressors": 23}, [(true, near)]))
    cases.append(case("R2Score (N,1)", "R2Score", {}, [(true[:, :1], near[:, :1])]))
    return cases


def of_losses():
    g = common.rng(507)
    true, pred, w = common.normal(g, (5, 3)), common.normal(g, (5, 3)), g.uniform(0, 2, 5).astype("float32")
    raw = g.uniform(0.05, 1, (2, 5, 3))
    probs, other = ((raw / raw.sum(-1, keepdims=True)).astype("float32")[i] for i in (0, 1))
    labels, bits = i32([0, 2, 1, 1, 2]), f32(g.integers(0, 2, (5, 3)))
    one_hot, positive, rates = np.eye(3, dtype="float32")[labels], np.abs(true), np.abs(pred)
    hard = f32([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 0, 1]])
    ignored = i32([0, -1, 1, -1, 2])
    table = [
        ("MeanAbsolutePercentageError", true, pred), ("MeanSquaredLogarithmicError", positive, rates), ("LogCoshError", true, pred), ("KLDivergence", probs, other),
        ("Poisson", positive, rates), ("CosineSimilarity", true, pred), ("RootMeanSquaredError", true, pred), ("MeanSquaredError", true, pred), ("MeanAbsoluteError", true, pred),
        ("BinaryCrossentropy", bits, probs), ("CategoricalCrossentropy", one_hot, probs), ("SparseCategoricalCrossentropy", labels, probs),
    ]  # fmt: skip
    cases = []
    for name, y, p in table:
        cases.append(case(f"{name} of batches of several sizes", name, {}, [(y, p), (y[:2], p[2:4]), (y[:1], p[1:2], w[:1])]))
        cases.append(case(f"{name} weighted by a column", name, {}, [(y, p, w[:, None]), (y, p, np.zeros((5, 1), "float32"))]))
        cases.append(case(f"{name} named", name, {"name": "mine"}, [(y, p, w)]))
        if name not in ("SparseCategoricalCrossentropy", "CategoricalCrossentropy", "BinaryCrossentropy", "KLDivergence", "Poisson"):
            cases.append(case(f"{name} (N,) against (N,1)", name, {}, [(y[:, 0].copy(), p[:, :1].copy()), (y[:, :1].copy(), p[:, 0].copy())]))
    smooth = {"label_smoothing": 0.2}
    cases += [
        case("BinaryCrossentropy smoothed", "BinaryCrossentropy", smooth, [(bits, probs), (bits, hard)]), case("CategoricalCrossentropy smoothed", "CategoricalCrossentropy", smooth, [(one_hot, probs), (one_hot, hard)]),
        case("BinaryCrossentropy smoothed logits", "BinaryCrossentropy", {**smooth, "from_logits": True}, [(bits, pred)]),
        case("CategoricalCrossentropy axis 0", "CategoricalCrossentropy", {"axis": 0}, [(one_hot, probs)]),
        case("SparseCategoricalCrossentropy ignoring a class", "SparseCategoricalCrossentropy", {"ignore_class": -1, "from_logits": True}, [(ignored, pred), (ignored, pred, w)]),
        case("SparseCategoricalCrossentropy labels (N,1)", "SparseCategoricalCrossentropy", {}, [(labels[:, None], probs, w)]),
        case("CosineSimilarity axis 0", "CosineSimilarity", {"axis": 0}, [(true, pred)]), case("CosineSimilarity of zeros", "CosineSimilarity", {}, [(true, np.zeros((5, 3), "float32"))]),
        case("RootMeanSquaredError of images", "RootMeanSquaredError", {}, [(true.reshape(1, 5, 3), pred.reshape(1, 5, 3)), (true.reshape(1, 5, 3), pred.reshape(1, 5, 3), f32([2]))]),
        case("Sum of a matrix", "Sum", {}, [(true,), (true, w), (true, w[:, None]), (f32(3),), (true, f32(2))]), case("Sum of nothing", "Sum", {}, [(true, np.zeros(5, "float32"))]),
        case("Mean of a cube", "Mean", {}, [(raw.astype("float32"),), (raw.astype("float32"), f32([[1, 2, 0, 1, 1], [0, 0, 3, 1, 1]])), (raw.astype("float32"), f32([1, 3]))]),
        case("Mean named", "Mean", {"name": "mine"}, [(true,)]), case("BinaryAccuracy of thresholds 0", "BinaryAccuracy", {"threshold": 0.0}, [(bits, probs), (bits, hard, w)]),
    ]  # fmt: skip
    return cases


def identifiers():
    words = ["mse", "MSE", "mae", "MAE", "mape", "MAPE", "msle", "MSLE", "bce", "BCE", "kl_divergence", "poisson", "cosine_similarity", "log_cosh_error", "logcosh",
             "root_mean_squared_error", "r2_score", "auc", "AUC", "precision", "recall", "f1_score", "f_beta_score", "fbeta_score", "true_positives", "false_negatives",
             "binary_io_u", "BinaryIoU", "mean", "sum", "accuracy", "binary_accuracy", "top_k_categorical_accuracy", "rmse", "kld", "binary_crossentropy", "F1Score", "R2Score"]  # fmt: skip
    found = []
    for word in words:
        try:
            given = keras.metrics.get(word)
        except ValueError:
            given = None
        found.append({"name": word, "class": None if given is None else type(given).__name__})
    return found


def run():
    return {"cases": counts() + top() + areas() + scores_of_classes() + overlaps() + fits() + of_losses(), "identifiers": identifiers()}
