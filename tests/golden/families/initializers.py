"""Initializers (which distribution for which shape), regularizers and constraints (value, gradient, config)."""

import keras.src.initializers.random_initializers as random_initializers

from . import common
from .common import keras, np, tensor, tf

SHAPES = [(4, 6), (5, 5, 1, 6), (3, 3, 16, 32), (7,), (3, 8, 4), ()]
SCALED = ["GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal"]


class Watch:
    """Stands in for keras.random inside the initializers and notes what is drawn."""

    def __init__(self, real):
        self.real, self.drawn = real, None

    def __getattr__(self, name):
        def draw(shape, *args, **kwargs):
            numbers = {k: float(v) for k, v in kwargs.items() if k in ("mean", "stddev", "minval", "maxval")}
            self.drawn = {"distribution": name, **numbers}
            return getattr(self.real, name)(shape, *args, **kwargs)

        return draw


def drawn(initializer, shape):
    watch = Watch(random_initializers.random)
    random_initializers.random = watch
    try:
        value = initializer(shape)
    finally:
        random_initializers.random = watch.real
    return watch.drawn, value


def random_cases():
    table = [(name, {}) for name in SCALED]
    table += [
        ("RandomNormal", {}), ("RandomNormal", {"mean": 1.0, "stddev": 0.2}), ("RandomUniform", {}), ("RandomUniform", {"minval": -1.0, "maxval": 2.0}), ("TruncatedNormal", {}), ("TruncatedNormal", {"mean": -1.0, "stddev": 0.5}),
        ("VarianceScaling", {}),
    ]  # fmt: skip
    for mode in ("fan_in", "fan_out", "fan_avg"):
        table += [("VarianceScaling", {"scale": 1.5, "mode": mode, "distribution": d}) for d in ("truncated_normal", "untruncated_normal", "uniform")]
    cases = []
    for name, args in table:
        for shape in SHAPES:
            made = getattr(keras.initializers, name)(**args, seed=1)
            how, _ = drawn(made, shape)
            fan_in, fan_out = random_initializers.compute_fans(shape)
            cases.append({"name": f"{common.call(name, args)} of {shape}", "initializer": name, "args": args, "shape": list(shape), "fan_in": fan_in, "fan_out": fan_out, **how})
    return cases


