"""Layers that normalize, activations with parameters of their own, and noise at inference: as families/layers.py."""

from . import common
from .common import np
from .layers import EXTREMES, KINKS, case, made_layer

WORDS, IMAGE, ROWS = (2, 4, 3), (2, 2, 3, 4), (5, 3)


def called(layer, args):
    return f"{layer}({', '.join(f'{key}={value}' for key, value in args.items())})"


def family(layer, table, dtypes=("float32", "float64")):
    """table: pairs of arguments and shapes (or (what, input) where the numbers matter)."""
    cases = []
    for args, x in table:
        what = "" if not isinstance(x[0], str) else f" of {x[0]}"
        value = x[1] if what else x
        for dtype in dtypes if not what else (value.dtype.name,):
            of = what or f" of {'x'.join(map(str, x))}"
            cases.append(case(f"{called(layer, args)}{of}, {dtype}", layer, args, value, dtype=dtype))
    return cases


def numbers(what, array):
    return (what, np.array(array, "float32"))


# Of these TensorFlow's x * factor - mean * factor loses digits in float32.
FAR = ("numbers far from zero", 1000 + np.arange(12).reshape(3, 4) * 0.5)
EQUAL = ("equal numbers", np.full((3, 4), 7.0))
ZEROS = numbers("zeros and a unit", [[0, 0, 0], [0, 1, 0], [3, 4, 0]])


def normalizations():
    groups = [
        ({}, (1, 2, 1, 32)), ({"groups": 2}, (2, 3, 2, 4)), ({"groups": 1}, IMAGE), ({"groups": 4}, IMAGE), ({"groups": 3}, (3, 6)), ({"groups": 2}, (2, 5, 4)),
        ({"groups": 2, "axis": 1}, (2, 4, 3, 1)), ({"groups": 2, "axis": 2}, (2, 3, 4, 1)), ({"groups": 2, "epsilon": 0.1}, IMAGE),
        ({"groups": 2, "center": False}, IMAGE), ({"groups": 2, "scale": False}, IMAGE), ({"groups": 2, "center": False, "scale": False}, IMAGE),
        ({"groups": 2}, (1, 1, 1, 4)), ({"groups": 2}, FAR), ({"groups": 2}, EQUAL),
    ]  # fmt: skip
    layer = [
        ({}, ROWS), ({}, WORDS), ({}, IMAGE), ({"axis": 1}, WORDS), ({"axis": [1, 2]}, WORDS), ({"axis": [2, 1]}, WORDS), ({"axis": [-2, -1]}, IMAGE), ({"axis": [1, 3]}, IMAGE),
        ({"axis": [1, 2, 3]}, IMAGE), ({"axis": 2, "epsilon": 0.1}, IMAGE), ({"center": False}, WORDS), ({"scale": False}, WORDS), ({"center": False, "scale": False}, WORDS),
        ({"axis": [1, 2], "center": False}, IMAGE), ({}, (3, 1)), ({}, (1, 17)), ({}, FAR), ({}, EQUAL),
    ]  # fmt: skip
    rms = [({}, ROWS), ({}, WORDS), ({}, IMAGE), ({"axis": [1, 2]}, WORDS), ({"axis": [2, 3]}, IMAGE), ({"axis": [1, 2, 3]}, IMAGE), ({"epsilon": 0.1}, WORDS), ({}, (1, 17)), ({}, FAR), ({}, EQUAL)]
    unit = [({}, ROWS), ({}, WORDS), ({"axis": 1}, WORDS), ({"axis": [1, 2]}, WORDS), ({"axis": [1, 2, 3]}, IMAGE), ({"axis": -2}, IMAGE), ({}, FAR), ({}, EQUAL)]
    # After its build Keras writes the number of channels for -1.
    instances = [case(f"GroupNormalization(groups=-1), {dtype}", "GroupNormalization", {"groups": -1}, IMAGE, dtype=dtype) for dtype in ("float32", "float64")]
    for c in instances:
        c["config"] = common.plain(made_layer("GroupNormalization", {"groups": -1}, c["dtype"]).get_config())
    return family("GroupNormalization", groups) + instances + family("LayerNormalization", layer) + family("RMSNormalization", rms) + family("UnitNormalization", unit)


