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


def resizings():
    sides = [((3, 4), IMAGES), ((8, 10), IMAGES), ((4, 5), IMAGES), ((7, 3), IMAGES), ((1, 1), IMAGES), ((2, 9), ODD), ((5, 3), (3, 4, 2)), ((4, 4), (1, 1, 1, 2))]
    cases = []
    for aspect in ({}, {"crop_to_aspect_ratio": True}, {"pad_to_aspect_ratio": True, "fill_value": 2.0}):
        for interpolation in ("bilinear", "nearest"):
            cases += table("Resizing", [({"height": h, "width": w, "interpolation": interpolation, **aspect}, x) for (h, w), x in sides])
    for dtype in ("uint8", "int32"):
        pixels = (np.arange(40) * 6).astype(dtype).reshape(1, 5, 4, 2)
        cases += [prepared(f"Resizing of {dtype} to {h}x{w}", "Resizing", {"height": h, "width": w}, pixels) for h, w in ((3, 7), (10, 2))]
        cases.append(prepared(f"Resizing of {dtype}, nearest", "Resizing", {"height": 3, "width": 6, "interpolation": "nearest"}, pixels))
    return cases


def encodings():
    ids = [np.array([0, 2, 3]), np.array([[0, 1, 1], [3, 3, 3]]), np.array([[2], [0]]), np.array([[4, 0, 9]])]
    cases = [
        prepared(f"CategoryEncoding({mode}) of {x.tolist()}, {dtype}", "CategoryEncoding", {"num_tokens": 5, "output_mode": mode}, x.astype("int64"), dtype=dtype)
        for mode in ("one_hot", "multi_hot", "count") for x in ids for dtype in ("float32", "float64")
    ]  # fmt: skip
    numbers = [np.array([-1.5, 0, 0.25, 1, 7.5, 0.999]), np.array([[-1.5, 1.0, 3.4], [0.0, 0.5, 0.1]]), np.array([[1.0], [0.3]])]
    for mode in ("int", "one_hot", "multi_hot", "count"):
        for x in numbers:
            cases.append(prepared(f"Discretization({mode}) of {x.tolist()}", "Discretization", {"bin_boundaries": [0.0, 0.5, 1.0], "output_mode": mode}, x.astype("float32")))
    cases.append(prepared("Discretization of integers", "Discretization", {"bin_boundaries": [1.0, 3.0]}, np.arange(5, dtype="int32")))
    for bins, size, epsilon in [(3, 7, 0.01), (4, 8, 0.01), (4, 90, 0.01), (5, 150, 0.01), (10, 40, 0.1), (2, 100, 0.01), (4, 333, 0.05), (3, 2, 0.01), (1, 9, 0.01)]:
        data = common.normal(common.rng(bins * 1000 + size), (size,), "float32", 3.0)
        cases.append(prepared(f"Discretization of {bins} bins, epsilon {epsilon}, adapted to {size}", "Discretization", {"num_bins": bins, "epsilon": epsilon}, (3, 5), data=data))
    return cases


SEEN = np.array([[12, 1138, 42], [42, 1138, 42], [7, 42, 7]])


def integer_lookups():
    x = np.array([[12, 7, 42], [-5, 0, 8]])
    known = [
        {}, {"num_oov_indices": 3}, {"mask_token": 0}, {"mask_token": 0, "num_oov_indices": 2}, {"max_tokens": 9}, {"oov_token": -9}, {"output_mode": "one_hot"}, {"output_mode": "multi_hot"}, {"output_mode": "count"}, {"output_mode": "multi_hot", "mask_token": 0},
        {"output_mode": "count", "num_oov_indices": 2}, {"output_mode": "count", "max_tokens": 8, "pad_to_max_tokens": True}, {"output_mode": "tf_idf", "idf_weights": [0.5, 0.25, 0.75]}, {"output_mode": "tf_idf", "idf_weights": [0.5, 0.25, 0.75], "max_tokens": 6, "pad_to_max_tokens": True},
        {"invert": True}, {"invert": True, "mask_token": 99},
    ]  # fmt: skip
    cases = [prepared(f"{called('IntegerLookup', args)} of a vocabulary", "IntegerLookup", {**args, "vocabulary": [42, 7, 12]}, np.array([[0, 1, 2], [3, 4, 9]]) if "invert" in args else x) for args in known]
    cases.append(prepared("IntegerLookup of a vocabulary with special tokens", "IntegerLookup", {"vocabulary": [0, -1, 7, 12], "mask_token": 0}, x))
    cases.append(prepared("IntegerLookup without unknown tokens", "IntegerLookup", {"vocabulary": [12, 7, 42], "num_oov_indices": 0}, x[:1]))
    learned = [{}, {"max_tokens": 3}, {"mask_token": 7}, {"output_mode": "count"}, {"output_mode": "multi_hot", "max_tokens": 3}, {"output_mode": "tf_idf"}, {"output_mode": "tf_idf", "max_tokens": 4, "pad_to_max_tokens": True}, {"num_oov_indices": 2}]
    for args in learned:
        for data in (SEEN, SEEN.reshape(-1)):
            cases.append(prepared(f"{called('IntegerLookup', args)} adapted to rank {data.ndim}", "IntegerLookup", args, x, data=data))
    return cases


