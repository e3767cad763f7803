"""Data utilities: encodings, windows, splits, directories of pictures, and pictures as TensorFlow decodes them."""

import contextlib
import io
import os
import struct
import tempfile

from . import common
from .common import keras, np, tensor, tf


def to_categorical():
    cases = [([0, 1, 2, 3], None), ([2, 0], 5), ([[1], [0], [2]], None), ([[0, 1], [2, 1]], None), ([3], None)]
    return [{"x": tensor(np.array(x, "int64")), "num_classes": n, "result": tensor(keras.utils.to_categorical(np.array(x), n))} for x, n in cases]


def pad_sequences():
    ragged = [[1], [2, 3], [], [4, 5, 6, 7]]
    cases = [
        {}, {"maxlen": 2}, {"maxlen": 6}, {"padding": "post"}, {"maxlen": 2, "truncating": "post"}, {"maxlen": 3, "padding": "post", "truncating": "post", "value": -1.0},
        {"value": 0.5, "dtype": "float32"}, {"value": 2.7},
    ]  # fmt: skip
    flat = [{"sequences": ragged, "args": args, "result": tensor(keras.utils.pad_sequences(ragged, **args))} for args in cases]
    nested = [np.array([[1, 2], [3, 4], [5, 6]], "float32"), np.array([[7, 8]], "float32")]
    deep = {"maxlen": 2, "dtype": "float32"}
    return flat, [{"sequences": [tensor(s) for s in nested], "args": deep, "result": tensor(keras.utils.pad_sequences(nested, **deep))}]


def normalize():
    x = common.normal(common.rng(3), (3, 4))
    x[1] = 0
    cases = []
    for axis, order in [(-1, 2), (-1, 1), (-1, 3), (0, 2), (1, 2)]:
        # With NumPy arrays Keras takes axis 0 for the last one; with tensors it does not.
        given = tf.constant(x) if axis == 0 else x
        cases.append({"x": tensor(x), "axis": axis, "order": order, "result": tensor(np.array(keras.utils.normalize(given, axis, order)))})
    cases.append({"x": tensor(x), "axis": -1, "order": "inf", "result": tensor(keras.utils.normalize(x, -1, np.inf))})
    return cases


def shuffles():
    cases = []
    for seed, n in [(0, 10), (1, 2), (42, 7), (1337, 33), (2**32 - 1, 20)]:
        order = list(range(n))
        np.random.RandomState(seed).shuffle(order)
        cases.append({"seed": seed, "n": n, "order": order})
    return cases


def splits():
    cases = []
    for n, args in [
        (10, {"left_size": 0.75}), (10, {"left_size": 0.25}), (10, {"right_size": 0.33}), (10, {"left_size": 4}), (10, {"right_size": 3}), (10, {"left_size": 2, "right_size": 5}),
        (10, {"left_size": 0.5, "right_size": 0.2}), (5, {"left_size": 0.5}), (7, {"left_size": 0.5}), (12, {"left_size": 0.75, "shuffle": True, "seed": 3}), (40, {"right_size": 9, "shuffle": True, "seed": 123456789012}), (6, {"left_size": 3, "shuffle": True, "seed": 0}),
        (10, {}), (10, {"left_size": 0}), (10, {"left_size": 10}), (10, {"left_size": 1.5}), (10, {"right_size": -1}), (10, {"left_size": 0.7, "right_size": 0.7}), (10, {"left_size": 7, "right_size": 7}), (3, {"left_size": 0.1}), (10, {"right_size": 1.0}),
    ]:  # fmt: skip
        case = {"n": n, "args": args, "left": None, "right": None}
        with contextlib.suppress(ValueError):
            left, right = keras.utils.split_dataset(np.arange(n), **args)
            case["left"], case["right"] = ([int(x) for x in part] for part in (left, right))
        cases.append(case)
    return cases


