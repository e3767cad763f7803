"""Layers that prepare data: outputs, and what they learn from data by adapt()."""

from . import common
from .common import keras, np, tensor
from .layers import made_layer, seed
from .layers_norm import called

IMAGES, ODD = (2, 4, 5, 2), (1, 5, 3, 1)


def prepared(name, layer, args, value, training=False, dtype="float32", data=None):
    """value: the shape of a random input, or the input itself; data: what the layer adapts to."""
    g = common.rng(seed(name))
    x = value if isinstance(value, np.ndarray) else common.normal(g, value, dtype)
    made = made_layer(layer, args, dtype)
    default_name = made.name
    if data is not None:
        made.adapt(data)
    output = made(x, **({"training": training} if made._call_has_training_arg else {}))
    return {
        "name": name, "layer": layer, "args": args, "dtype": dtype, "training": training, "default_name": default_name, "data": tensor(data),
        "config": common.plain(made.get_config()), "input": tensor(x), "weights": [{"name": w.name, "value": tensor(w)} for w in made.weights], "output": tensor(output),
    }  # fmt: skip


def table(layer, rows, training=False, dtypes=("float32",)):
    return [prepared(f"{called(layer, args)} of {'x'.join(map(str, x))}, {dtype}", layer, args, x, training, dtype) for args, x in rows for dtype in dtypes]


def normalizations():
    rows, words, image = (5, 3), (3, 4, 2), (2, 3, 2, 3)
    known = [
        ({"mean": 1.0, "variance": 4.0}, rows), ({"mean": [1.0, 2.0, 3.0], "variance": [1.0, 4.0, 0.25]}, rows), ({"mean": [1.0, 2.0, 3.0], "variance": [1.0, 4.0, 0.25], "invert": True}, rows),
        ({"axis": [], "mean": 0.5, "variance": 2.0}, words), ({"axis": 1, "mean": [1.0, 2.0, 3.0, 4.0], "variance": [1.0, 2.0, 3.0, 4.0]}, words), ({"axis": [1, 2], "mean": [1.0, 2.0], "variance": [2.0, 1.0]}, words),
        ({"axis": [1, 2], "mean": [[1.0], [2.0], [3.0], [4.0]], "variance": [[1.0], [1.0], [2.0], [2.0]]}, words), ({"mean": [0.0, 0.0, 0.0], "variance": [0.0, 1e-20, 1.0]}, rows),
    ]  # fmt: skip
    learned = [({}, rows), ({"invert": True}, rows), ({}, words), ({"axis": 1}, words), ({"axis": [1, 2]}, words), ({"axis": []}, words), ({}, image), ({"axis": [1, 3]}, image), ({"axis": -2}, image)]
    cases = table("Normalization", known, dtypes=("float32", "float64"))
    for args, shape in learned:
        for dtype in ("float32", "float64"):
            name = f"{called('Normalization', args)} adapted to {'x'.join(map(str, shape))}, {dtype}"
            data = (common.normal(common.rng(seed(name) + 1), (7, *shape[1:]), dtype) * 3 + 2).astype(dtype)
            cases.append(prepared(name, "Normalization", args, shape, dtype=dtype, data=data))
    equal = np.full((4, 3), 7, "float32")
    cases.append(prepared("Normalization adapted to equal numbers", "Normalization", {}, rows, data=equal))
    cases.append(prepared("Normalization not adapted", "Normalization", {}, rows))
    cases.append(prepared("Normalization of bytes", "Normalization", {"mean": 100.0, "variance": 400.0}, np.arange(0, 240, 17, dtype="uint8").reshape(5, 3)))
    return cases


def crops():
    pixels = np.arange(40, dtype="uint8").reshape(1, 5, 4, 2)
    sides = [((2, 3), IMAGES), ((4, 5), IMAGES), ((3, 4), IMAGES), ((1, 1), ODD), ((3, 3), (4, 6, 1)), ((6, 4), IMAGES), ((3, 7), IMAGES), ((8, 8), ODD), ((7, 2), ODD), ((6, 6), (3, 4, 2))]
    cases = []
    for (h, w), x in sides:
        resized = h > x[-3] or w > x[-2]  # and that in float32
        cases += table("CenterCrop", [({"height": h, "width": w}, x)], dtypes=("float32",) if resized else ("float32", "float64"))
    cases.append(prepared("CenterCrop of bytes", "CenterCrop", {"height": 3, "width": 2}, pixels))
    # Not larger on both sides: no random numbers.
    small = [((4, 3), IMAGES), ((6, 4), IMAGES), ((3, 5), IMAGES), ((8, 8), ODD), ((5, 2), ODD), ((6, 6), (3, 4, 2))]
    return cases + table("RandomCrop", [({"height": h, "width": w, "seed": 1}, x) for (h, w), x in small], True)


MODES = ("constant", "reflect", "wrap", "nearest")


def sampled(layer, factors):
    cases = []
    for args in factors:
        for mode in MODES:
            for interpolation in ("bilinear", "nearest"):
                cases += table(layer, [({**args, "fill_mode": mode, "interpolation": interpolation, "seed": 1}, ODD)], True)
    return cases