def activations():
    kinks, extremes = numbers("kinks", KINKS), numbers("extremes", EXTREMES)
    prelu = [
        ({}, ROWS), ({}, WORDS), ({"shared_axes": [1]}, WORDS), ({"shared_axes": [1, 2]}, IMAGE), ({"shared_axes": [1, 2, 3]}, IMAGE), ({"shared_axes": [3]}, IMAGE),
        ({}, kinks), ({}, extremes), ({"alpha_initializer": "ones"}, ROWS), ({}, (4, 1)),
    ]  # fmt: skip
    softmax = [
        ({"axis": [1, 2]}, WORDS), ({"axis": [2, 1]}, WORDS), ({"axis": [-1, -3]}, IMAGE), ({"axis": [1, 2, 3]}, IMAGE), ({"axis": [0, 1]}, ROWS), ({"axis": 2}, IMAGE),
        ({"axis": [0, 1]}, kinks), ({"axis": [0, 1]}, extremes),
    ]  # fmt: skip
    rescaling = [
        ({"scale": [0.5, 2.0, -1.0]}, WORDS), ({"scale": [0.5, 2.0, -1.0], "offset": 0.25}, WORDS), ({"scale": 2.0, "offset": [1.0, -1.0, 0.0]}, WORDS), ({"scale": [1.0, 2.0, 3.0, 4.0], "offset": [4.0, 3.0, 2.0, 1.0]}, IMAGE),
    ]  # fmt: skip
    elu = [({}, WORDS), ({"alpha": 0.5}, WORDS), ({"alpha": 2.0}, ROWS), ({"alpha": 0.0}, ROWS), ({}, kinks), ({"alpha": 1.5}, kinks), ({}, extremes)]
    return family("ELU", elu) + family("PReLU", prelu) + family("Softmax", softmax) + family("Rescaling", rescaling)


def noise():
    """What does not depend on the random numbers."""
    table = [
        ("SpatialDropout1D", {"rate": 0.5}, WORDS), ("SpatialDropout1D", {"rate": 0.25, "seed": 3}, WORDS), ("SpatialDropout2D", {"rate": 0.25, "seed": 3}, IMAGE),
        ("GaussianNoise", {"stddev": 0.5}, WORDS), ("GaussianNoise", {"stddev": 1.0, "seed": 7}, IMAGE), ("GaussianDropout", {"rate": 0.3}, WORDS), ("GaussianDropout", {"rate": 0.9, "seed": 7}, ROWS),
        ("AlphaDropout", {"rate": 0.3}, WORDS), ("AlphaDropout", {"rate": 0.3, "seed": 7}, ROWS), ("AlphaDropout", {"rate": 0.3, "noise_shape": [None, 1, 3]}, WORDS), ("ActivityRegularization", {"l1": 0.1, "l2": 0.2}, WORDS), ("ActivityRegularization", {}, ROWS),
    ]  # fmt: skip
    cases = [case(f"{called(layer, args)} at inference, {dtype}", layer, args, x, dtype=dtype) for layer, args, x in table for dtype in ("float32", "float64")]
    idle = [("SpatialDropout1D", "rate", WORDS), ("SpatialDropout2D", "rate", IMAGE), ("GaussianNoise", "stddev", WORDS), ("GaussianDropout", "rate", WORDS), ("AlphaDropout", "rate", WORDS)]
    return cases + [case(f"{layer}({argument}=0) in training", layer, {argument: 0.0}, x, training=True) for layer, argument, x in idle]


def run():
    return {"cases": normalizations() + activations() + noise()}
