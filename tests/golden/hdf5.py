#!/usr/bin/env python3
"""Makes the files of files/hdf5/ with h5py and Keras, and expected.json: what h5py reads from each.

    python3 hdf5.py                  # files by h5py
    KERAS_BACKEND=tensorflow python3 hdf5.py keras   # files by Keras
"""

import json
import os
import pathlib
import sys

import h5py
import numpy as np

OUT = pathlib.Path(__file__).resolve().parent / "files" / "hdf5"


def some(shape, dtype="float32", seed=1):
    """Numbers that every dtype holds, and that differ."""
    count = int(np.prod(shape))
    values = (np.arange(count) * (2 * seed + 1) + seed) % 101
    return values.reshape(shape).astype(dtype)


def numbers(f):
    for name in ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
        f[name] = some((3, 4), name)
        if name != "int8" and name != "uint8":
            f[name + "_big"] = some((3, 4), np.dtype(name).newbyteorder(">"))
    f["negative"] = np.array([-1, -128, 127], "int8")
    f["negative_big"] = np.array([-1, -32768], ">i2")
    f["bool"] = np.array([[True, False], [False, True]])
    f["scalar"] = np.float32(2.5)
    f["scalar_int"] = np.int64(7)
    f["empty"] = np.zeros((0, 3), "float32")
    f["null"] = h5py.Empty("float32")
    f["one"] = np.array([1.5], "float32")


def attributes(f):
    f.attrs["text"] = "grüße"
    f.attrs["empty text"] = ""
    f.attrs["long text"] = "0123456789" * 700
    f.attrs["fixed"] = np.bytes_("fixed")
    f.attrs["texts"] = np.array([b"conv2d/kernel:0", b"b", b""])
    f.attrs["variable texts"] = np.array(["one", "zwölf"], dtype=h5py.string_dtype())
    f.attrs["no texts"] = np.array([], dtype="S1")
    f.attrs["as Keras writes none"] = np.array([])
    f.attrs["null"] = h5py.Empty("float32")
    f.attrs["float"] = np.float32(0.25)
    f.attrs["int"] = 42
    f.attrs["bool"] = True
    f.attrs["array"] = some((2, 3), "float64")
    f.attrs["big"] = some((2,), ">f4")
    f.attrs["compound"] = np.zeros((), dtype=[("a", "i4"), ("b", "f4")])
    padded = h5py.h5t.C_S1.copy()
    padded.set_size(8)
    padded.set_strpad(h5py.h5t.STR_SPACEPAD)
    space = h5py.h5s.create(h5py.h5s.SCALAR)
    attribute = h5py.h5a.create(f.id, b"space padded", padded, space)
    attribute.write(np.array(b"abc     "), mtype=padded)
    f.create_group("empty").attrs["on a group"] = "yes"
    f.create_dataset("x", data=some((2,))).attrs["on a dataset"] = np.int32(3)


def many_attributes(f):
    for i in range(20):
        f.attrs[f"attribute {i}"] = f"text {i}"
        f.attrs[f"number {i}"] = np.float32(i)
    for i in range(3):
        f.attrs[f"large {i}"] = np.array([f"layer_{i}_{j}".encode() for j in range(100 * (i + 1))])


def links(count):
    def make(f):
        f["layer_0"] = some((2,))
        for i in range(1, count):
            f[f"layer_{i}"] = f["layer_0"]
    return make


def nested(f):
    f["a/b/c/d/e/x"] = some((2, 2))
    f["a/b/y"] = some((2,), seed=2)
    f["same"] = f["a/b/y"]
    f["a/same group"] = f["a/b/c"]


def chunked(f):
    x = some((7, 10))
    f.create_dataset("plain", data=x, chunks=(3, 4))
    f.create_dataset("gzip", data=x, chunks=(3, 4), compression="gzip")
    f.create_dataset("shuffle", data=x, chunks=(3, 4), compression="gzip", shuffle=True)
    f.create_dataset("checked", data=x, chunks=(3, 4), fletcher32=True)
    f.create_dataset("all", data=x.astype(">i4"), chunks=(3, 4), compression=9, shuffle=True, fletcher32=True)
    with_holes = f.create_dataset("holes", (7, 10), "float32", chunks=(3, 4), fillvalue=2.5)
    with_holes[4, 5] = 1
    f.create_dataset("never written", (4, 3), "int32", fillvalue=-1)
    f.create_dataset("never written, no chunks", (2, 2), "float32")
    f.create_dataset("bytes", data=some((5, 4, 3), "uint8"), chunks=(2, 2, 2))
    f.create_dataset("bools", data=some((9,), "int8") % 2 == 0, chunks=(4,))