def timeseries():
    data = np.arange(20, dtype="float32").reshape(20, 1) + np.array([0, 0.5], "float32")
    targets = np.arange(20, dtype="int32") * 10
    cases = []
    for with_targets, args in [
        (True, {"sequence_length": 4}), (True, {"sequence_length": 3, "sequence_stride": 5, "sampling_rate": 2, "batch_size": 2}), (False, {"sequence_length": 5, "sequence_stride": 5}), (True, {"sequence_length": 2, "start_index": 4, "end_index": 12, "batch_size": 4}),
        (False, {"sequence_length": 6, "start_index": 3, "sampling_rate": 3}), (False, {"sequence_length": 30}), (False, {"sequence_length": 4, "end_index": 7, "batch_size": None}),
    ]:  # fmt: skip
        given = targets if with_targets else None
        batches = list(keras.utils.timeseries_dataset_from_array(data, given, **args))
        x, y = ([b[0] for b in batches], [b[1] for b in batches]) if with_targets else (batches, [])
        cases.append({"args": args, "x": [tensor(b) for b in x], "y": [tensor(b) for b in y]})
    return {"data": tensor(data), "targets": tensor(targets), "cases": cases}


def bmp(pixels, bits, top_down=False):
    """pixels (height, width, channels), blue first; with 8 bits, indices into a palette of grays."""
    height, width, channels = pixels.shape
    row = (width * channels + 3) // 4 * 4
    palette = b"".join(bytes([i, i, i, 0]) for i in range(256)) if bits == 8 else b""
    rows = [pixels[y].tobytes().ljust(row, b"\0") for y in range(height)]
    body = b"".join(rows if top_down else rows[::-1])
    first = 54 + len(palette)
    header = struct.pack("<2sIHHI", b"BM", first + len(body), 0, 0, first)
    return header + struct.pack("<IiiHHIIiiII", 40, width, -height if top_down else height, 1, bits, 0, len(body), 0, 0, 0, 0) + palette + body


def smooth(height, width, channels, seed):
    """Pictures as they are: neighbours are alike."""
    y, x = np.mgrid[0:height, 0:width]
    phase = common.rng(seed).uniform(0, 6, (channels, 3))
    waves = [127 + 60 * np.sin(x / 3 + p[0]) + 60 * np.cos(y / 4 + p[1]) + 5 * np.sin(p[2] * x * y) for p in phase]
    return np.stack(waves, -1).clip(0, 255).astype("uint8")


def pictures():
    io_ = tf.io
    rgb, gray, rgba = smooth(7, 9, 3, 1), smooth(6, 5, 1, 2), smooth(5, 6, 4, 3)
    large = smooth(19, 22, 3, 4)
    files = {
        "rgb.png": io_.encode_png(rgb).numpy(), "gray.png": io_.encode_png(gray).numpy(), "rgba.png": io_.encode_png(rgba).numpy(), "gray_alpha.png": io_.encode_png(rgba[..., :2]).numpy(),
        "rgb16.png": io_.encode_png(rgb.astype("uint16") * 256 + 200).numpy(), "rgb.jpg": io_.encode_jpeg(large, quality=90).numpy(), "gray.jpg": io_.encode_jpeg(smooth(11, 17, 1, 5)).numpy(),
        "progressive.jpg": io_.encode_jpeg(large, progressive=True, quality=80).numpy(), "full_chroma.jpg": io_.encode_jpeg(large, chroma_downsampling=False).numpy(),
        "rgb.bmp": bmp(rgb, 24), "top_down.bmp": bmp(rgb, 24, True), "rgba.bmp": bmp(rgba, 32), "gray.bmp": bmp(gray, 8),
    }  # fmt: skip
    cases = []
    for name, content in files.items():
        case = {"name": name, "content": content.hex(), "decoded": []}
        for channels in (1, 3, 4):
            with contextlib.suppress(tf.errors.InvalidArgumentError):
                case["decoded"].append({"channels": channels, "picture": tensor(tf.io.decode_image(content, channels).numpy())})
        cases.append(case)
    return cases