def configs():
    table = [(name, {}) for name in ["Zeros", "Ones", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Orthogonal", *SCALED]]
    table += [("Constant", {"value": 0.5}), ("GlorotUniform", {"seed": 7}), ("VarianceScaling", {"scale": 2.0, "mode": "fan_out", "distribution": "uniform", "seed": 3}), ("RandomNormal", {"mean": 1.0, "stddev": 0.2, "seed": 3}), ("Orthogonal", {"gain": 2.0})]
    cases = []
    for name, args in table:
        made = getattr(keras.initializers, name)(**args)
        cases.append({"name": common.call(name, args), "initializer": name, "args": args, "config": common.plain(made.get_config()), "serialized": common.plain(keras.initializers.serialize(made))})
    return cases


def constants():
    table = [("Zeros", {}), ("Ones", {}), ("Constant", {"value": 0.5}), ("Constant", {}), ("Identity", {"gain": 2.0})]
    return [{"name": common.call(n, a), "initializer": n, "args": a, "value": tensor(getattr(keras.initializers, n)(**a)((2, 3)))} for n, a in table]


def samples():
    """Statistics of 200 000 draws, to compare shapes of distributions, never single values."""
    cases = []
    for name, args in [(n, {}) for n in SCALED] + [("RandomNormal", {}), ("RandomUniform", {}), ("TruncatedNormal", {})]:
        value = np.asarray(keras.ops.convert_to_numpy(getattr(keras.initializers, name)(**args, seed=5)((400, 500))), "float64")
        cases.append({"name": name, "shape": [400, 500], "mean": value.mean(), "stddev": value.std(), "min": value.min(), "max": value.max(), "kurtosis": ((value - value.mean()) ** 4).mean() / value.var() ** 2})
    for shape in [(6, 4), (4, 6), (3, 3, 2, 4)]:
        value = np.asarray(keras.ops.convert_to_numpy(keras.initializers.Orthogonal(gain=2.0, seed=5)(shape)))
        flat = value.reshape(-1, shape[-1])
        product = flat.T @ flat if flat.shape[0] >= flat.shape[1] else flat @ flat.T
        cases.append({"name": f"Orthogonal(gain=2) of {shape}: its rows or columns times themselves", "shape": list(shape), "product": tensor(np.round(product, 4) + np.float32(0))})
    return cases


def identifiers():
    """What a string means: keras.initializers.get and its sisters."""
    found = []
    for kind, module, words in [
        ("initializer", keras.initializers, "zeros Zeros zero ones one constant random_normal RandomNormal normal random_uniform uniform truncated_normal variance_scaling glorot_uniform GlorotUniform glorot_normal he_uniform he_normal HeNormal lecun_uniform lecun_normal orthogonal identity"),
        ("regularizer", keras.regularizers, "l1 L1 l2 L2 l1_l2 L1L2 orthogonal_regularizer"),
        ("constraint", keras.constraints, "max_norm MaxNorm non_neg NonNeg unit_norm UnitNorm min_max_norm MinMaxNorm"),
    ]:  # fmt: skip
        for word in words.split():
            try:
                made = module.get(word)
            except (ValueError, KeyError):
                found.append({"kind": kind, "identifier": word, "class": None, "config": None})
                continue
            found.append({"kind": kind, "identifier": word, "class": made.__class__.__name__, "config": common.plain(made.get_config())})
    return found


def regularizers():
    g = common.rng(81)
    values = {"matrix": common.normal(g, (3, 4)), "kernel": common.normal(g, (2, 2, 3, 2)), "vector": np.array([-1.5, 0, 2, 0.5], "float32"), "3 and 4": np.array([3, 4], "float32")}
    table = [("L1", {}), ("L1", {"l1": 0.1}), ("L2", {}), ("L2", {"l2": 0.1}), ("L1L2", {}), ("L1L2", {"l1": 0.1, "l2": 0.2})]
    cases = []
    for name, args in table:
        for word, value in values.items():
            cases.append((f"{common.call(name, args)} of {word}", name, args, value))
    cases += [(f"OrthogonalRegularizer {mode}", "OrthogonalRegularizer", {"factor": 0.1, "mode": mode}, values["matrix"]) for mode in ("rows", "columns")]
    result = []
    for label, name, args, value in cases:
        made, source = getattr(keras.regularizers, name)(**args), tf.Variable(value)
        with tf.GradientTape() as tape:
            penalty = made(tf.convert_to_tensor(source))
        (gradient,) = common.gradients(tape, penalty, [source])
        result.append({"name": label, "regularizer": name, "args": args, "config": common.plain(made.get_config()), "serialized": common.plain(keras.regularizers.serialize(made)), "input": tensor(value), "value": tensor(penalty), "gradient": gradient})
    return result


def constraints():
    g = common.rng(82)
    matrix, kernel, vector = common.normal(g, (3, 4), scale=2), common.normal(g, (2, 2, 3, 2), scale=2), common.normal(g, (5,), scale=2)
    matrix[:, 1] = 0
    matrix[:, 2] *= np.float32(0.01)
    table = [
        ("NonNeg", {}, matrix), ("NonNeg", {}, kernel), ("MaxNorm", {}, matrix), ("MaxNorm", {"max_value": 1.0}, matrix), ("MaxNorm", {"max_value": 1.0, "axis": 1}, matrix), ("MaxNorm", {"max_value": 1.5, "axis": [0, 1, 2]}, kernel), ("MaxNorm", {"max_value": 1.0}, kernel), ("MaxNorm", {"max_value": 1.0}, vector),
        ("UnitNorm", {}, matrix), ("UnitNorm", {"axis": 1}, matrix), ("UnitNorm", {"axis": [0, 1, 2]}, kernel), ("UnitNorm", {}, vector), ("MinMaxNorm", {}, matrix), ("MinMaxNorm", {"min_value": 0.5, "max_value": 1.0}, matrix), ("MinMaxNorm", {"min_value": 0.5, "max_value": 1.0, "rate": 0.25}, matrix),
        ("MinMaxNorm", {"min_value": 0.5, "max_value": 1.0, "axis": [0, 1, 2]}, kernel), ("MinMaxNorm", {"min_value": 0.5, "max_value": 1.0, "rate": 0.5, "axis": 1}, matrix),
    ]  # fmt: skip
    cases = []
    for name, args, value in table:
        made = getattr(keras.constraints, name)(**args)
        cases.append({"name": f"{common.call(name, args)} of {value.shape}", "constraint": name, "args": args, "config": common.plain(made.get_config()), "serialized": common.plain(keras.constraints.serialize(made)), "input": tensor(value), "output": tensor(made(tf.constant(value)))})
    return cases


def run():
    return {"random": random_cases(), "configs": configs(), "constants": constants(), "samples": samples(), "identifiers": identifiers(), "regularizers": regularizers(), "constraints": constraints()}