def latest_chunked(f):
    """The indexes that newer files have: what is chosen depends on the axes that may grow."""
    chunked(f)
    x = some((7, 10))
    f.create_dataset("single", data=x, chunks=(7, 10))
    f.create_dataset("single gzip", data=x, chunks=(7, 10), compression="gzip")
    f.create_dataset("grows", data=x, chunks=(3, 4), maxshape=(None, 10))
    f.create_dataset("grows last", data=x, chunks=(3, 4), maxshape=(20, None), compression="gzip")
    f.create_dataset("grows both", data=x, chunks=(2, 3), maxshape=(None, None))
    f.create_dataset("grows both gzip", data=x, chunks=(2, 3), maxshape=(None, None), compression="gzip")
    f.create_dataset("room", data=x, chunks=(3, 4), maxshape=(20, 30))
    f.create_dataset("many", data=some((400,), "uint8"), chunks=(3,), maxshape=(None,))
    f.create_dataset("many fixed", data=some((400,), "uint8"), chunks=(3,))
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((3, 4))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple((7, 10))
    h5py.h5d.create(f.id, b"allocated early", h5py.h5t.IEEE_F32LE, space, early).write(h5py.h5s.ALL, h5py.h5s.ALL, x)


def pages(f):
    f.create_dataset("fixed", data=some((1100,), "uint8"), chunks=(1,))
    half = f.create_dataset("half", (1100,), "uint8", chunks=(1,), fillvalue=9)
    half[:10] = some((10,), "uint8")


def far(f):
    """An index whose blocks come in pages, of which few were written."""
    far = f.create_dataset("x", (140000,), "uint8", chunks=(1,), maxshape=(None,), fillvalue=7)
    far[139990:] = some((10,), "uint8")


def compact(f):
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((2, 3))
    d = h5py.h5d.create(f.id, b"x", h5py.h5t.IEEE_F32LE, space, plist)
    d.write(h5py.h5s.ALL, h5py.h5s.ALL, some((2, 3)))


def unreadable(f):
    f["texts"] = np.array([b"a", b"b"])
    f["compound"] = np.zeros(2, dtype=[("a", "i4")])
    f["rank 9"] = np.zeros((1,) * 9, "float32")
    f["half the range"] = np.array([2**63], "uint64")
    f.create_dataset("lzf", data=some((100,)), chunks=(10,), compression="lzf")
    f["type"] = np.dtype("float32")
    f.create_dataset("of a type with a name", data=some((2,)), dtype=f["type"])
    f.create_dataset("chunks of that type", data=some((10,)), dtype=f["type"], chunks=(5,), fillvalue=1, compression="gzip")
    f["fine"] = some((2,))


FILES = {  # name: what is written, how
    "numbers": (numbers, {}),
    "attributes": (attributes, {}),
    "many_attributes": (many_attributes, {}),
    "links": (links(260), {}),
    "nested": (nested, {}),
    "chunked": (chunked, {}),
    "compact": (compact, {}),
    "unreadable": (unreadable, {}),
    "user_block": (nested, {"userblock_size": 1024}),
    "latest_numbers": (numbers, {"libver": "latest"}),
    "latest_attributes": (attributes, {"libver": "latest"}),
    "latest_many_attributes": (many_attributes, {"libver": "latest"}),
    "latest_links": (links(260), {"libver": "latest"}),
    "latest_nested": (nested, {"libver": "latest"}),
    "latest_ordered": (nested, {"libver": "latest", "track_order": True}),
    "latest_chunked": (latest_chunked, {"libver": "latest"}),
    "latest_pages": (pages, {"libver": "latest"}),
    "latest_far": (far, {"libver": "latest"}),
    "latest_compact": (compact, {"libver": "latest"}),
    "latest_user_block": (nested, {"libver": "latest", "userblock_size": 512}),
    "v108_nested": (nested, {"libver": ("v108", "v108")}),
}

# What Keras refuses, and therefore keratin.
def soft_link(f):
    f["x"] = some((2,))
    f["soft"] = h5py.SoftLink("/x")


