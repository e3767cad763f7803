"""Metrics: a sequence of update_state calls on one metric, the result after each, then reset_state."""

import warnings

from . import common
from .common import keras, np, tensor


def case(name, metric, args, updates):
    """updates: (y_true, y_pred), (.., sample_weight) or (.., mask of y_pred); for Mean and Sum (values,) or (values, weight)."""
    keras.backend.clear_session()
    made = getattr(keras.metrics, metric)(**args)
    of_values = metric in ("Mean", "Sum")
    records = []
    for update in updates:
        update = tuple(np.asarray(u) if u is not None else None for u in update)
        update, mask = update[:3], update[3:]
        if mask:
            masked = keras.ops.convert_to_tensor(update[1])
            keras.src.backend.set_keras_mask(masked, keras.ops.convert_to_tensor(mask[0]))
            made.update_state(update[0], masked, *update[2:])
        else:
            made.update_state(*update)
        words = ["values", "sample_weight"] if of_values else ["y_true", "y_pred", "sample_weight"]
        padded = update + (None,) * (len(words) - len(update))
        record = {word: tensor(part) for word, part in zip(words, padded)}
        records.append({**record, **({"mask": tensor(mask[0])} if mask else {}), "result": tensor(made.result())})
    state = [{"name": v.name, "value": tensor(v)} for v in made.variables]
    made.reset_state()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        after_reset = tensor(made.result())
    return {
        "name": name, "metric": metric, "args": args, "config": common.plain(made.get_config()), "updates": records,
        "variables": state, "result_after_reset": after_reset,
    }  # fmt: skip


f32 = lambda x: np.array(x, "float32")
i32 = lambda x: np.array(x, "int32")


def accuracies():
    g = common.rng(41)
    scores = [common.normal(g, (n, 4)) for n in (5, 3, 4)]
    labels = [g.integers(0, 4, n).astype("int32") for n in (5, 3, 4)]
    one_hot = [np.eye(4, dtype="float32")[y] for y in labels]
    weights = [g.uniform(0, 2, n).astype("float32") for n in (5, 3, 4)]
    sequence, sequence_labels = common.normal(g, (2, 5, 4)), g.integers(0, 4, (2, 5)).astype("int32")
    sequence_weight = g.uniform(0, 2, (2, 5)).astype("float32")
    bits, chances = f32([1, 0, 1, 0, 1]), f32([0.9, 0.1, 0.2, 0.8, 0.6])
    edge = f32([0.5, np.nextafter(f32(0.5), f32(1)), np.nextafter(f32(0.5), f32(0)), 0.0, 1.0])
    ties = f32([[1, 1, 0, 0], [0, 2, 2, 1], [3, 3, 3, 3], [0, 1, 0, 1]])
    plain, sparse, categorical = "Accuracy", "SparseCategoricalAccuracy", "CategoricalAccuracy"
    return [
        case("Accuracy of labels", plain, {}, [(i32([1, 2, 3, 4]), i32([0, 2, 3, 4])), (i32([1, 1]), i32([1, 0]))]),
        case("Accuracy (N,1) against (N,)", plain, {}, [(i32([[1], [2], [3]]), i32([1, 2, 0]))]),
        case("Accuracy weighted", plain, {}, [(f32([1, 2, 3, 4]), f32([0, 2, 3, 4]), f32([1, 1, 0, 0]))]),
        case("Accuracy (N,3)", plain, {}, [(i32([[1, 2, 3], [4, 5, 6]]), i32([[1, 2, 0], [4, 0, 0]]))]),
        case("BinaryAccuracy (N,)", "BinaryAccuracy", {}, [(bits, chances)]),
        case("BinaryAccuracy (N,1)", "BinaryAccuracy", {}, [(bits[:, None], chances[:, None]), (bits[:2, None], chances[:2, None])]),
        case("BinaryAccuracy labels (N,), predictions (N,1)", "BinaryAccuracy", {}, [(bits, chances[:, None])]),
        case("BinaryAccuracy integer labels", "BinaryAccuracy", {}, [(bits.astype("int32"), chances)]),
        case("BinaryAccuracy at the threshold: only above it is 1", "BinaryAccuracy", {}, [(f32([1, 1, 1, 1, 1]), edge), (f32([0, 0, 0, 0, 0]), edge)]),
        case("BinaryAccuracy(threshold=0.7)", "BinaryAccuracy", {"threshold": 0.7}, [(bits, chances), (f32([1, 0]), f32([0.7, 0.7]))]),
        case("BinaryAccuracy weighted", "BinaryAccuracy", {}, [(bits, chances, f32([1, 2, 0, 0.5, 3]))]),
        case("BinaryAccuracy (N,3) is a mean over samples", "BinaryAccuracy", {}, [(f32([[1, 0, 1], [0, 0, 1]]), f32([[0.9, 0.6, 0.7], [0.1, 0.2, 0.3]]))]),
        case("BinaryAccuracy (N,3) weighted by sample", "BinaryAccuracy", {}, [(f32([[1, 0, 1], [0, 0, 1]]), f32([[0.9, 0.6, 0.7], [0.1, 0.2, 0.3]]), f32([1, 3]))]),
        case("SparseCategoricalAccuracy", sparse, {}, list(zip(labels, scores))),
        case("SparseCategoricalAccuracy weighted", sparse, {}, list(zip(labels, scores, weights))),
        case("SparseCategoricalAccuracy labels (N,1)", sparse, {}, [(y[:, None], p) for y, p in zip(labels, scores)]),
        case("SparseCategoricalAccuracy labels (N,1), weighted (N,1)", sparse, {}, [(y[:, None], p, w[:, None]) for y, p, w in zip(labels, scores, weights)]),
        case("SparseCategoricalAccuracy labels (N,1), weighted (N,)", sparse, {}, [(y[:, None], p, w) for y, p, w in zip(labels, scores, weights)]),
        case("SparseCategoricalAccuracy float labels", sparse, {}, [(labels[0].astype("float32"), scores[0])]),
        case("SparseCategoricalAccuracy uint8 labels", sparse, {}, [(labels[0].astype("uint8"), scores[0])]),
        case("SparseCategoricalAccuracy ties: the first wins", sparse, {}, [(i32([0, 1, 0, 1]), ties), (i32([1, 2, 3, 3]), ties)]),
        case("SparseCategoricalAccuracy sequence", sparse, {}, [(sequence_labels, sequence)]),
        case("SparseCategoricalAccuracy sequence weighted", sparse, {}, [(sequence_labels, sequence, sequence_weight)]),
        case("CategoricalAccuracy", categorical, {}, list(zip(one_hot, scores))),
        case("CategoricalAccuracy weighted", categorical, {}, list(zip(one_hot, scores, weights))),
        case("CategoricalAccuracy ties", categorical, {}, [(np.eye(4, dtype="float32")[[0, 1, 0, 1]], ties)]),
        case("CategoricalAccuracy soft labels", categorical, {}, [(f32([[0.4, 0.3, 0.2, 0.1]]), f32([[0.9, 0, 0, 0]]))]),
    ]


