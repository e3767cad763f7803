"""Losses at their edges: ties, one class, probabilities 0 and 1, weights of every rank, ranks that differ, float64."""

import itertools

from . import common
from .common import np
from .losses import WEIGHTS, case, label, probabilities

REDUCTIONS = ["sum_over_batch_size", "sum", "none", "mean_with_sample_weight"]


def tables(dtype="float32"):
    """loss, arguments, targets, predictions: every loss with the data that suits it."""
    g = common.rng(401)
    real, guess = common.normal(g, (4, 3), dtype), common.normal(g, (4, 3), dtype, scale=2)
    positive, rates = g.uniform(0.1, 3, (4, 3)).astype(dtype), g.uniform(0.1, 3, (4, 3)).astype(dtype)
    signs = np.array([[1, -1, 1], [-1, -1, 1], [1, 1, 1], [-1, 1, -1]], dtype)
    bits, one_hot = (signs + 1) / 2, np.eye(3, dtype=dtype)[[2, 0, 1, 1]]
    share, other = probabilities(g, (4, 3)).astype(dtype), probabilities(g, (4, 3)).astype(dtype)
    unit = g.uniform(0.05, 0.95, (4, 3)).astype(dtype)
    return [
        ("Huber", {}, real, guess), ("Huber", {"delta": 2.5}, real, guess),
        ("LogCosh", {}, real, guess),
        ("Hinge", {}, signs, guess), ("Hinge", {}, bits, guess), ("SquaredHinge", {}, signs, guess), ("SquaredHinge", {}, bits, guess),
        ("CategoricalHinge", {}, one_hot, guess),
        ("KLDivergence", {}, share, other), ("Poisson", {}, positive, rates),
        ("CosineSimilarity", {}, real, guess), ("CosineSimilarity", {"axis": 1}, real, guess),
        ("MeanAbsolutePercentageError", {}, real, guess), ("MeanSquaredLogarithmicError", {}, positive, rates),
        ("BinaryFocalCrossentropy", {}, bits, unit), ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "alpha": 0.3}, bits, unit),
        ("BinaryFocalCrossentropy", {"from_logits": True, "label_smoothing": 0.2}, bits, guess), ("BinaryFocalCrossentropy", {"gamma": 0.5, "label_smoothing": 0.1}, bits, unit),
        ("CategoricalFocalCrossentropy", {}, one_hot, share), ("CategoricalFocalCrossentropy", {"from_logits": True}, one_hot, guess),
        ("CategoricalFocalCrossentropy", {"gamma": 3.0, "label_smoothing": 0.2}, one_hot, share),
        ("CategoricalFocalCrossentropy", {"alpha": [0.2, 0.5, 0.3], "label_smoothing": 0.2}, one_hot, share),
    ]  # fmt: skip


def grid():
    cases = []
    for i, (name, args, true, pred) in enumerate(tables()):
        for reduction, weight in itertools.product(REDUCTIONS, [None, WEIGHTS]):
            config = {**args, "reduction": reduction}
            cases.append(case(f"grid {i}: " + label(name, config, weight is not None), name, config, true, pred, weight))
    for i, (name, args, true, pred) in enumerate(tables("float64")):
        config = {**args, "dtype": "float64"}
        cases.append(case(f"float64 {i}: {name}", name, config, true, pred))
        cases.append(case(f"float64 {i}: {name} weighted", name, config, true, pred, WEIGHTS.astype("float64")))
    return cases


def weights():
    """One weight for all, per sample, per sample as a column, per step, per step of all samples, zeros."""
    g = common.rng(402)
    true, pred = common.normal(g, (2, 3, 4)), common.normal(g, (2, 3, 4))
    table = [
        ("one", np.array(0.5, "float32")), ("(1,)", np.array([0.5], "float32")),
        ("(2,1)", np.array([[0.5], [2]], "float32")), ("(1,3)", np.array([[0.5, 0, 2]], "float32")),
        ("(2,3)", g.uniform(0, 2, (2, 3)).astype("float32")), ("(2,3,1)", g.uniform(0, 2, (2, 3, 1)).astype("float32")),
        ("zeros", np.zeros((2, 3), "float32")), ("int", np.array([[1], [3]], "int32")),
    ]  # fmt: skip
    cases = []
    for name, reduction in itertools.product(["MeanSquaredError", "Huber", "CosineSimilarity"], REDUCTIONS):
        for words, weight in table:
            cases.append(case(f"{name}, {reduction}, weight {words}", name, {"reduction": reduction}, true, pred, weight))
    return cases