def external_link(f):
    f["external"] = h5py.ExternalLink("other.h5", "/x")


def external_storage(f):
    f.create_dataset("x", (4,), "float32", external=[("/etc/passwd", 0, 16)])


def virtual(f):
    layout = h5py.VirtualLayout((4,), "float32")
    layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
    f.create_virtual_dataset("x", layout)


def circle(f):
    f.create_group("a/b")
    f["a/b/a"] = f["a"]


def deep(f):
    f.create_group("/".join("g" * 70))


def many_unwritten(f):
    f.create_dataset("x", (1 << 40,), "float32", chunks=(1 << 20,), compression="gzip")


def bomb(f):
    f.create_dataset("x", data=np.zeros((1 << 22,), "uint8"), chunks=(1 << 22,), compression=9)


REFUSED = {name: make for name, make in [
    ("soft_link", soft_link), ("external_link", external_link), ("external_storage", external_storage),
    ("virtual", virtual), ("circle", circle), ("deep", deep), ("huge", many_unwritten), ("bomb", bomb)]}


def described(value):
    """An attribute or dataset as JSON."""
    if isinstance(value, h5py.Empty):
        return {"shape": [0], "data": []}
    if isinstance(value, (str, bytes, np.bytes_)):
        return value if isinstance(value, str) else value.decode()
    value = np.asarray(value)
    if value.dtype.kind in "SO":
        return [v if isinstance(v, str) else v.decode() for v in value.ravel()]
    if value.dtype.kind == "V" and value.dtype.names is None:
        import ml_dtypes
        value = value.view(ml_dtypes.bfloat16)
    return {"shape": list(value.shape), "data": [int(v) if v == int(v) else float(v) for v in value.ravel()]}


def expected(path):
    found = {"groups": [], "datasets": {}, "attributes": {}}

    def visit(name, item):
        # A link each: visititems would show an object once.
        for key, value in item.attrs.items():
            if getattr(value, "dtype", None) is None or value.dtype.names is None:
                found["attributes"][f"{name}@{key}"] = described(value)
        if isinstance(item, h5py.Dataset):
            found["datasets"][name] = described(item[()])
        elif isinstance(item, h5py.Group):
            found["groups"].append(name)
            for child in item:
                visit(f"{name}/{child}" if name else child, item[child])

    with h5py.File(path) as f:
        visit("", f)
    return found


def scramble(variables):
    """Numbers that take few digits."""
    for i, variable in enumerate(variables):
        variable.assign(some(variable.shape, "float32", i % 10 + 1))


def make_keras():
    import keras

    keras.utils.set_random_seed(1)
    net = keras.Sequential([
        keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3, activation="relu"), keras.layers.BatchNormalization(),
        keras.layers.Flatten(), keras.layers.Dense(3)])
    net.compile("adam", "mse")
    net.fit(some((2, 8, 8, 1)), some((2, 3)), verbose=0)
    scramble(net.variables + net.optimizer.variables)
    net.save_weights(OUT / "keras.weights.h5")
    net.save(OUT / "keras_legacy.h5")
    keras.config.set_dtype_policy("bfloat16")
    inputs = keras.Input((4,))
    hidden = keras.layers.Dense(3)(inputs)
    half = keras.Model(inputs, keras.layers.Dense(2)(hidden))
    scramble(half.variables)
    half.save_weights(OUT / "keras_bfloat16.weights.h5")


def main():
    OUT.mkdir(exist_ok=True)
    if "keras" in sys.argv[1:]:
        make_keras()
    else:
        for name, (make, options) in FILES.items():
            if "track_order" in options:
                h5py.get_config().track_order = True
            with h5py.File(OUT / f"{name}.h5", "w", **options) as f:
                make(f)
            h5py.get_config().track_order = False
        for name, make in REFUSED.items():
            for libver in ("latest",) if name == "deep" else ("earliest", "latest"):
                with h5py.File(OUT / f"refused_{name}_{libver}.h5", "w", libver=libver) as f:
                    make(f)
    names = sorted(p for p in OUT.glob("*.h5") if not p.name.startswith(("refused_", "unreadable", "latest_far")))
    content = {}
    for path in names:
        found = expected(path)
        # A file that reads as an earlier one says which.
        content[path.name] = next((name for name, other in content.items() if other == found), found)
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False, separators=(',', ':'))}" for k, v in content.items())
    (OUT / "expected.json").write_text("{" + lines + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