def top_k():
    g = common.rng(42)
    scores, labels = common.normal(g, (8, 6)), g.integers(0, 6, 8).astype("int32")
    one_hot, weights = np.eye(6, dtype="float32")[labels], g.uniform(0, 2, 8).astype("float32")
    ties = f32([[1, 1, 1, 0, 0, 0], [2, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0], [0, 1, 2, 3, 3, 3]])
    every = [(np.full(4, label, "int32"), ties) for label in range(6)]
    nans = f32([[np.nan, 1, 2, 3, 4, 5], [0, 1, np.inf, 3, 4, 5]])
    name, sparse = "TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy"
    cases = [case(f"{name} k={k}", name, {"k": k}, [(one_hot, scores), (one_hot[:3], scores[3:6], weights[:3])]) for k in (1, 2, 3, 5, 6)]
    cases += [case(f"{sparse} k={k}", sparse, {"k": k}, [(labels, scores), (labels[:3], scores[3:6], weights[:3])]) for k in (1, 2, 3, 5, 6)]
    cases += [case(f"{sparse} ties k={k}: as many as tie with the k-th", sparse, {"k": k}, every) for k in (1, 2, 3)]
    cases.append(case(f"{sparse} default k", sparse, {}, [(labels, scores)]))
    cases.append(case(f"{sparse} labels (N,1)", sparse, {"k": 2}, [(labels[:, None], scores)]))
    cases.append(case(f"{sparse} scores that are not finite", sparse, {"k": 2}, [(i32([5, 2]), nans), (i32([0, 5]), nans)]))
    return cases


def means():
    values = f32([1, 3, 5, 7])
    return [
        case("Mean", "Mean", {}, [(values,), (f32([10.0]),), (f32(2.0),)]),
        case("Mean weighted", "Mean", {}, [(values, f32([1, 1, 0, 0])), (f32([2, 4]), f32([0.5, 2]))]),
        case("Mean with weights of zero", "Mean", {}, [(values, f32([0, 0, 0, 0]))]),
        case("Mean of a matrix", "Mean", {}, [(f32([[1, 2], [3, 4]]),), (f32([[1, 2], [3, 4]]), f32([1, 3]))]),
        case("Mean of a matrix, a weight each", "Mean", {}, [(f32([[1, 2], [3, 4]]), f32([[1, 2], [0, 1]]))]),
        case("Mean with one weight for all", "Mean", {}, [(values, f32(2.0)), (f32([2.0]),)]),
        case("Sum", "Sum", {}, [(values,), (values, f32([1, 0, 2, 0]))]),
    ]