def ranks():
    """(N,) against (N,1), integer and boolean targets, images, one sample, one class."""
    g = common.rng(403)
    column, row = g.uniform(0.1, 0.9, (4, 1)).astype("float32"), g.uniform(0.1, 0.9, 4).astype("float32")
    image, picture = g.uniform(0.1, 0.9, (2, 2, 3, 2)).astype("float32"), g.uniform(0.1, 0.9, (2, 2, 3, 2)).astype("float32")
    names = ["Huber", "LogCosh", "Hinge", "SquaredHinge", "CategoricalHinge", "KLDivergence", "Poisson", "CosineSimilarity",
             "MeanAbsolutePercentageError", "MeanSquaredLogarithmicError", "BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"]  # fmt: skip
    cases = []
    for name in names:
        cases.append(case(f"{name} (N,1) against targets (N,)", name, {}, row, column))
        cases.append(case(f"{name} (N,) against targets (N,1)", name, {}, column, row))
        cases.append(case(f"{name} (N,1) weighted", name, {}, row, column, WEIGHTS))
        cases.append(case(f"{name} image", name, {"reduction": "none"}, image, picture))
        cases.append(case(f"{name} image, a weight per pixel", name, {}, image, picture, g.uniform(0, 2, (2, 2, 3)).astype("float32")))
        cases.append(case(f"{name} integer targets", name, {}, np.array([[1, 0], [0, 1]], "int32"), picture[0, 0, :2]))
        cases.append(case(f"{name} one sample", name, {}, image[:1, 0, 0], picture[:1, 0, 0]))
    return cases


def edges():
    hard = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0.5, 0.5]], "float32")
    one_hot = np.eye(3, dtype="float32")[[0, 0, 2, 0]]
    bits = np.array([[1, 0, 1], [0, 1, 1], [0, 0, 0], [1, 1, 1]], "float32")
    ones, zeros = np.ones((4, 3), "float32"), np.zeros((4, 3), "float32")
    big = np.array([[100, 0, -100], [0, 90, 0], [-50, 200, 0], [30, 30, -30]], "float32")
    tied = np.array([[1, 1, 0], [0.5, 0.5, 0.5], [0, 0, 0], [-1, -1, -1]], "float32")
    mixed = np.array([[0, 1, 2], [0, 1, 1], [0, 0, 0], [1, 1, 1]], "float32")
    kink = np.array([[1, -1, 0], [0.5, 2, -2], [1, 1, 1], [0, 0, 0]], "float32")
    none = {"reduction": "none"}
    return [
        case("Huber exactly at delta", "Huber", none, zeros, kink), case("Huber without error", "Huber", none, kink, kink),
        case("Huber of large errors", "Huber", {**none, "delta": 0.1}, zeros, big),
        case("LogCosh of large errors", "LogCosh", none, zeros, big), case("LogCosh without error", "LogCosh", none, kink, kink),
        case("Hinge at the margin", "Hinge", none, ones, kink), case("SquaredHinge at the margin", "SquaredHinge", none, ones, kink),
        case("Hinge, targets of 0 only", "Hinge", none, zeros, kink), case("Hinge, targets 0, 1 and 2 stay", "Hinge", none, mixed, kink),
        case("SquaredHinge, targets 0, 1 and 2 stay", "SquaredHinge", none, mixed, kink),
        case("CategoricalHinge with ties", "CategoricalHinge", none, one_hot, tied), case("CategoricalHinge, all classes right", "CategoricalHinge", none, ones, tied),
        case("CategoricalHinge, no class right", "CategoricalHinge", none, zeros, tied),
        case("KLDivergence of 0 and 1", "KLDivergence", none, one_hot, hard), case("KLDivergence of itself", "KLDivergence", none, hard, hard),
        case("KLDivergence beyond [0, 1]", "KLDivergence", none, mixed, kink),
        case("Poisson of no rate", "Poisson", none, bits, zeros), case("Poisson of rates 0 and 1", "Poisson", none, bits, hard),
        case("CosineSimilarity of zeros", "CosineSimilarity", none, ones, zeros), case("CosineSimilarity of zero targets", "CosineSimilarity", none, zeros, ones),
        case("CosineSimilarity of equal vectors", "CosineSimilarity", none, big, big), case("CosineSimilarity of opposite vectors", "CosineSimilarity", none, big, -big),
        case("MeanAbsolutePercentageError of targets 0", "MeanAbsolutePercentageError", none, bits, hard),
        case("MeanSquaredLogarithmicError of negative values", "MeanSquaredLogarithmicError", none, kink, -kink),
        case("MeanSquaredLogarithmicError of zeros", "MeanSquaredLogarithmicError", none, zeros, bits),
        case("BinaryFocalCrossentropy of 0 and 1", "BinaryFocalCrossentropy", none, bits, hard),
        case("BinaryFocalCrossentropy of 0 and 1, balanced", "BinaryFocalCrossentropy", {**none, "apply_class_balancing": True}, bits, hard),
        case("BinaryFocalCrossentropy of saturated logits", "BinaryFocalCrossentropy", {**none, "from_logits": True}, bits, big),
        case("BinaryFocalCrossentropy, gamma 0", "BinaryFocalCrossentropy", {**none, "gamma": 0.0}, bits, hard * np.float32(0.5) + np.float32(0.1)),
        case("BinaryFocalCrossentropy over axis 0", "BinaryFocalCrossentropy", {**none, "axis": 0}, bits, hard * np.float32(0.5)),
        case("CategoricalFocalCrossentropy of 0 and 1", "CategoricalFocalCrossentropy", none, one_hot, hard),
        case("CategoricalFocalCrossentropy of saturated logits", "CategoricalFocalCrossentropy", {**none, "from_logits": True}, one_hot, big),
        case("CategoricalFocalCrossentropy is normalised first", "CategoricalFocalCrossentropy", none, one_hot, hard * np.float32(2) + np.float32(0.5)),
        case("CategoricalFocalCrossentropy over axis 0", "CategoricalFocalCrossentropy", {**none, "axis": 0}, one_hot, hard + np.float32(0.5)),
        case("CategoricalFocalCrossentropy, one class", "CategoricalFocalCrossentropy", {}, np.ones((2, 1), "float32"), np.array([[0.3], [1.0]], "float32")),
        case("BinaryCrossentropy, every target 1", "BinaryCrossentropy", none, ones, hard), case("BinaryCrossentropy, every target 0", "BinaryCrossentropy", none, zeros, hard),
    ]  # fmt: skip