TREE = ["cats/a.png", "cats/B.PNG", "cats/a b/z.jpg", "cats/a/y.bmp", "cats/notes.txt", "dogs/10.jpg", "dogs/2.jpeg", "dogs/deep/er/1.png", "dogs/.hidden.png", ".cache/x.png", "birds/1.png", "birds/1.jpg", "top.png"]


def make_tree(root, pictures):
    contents = {os.path.splitext(c["name"])[1]: bytes.fromhex(c["content"]) for c in pictures if c["name"].startswith("rgb.")}
    contents[".jpeg"] = contents[".jpg"]
    for path in TREE:
        os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
        with open(os.path.join(root, path), "wb") as file:
            file.write(contents.get(os.path.splitext(path)[1].lower(), b"text"))


def directories(root):
    """What is found, in which order, with which labels, and what is printed."""
    cases = []
    for args in [
        {"shuffle": False}, {"shuffle": False, "label_mode": None}, {"shuffle": False, "label_mode": "categorical"}, {"shuffle": False, "class_names": ["dogs", "cats"], "label_mode": "binary"}, {"shuffle": False, "labels": [5, 5, 7, 8, 5, 5, 5, 5, 7, 8, 5, 8]}, {"seed": 1}, {"seed": 42, "label_mode": None},
        {"seed": 7, "validation_split": 0.3, "subset": "training"}, {"seed": 7, "validation_split": 0.3, "subset": "validation"}, {"shuffle": False, "validation_split": 0.2, "subset": "validation", "label_mode": "categorical"}, {"seed": 3, "validation_split": 0.5, "subset": "both"},
    ]:  # fmt: skip
        with contextlib.redirect_stdout(io.StringIO()) as out:
            result = keras.utils.image_dataset_from_directory(root, image_size=(4, 5), **args)
        found = result if isinstance(result, list) else [result]
        parts = []
        for dataset in found:
            part = {"file_paths": [os.path.relpath(p, root) for p in dataset.file_paths], "class_names": dataset.class_names}
            if args.get("shuffle", True) is False and args.get("label_mode", "int") is not None:
                part["labels"] = tensor(np.concatenate([y.numpy() for _, y in dataset]))
            parts.append(part)
        cases.append({"args": args, "parts": parts, "printed": out.getvalue()})
    return cases


def resized(pictures):
    cases = []
    for file, args in [
        ("rgb.png", {"image_size": [4, 5]}), ("rgb.png", {"image_size": [12, 11], "interpolation": "nearest"}), ("rgb.png", {"image_size": [8, 8], "crop_to_aspect_ratio": True}), ("rgb.png", {"image_size": [8, 8], "pad_to_aspect_ratio": True}), ("rgb.png", {"image_size": [10, 4], "pad_to_aspect_ratio": True}),
        ("rgb.png", {"image_size": [3, 9], "crop_to_aspect_ratio": True}), ("rgba.png", {"image_size": [6, 7], "color_mode": "rgba"}), ("rgb.jpg", {"image_size": [9, 8], "color_mode": "grayscale"}), ("rgb.jpg", {"image_size": [24, 30]}), ("gray.png", {"image_size": [3, 3]}),
    ]:  # fmt: skip
        content = next(c["content"] for c in pictures if c["name"] == file)
        with tempfile.TemporaryDirectory() as root, contextlib.redirect_stdout(io.StringIO()):
            with open(os.path.join(root, file), "wb") as out:
                out.write(bytes.fromhex(content))
            dataset = keras.utils.image_dataset_from_directory(root, label_mode=None, shuffle=False, **args)
            cases.append({"file": file, "args": args, "result": tensor(next(iter(dataset)).numpy().astype("float32"))})
    return cases


def run():
    flat, nested = pad_sequences()
    files = pictures()
    with tempfile.TemporaryDirectory() as root:
        make_tree(root, files)
        found = directories(root)
    return {
        "to_categorical": to_categorical(), "pad_sequences": flat, "pad_nested_sequences": nested, "normalize": normalize(), "shuffles": shuffles(), "splits": splits(), "timeseries": timeseries(),
        "pictures": files, "tree": TREE, "directories": found, "resized": resized(files),
    }  # fmt: skip