def errors():
    g = common.rng(43)
    true, pred = common.normal(g, (4, 3)), common.normal(g, (4, 3))
    column, values = common.normal(g, (4, 1)), common.normal(g, (4,))
    weights = f32([1, 0.5, 0, 2])
    cases = []
    for name in ("MeanSquaredError", "MeanAbsoluteError", "RootMeanSquaredError", "MeanAbsolutePercentageError", "CosineSimilarity"):
        cases.append(case(name, name, {}, [(true, pred), (pred[:2], true[:2])]))
        cases.append(case(f"{name} weighted", name, {}, [(true, pred, weights), (pred[:2], true[:2])]))
    cases.append(case("MeanSquaredError (N,) against (N,1)", "MeanSquaredError", {}, [(values, column)]))
    raw = g.uniform(0.05, 1, (4, 3))
    probs = (raw / raw.sum(-1, keepdims=True)).astype("float32")
    labels, logits = i32([0, 2, 1, 1]), common.normal(g, (4, 3), scale=2)
    one_hot, bits = np.eye(3, dtype="float32")[labels], f32([[1, 0, 0], [0, 1, 1], [1, 1, 0], [0, 0, 0]])
    for name, y in (("SparseCategoricalCrossentropy", labels), ("CategoricalCrossentropy", one_hot), ("BinaryCrossentropy", bits)):
        cases.append(case(name, name, {}, [(y, probs), (y, probs, weights)]))
        cases.append(case(f"{name} from logits", name, {"from_logits": True}, [(y, logits), (y, logits, weights)]))
    return cases


def confusion():
    g = common.rng(44)
    y, p, w = g.integers(0, 2, 12).astype("float32"), g.uniform(0, 1, 12).astype("float32"), g.uniform(0, 2, 12).astype("float32")
    edge = (f32([1, 0, 1, 0]), f32([0.5, 0.5, 0.50001, 0.49999]))
    cases = []
    for name in ("Precision", "Recall", "TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives"):
        cases.append(case(name, name, {}, [(y, p), edge]))
        cases.append(case(f"{name} weighted", name, {}, [(y, p, w)]))
        cases.append(case(f"{name} thresholds", name, {"thresholds": [0.2, 0.5, 0.8]}, [(y, p)]))
    cases.append(case("Precision without any positive", "Precision", {}, [(f32([0, 0]), f32([0.1, 0.2]))]))
    cases.append(case("AUC", "AUC", {}, [(y, p), edge]))
    cases.append(case("AUC PR", "AUC", {"curve": "PR"}, [(y, p)]))
    many, scores = g.integers(0, 2, (8, 3)).astype("float32"), g.uniform(0, 1, (8, 3)).astype("float32")
    for average in (None, "micro", "macro", "weighted"):
        cases.append(case(f"F1Score average={average}", "F1Score", {"average": average, "threshold": 0.5}, [(many, scores), (many[:3], scores[3:6])]))
    return cases


def masked():
    """Sequences, whose padded steps do not count."""
    g = common.rng(45)
    mask = np.array([[1, 1, 0, 0], [1, 0, 1, 1], [0, 0, 0, 0]], bool)
    y, p = common.normal(g, (3, 4, 2)), common.normal(g, (3, 4, 2))
    kinds, scores = g.integers(0, 5, (3, 4)).astype("int32"), g.dirichlet(np.ones(5), (3, 4)).astype("float32")
    steps = g.uniform(0, 2, (3, 4)).astype("float32")
    cases = []
    for name in ("MeanSquaredError", "MeanAbsoluteError", "LogCoshError", "CosineSimilarity"):
        cases.append(case(f"{name} masked", name, {}, [(y, p, None, mask), (y, p, steps, mask), (y, p, steps)]))
    for name, args in (("SparseCategoricalAccuracy", {}), ("SparseTopKCategoricalAccuracy", {"k": 2}), ("SparseCategoricalCrossentropy", {})):
        cases.append(case(f"{name} masked", name, args, [(kinds, scores, None, mask), (kinds, scores, steps, mask)]))
    none = np.zeros((3, 4), bool)
    cases.append(case("MeanSquaredError all masked", "MeanSquaredError", {}, [(y, p, None, none), (y, p, None, mask)]))
    return cases


def run():
    return {"cases": accuracies() + top_k() + means() + errors() + confusion() + masked()}