def transforms():
    rotation = [{"factor": [f, f]} for f in (0.1, 0.25, -0.07)]
    translation = [{"height_factor": [a, a], "width_factor": [b, b]} for a, b in ((0.25, -0.3), (-0.9, 0.6))]
    zoom = [{"height_factor": [a, a], "width_factor": [b, b]} for a, b in ((0.3, -0.4), (-0.5, 1.0))]
    more = [
        ("RandomRotation", {"factor": [0.15, 0.15], "seed": 1}, IMAGES), ("RandomRotation", {"factor": [0.5, 0.5], "seed": 1}, IMAGES), ("RandomRotation", {"factor": 0.0, "seed": 1}, IMAGES),
        ("RandomRotation", {"factor": [0.2, 0.2], "fill_mode": "constant", "fill_value": 0.5, "seed": 1}, IMAGES), ("RandomRotation", {"factor": [-0.25, -0.25], "seed": 1}, (4, 4, 1)),
        ("RandomTranslation", {"height_factor": [0.5, 0.5], "width_factor": [0.0, 0.0], "seed": 1}, IMAGES), ("RandomTranslation", {"height_factor": [1.0, 1.0], "width_factor": [-1.0, -1.0], "fill_mode": "wrap", "seed": 1}, IMAGES),
        ("RandomTranslation", {"height_factor": 0.0, "width_factor": 0.0, "seed": 1}, IMAGES), ("RandomTranslation", {"height_factor": [0.3, 0.3], "width_factor": [0.3, 0.3], "fill_mode": "constant", "fill_value": -2.0, "seed": 1}, (3, 4, 2)),
        ("RandomZoom", {"height_factor": [0.25, 0.25], "seed": 1}, IMAGES), ("RandomZoom", {"height_factor": [-0.5, -0.5], "seed": 1}, IMAGES), ("RandomZoom", {"height_factor": 0.0, "seed": 1}, IMAGES),
        ("RandomZoom", {"height_factor": [0.7, 0.7], "width_factor": [0.1, 0.1], "fill_mode": "constant", "fill_value": 3.0, "seed": 1}, IMAGES), ("RandomZoom", {"height_factor": [1.0, 1.0], "seed": 1}, (4, 3, 2)),
        ("RandomRotation", {"factor": [0.1, 0.1], "seed": 1}, (1, 1, 1, 3)),
    ]  # fmt: skip
    cases = sampled("RandomRotation", rotation) + sampled("RandomTranslation", translation) + sampled("RandomZoom", zoom)
    for layer, args, x in more:
        cases += table(layer, [(args, x)], True, ("float32", "float64"))
    idle = [("RandomRotation", {"factor": 0.3}), ("RandomTranslation", {"height_factor": 0.3, "width_factor": [-0.1, 0.2]}), ("RandomZoom", {"height_factor": 0.3}), ("RandomFlip", {}), ("RandomFlip", {"mode": "vertical", "seed": 3})]
    return cases + [prepared(f"{called(layer, args)} at inference", layer, args, IMAGES) for layer, args in idle]


def colors():
    pixels = np.arange(0, 250, 11, dtype="float32")[:20].reshape(2, 5, 2, 1)
    unit = (np.arange(24, dtype="float32") / 24).reshape(2, 3, 2, 2)
    rows = [
        ("RandomBrightness", {"factor": [0.1, 0.1], "seed": 1}, pixels), ("RandomBrightness", {"factor": [-0.3, -0.3], "seed": 1}, pixels), ("RandomBrightness", {"factor": [0.5, 0.5], "value_range": [0.0, 1.0], "seed": 1}, unit),
        ("RandomBrightness", {"factor": [1.0, 1.0], "seed": 1}, pixels), ("RandomBrightness", {"factor": [0.25, 0.25], "value_range": [-1.0, 1.0], "seed": 1}, unit[0]), ("RandomBrightness", {"factor": 0.0, "seed": 1}, pixels),
        ("RandomContrast", {"factor": [-0.25, 0.25], "seed": 1}, pixels), ("RandomContrast", {"factor": [-0.9, 0.9], "seed": 1}, pixels), ("RandomContrast", {"factor": [-0.5, 0.5], "value_range": [0.0, 1.0], "seed": 1}, unit),
        ("RandomContrast", {"factor": [-0.5, 0.5], "value_range": [0.0, 1.0], "seed": 1}, unit[0]), ("RandomContrast", {"factor": 0.0, "seed": 1}, pixels),
    ]  # fmt: skip
    cases = [prepared(f"{called(layer, args)} of {'x'.join(map(str, x.shape))}, {dtype}", layer, args, x.astype(dtype), True, dtype) for layer, args, x in rows for dtype in ("float32", "float64")]
    idle = [("RandomBrightness", {"factor": 0.3}), ("RandomBrightness", {"factor": [-0.1, 0.3]}), ("RandomContrast", {"factor": 0.3}), ("RandomContrast", {"factor": [0.2, 0.3], "value_range": [0.0, 1.0]})]
    return cases + [prepared(f"{called(layer, args)} at inference", layer, args, unit) for layer, args in idle]


def run():
    return {"cases": normalizations() + crops() + transforms() + colors()}