def crossentropies():
    """mean_with_sample_weight of the losses of tier 1, and of labels that are ignored."""
    g = common.rng(404)
    logits, labels = common.normal(g, (4, 3), scale=2), np.array([2, -1, 1, -1], "int32")
    one_hot, unit = np.eye(3, dtype="float32")[[2, 0, 1, 1]], g.uniform(0.05, 0.95, (4, 3)).astype("float32")
    mean = {"reduction": "mean_with_sample_weight"}
    cases = []
    for words, weight in [("", None), (" weighted", WEIGHTS), (" weighted as a column", WEIGHTS[:, None]), (" weights zero", np.zeros(4, "float32"))]:
        cases += [
            case("mean_with_sample_weight: Categorical" + words, "CategoricalCrossentropy", {**mean, "from_logits": True}, one_hot, logits, weight),
            case("mean_with_sample_weight: Binary" + words, "BinaryCrossentropy", mean, one_hot, unit, weight),
            case("mean_with_sample_weight: MeanAbsoluteError" + words, "MeanAbsoluteError", mean, one_hot, logits, weight),
            case("mean_with_sample_weight: Sparse, ignored" + words, "SparseCategoricalCrossentropy", {**mean, "ignore_class": -1, "from_logits": True}, labels, logits, weight),
            case("mean: MeanAbsoluteError" + words, "MeanAbsoluteError", {"reduction": "mean"}, one_hot, logits, weight),
        ]  # fmt: skip
    return cases


def identifiers():
    """What a word given as loss= stands for: the class, or null where Keras refuses."""
    words = ["mse", "MSE", "mae", "MAE", "mape", "MAPE", "msle", "MSLE", "bce", "BCE", "kld", "KLD", "huber", "log_cosh", "hinge", "squared_hinge",
             "categorical_hinge", "poisson", "cosine_similarity", "kl_divergence", "binary_focal_crossentropy", "categorical_focal_crossentropy",
             "mean_squared_logarithmic_error", "mean_absolute_percentage_error", "Huber", "LogCosh", "KLDivergence", "CosineSimilarity",
             "mean_squared_error", "sparse_categorical_crossentropy", "logcosh", "huber_loss", "cosine", "MeanSquaredError", "kullback_leibler_divergence"]  # fmt: skip
    found = []
    for word in words:
        try:
            given = common.keras.losses.get(word)
        except ValueError:
            given = None
        found.append({"name": word, "class": None if given is None else type(given).__name__ if not callable(getattr(given, "__code__", None)) and not hasattr(given, "__code__") else given.__name__})
    return found


def run():
    return {"cases": grid() + weights() + ranks() + edges() + crossentropies(), "identifiers": identifiers()}
