#!/usr/bin/env python3
"""Lets the test program write HDF5 files and compares what h5py reads from them with what was meant.

    python3 check_hdf5.py BUILD_DIR/tests/keratin_tests
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import ml_dtypes
import numpy as np


def counted(shape, dtype):
    return (np.arange(np.prod(shape, dtype=int)) % 100).reshape(shape).astype(dtype)


def same(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape and found.dtype == expected.dtype, (found.dtype, expected.dtype)
    assert np.array_equal(found, expected), found


def check_every_kind(f):
    a = f.attrs
    assert a["text"] == "grüße" and a["empty"] == "" and a["long"] == "x" * 10000
    assert list(a["texts"]) == [b"conv2d/kernel:0", b"b", b""] and a["no texts"].shape == (0,)
    same(a["number"], np.float64(2.5))
    same(a["numbers"], counted((2, 3), "int32"))
    same(a["no numbers"], np.zeros(0, "float32"))
    assert f["x"].attrs["units"] == "none" and len(f["empty"]) == 0
    same(f["x"][()], counted((17, 33), "float32"))
    assert sorted(f["dtypes"]) == ["bfloat16", "bool", "float16", "float32", "float64", "int32", "int64", "uint8"]
    for name, group in f["dtypes"].items():
        dtype = ml_dtypes.bfloat16 if name == "bfloat16" else np.dtype(name)
        for key, value in [("matrix", counted((3, 4), dtype)), ("scalar", np.ones((), dtype)), ("empty", np.zeros((0, 3), dtype))]:
            dataset = group[key]
            assert dataset.attrs.get("dtype") == ("bfloat16" if name == "bfloat16" else None)
            found = dataset[()]
            same(np.asarray(found).view(dtype) if name == "bfloat16" else found, value)


def check_many(f, count):
    assert sorted(f) == sorted(f"layer_{i}" for i in range(count))
    for i in range(count):
        same(f[f"layer_{i}"][()], np.int64(i))


def check_deep(f):
    same(f["/".join(["g"] * 64 + ["x"])][()], counted((2,), "float32"))


def check_empty(f):
    assert len(f) == 0 and len(f.attrs) == 0


def change(path):
    """The library that everybody uses can go on where we ended."""
    with h5py.File(path, "a") as f:
        for name in list(f)[:3]:
            del f[name]
        f["new/x"] = np.ones(3)
        f.attrs["new"] = "text"
    with h5py.File(path) as f:
        assert f["new/x"][2] == 1 and f.attrs["new"] == "text"


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "[.write-hdf5]"], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "KERATIN_HDF5_FOLDER": folder})
        paths = sorted(pathlib.Path(folder).glob("*.h5"))
        for path in paths:
            with h5py.File(path) as f:
                if path.stem.isdigit():
                    check_many(f, int(path.stem))
                else:
                    globals()[f"check_{path.stem}"](f)
            change(path)
        assert len(paths) >= 8, paths
        print(f"{len(paths)} HDF5 files compared")


if __name__ == "__main__":
    main(sys.argv[1])