def of_strings(name, layer, args, value, data=None):
    """Strings have no tensors in C++: input and data are lists, of lists for samples."""
    made = made_layer(layer, args, "float32")
    default_name = made.name
    if data is not None:
        made.adapt(data)
    output = made(np.array(value) if args.get("invert") else keras.tree.map_structure(str, value))
    plain = [t.decode() for t in output.numpy().reshape(-1)] if args.get("invert") else None
    return {
        "name": name, "layer": layer, "args": args, "default_name": default_name, "data": data, "config": common.plain(made.get_config()), "input": value,
        "vocabulary": [str(t) for t in made.get_vocabulary()], "output": None if plain else tensor(output), "tokens": plain,
    }  # fmt: skip


def string_lookups():
    flat, rows = ["b", "z", "", "a"], [["b", "z", "b"], ["", "a", "c"]]
    known = [
        {}, {"mask_token": ""}, {"oov_token": "<?>"}, {"max_tokens": 9}, {"output_mode": "one_hot"}, {"output_mode": "multi_hot"}, {"output_mode": "count"}, {"output_mode": "count", "mask_token": ""}, {"output_mode": "multi_hot", "mask_token": ""},
        {"output_mode": "tf_idf", "idf_weights": [0.5, 0.25, 0.75]}, {"output_mode": "count", "max_tokens": 8, "pad_to_max_tokens": True},
    ]  # fmt: skip
    cases = [of_strings(f"{called('StringLookup', args)} of rank {1 if x is flat else 2}", "StringLookup", {**args, "vocabulary": ["a", "b", "c"]}, x) for args in known for x in (flat, rows)]
    cases += [of_strings(f"{called('StringLookup', args)}", "StringLookup", {**args, "vocabulary": ["a", "b"]}, [[0, 1, 2], [3, 7, 1]]) for args in ({"invert": True}, {"invert": True, "mask_token": ""})]
    seen = ["b", "a", "b", "é", "c", "c", "b", "Z"]
    cases += [of_strings(f"{called('StringLookup', args)} adapted", "StringLookup", args, rows, seen) for args in ({}, {"max_tokens": 3}, {"mask_token": "c"}, {"output_mode": "count"}, {"output_mode": "tf_idf"})]
    return cases


TEXTS = ["The cat sat on the mat.", "A dog, a CAT & a bird!", "don't   stop", "", "the  End\tof the\nworld"]


def text_vectorizations():
    table = [
        {}, {"standardize": None}, {"standardize": "lower"}, {"standardize": "strip_punctuation"}, {"split": "character"}, {"ngrams": 2}, {"ngrams": [2]}, {"ngrams": [1, 3]}, {"ngrams": 3, "split": "character"}, {"max_tokens": 6},
        {"output_sequence_length": 4}, {"output_sequence_length": 9}, {"output_sequence_length": 1, "max_tokens": 5}, {"output_mode": "multi_hot"}, {"output_mode": "count"}, {"output_mode": "tf_idf"}, {"output_mode": "count", "ngrams": 2, "max_tokens": 12},
        {"output_mode": "tf_idf", "max_tokens": 30, "pad_to_max_tokens": True}, {"output_mode": "multi_hot", "max_tokens": 30, "pad_to_max_tokens": True}, {"output_mode": "count", "split": "character"},
    ]  # fmt: skip
    queries = ["the cat and the dog", "", "A bird? A bird; a WORLD"]
    cases = []
    for args in table:
        given = {**args, "ngrams": tuple(args["ngrams"])} if isinstance(args.get("ngrams"), list) else args
        cases.append(of_strings(f"{called('TextVectorization', args)} adapted", "TextVectorization", given, queries, TEXTS))
    known = [{}, {"output_mode": "count"}, {"output_sequence_length": 3}, {"output_mode": "tf_idf", "idf_weights": [0.5, 0.25, 0.75]}]
    return cases + [of_strings(f"{called('TextVectorization', args)} of a vocabulary", "TextVectorization", {**args, "vocabulary": ["the", "cat", "bird"]}, queries) for args in known]


def run():
    cases = normalizations() + crops() + resizings() + transforms() + colors() + encodings() + integer_lookups()
    return {"cases": cases, "of_strings": string_lookups() + text_vectorizations()}
