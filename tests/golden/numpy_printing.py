"""Writes numpy_printing.json: what NumPy's str() makes of arrays, with the options it was asked under.

Run with NumPy 2.4: python3 numpy_printing.py > numpy_printing.json
"""
import json
import sys

import numpy as np

DEFAULTS = dict(precision=8, threshold=1000, edgeitems=3, linewidth=75)
cases = []


def plain(value):
    """A number for JSON, which has no nan and no infinity."""
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value


def case(values, dtype="float32", shape=None, **options):
    array = np.array(values, dtype)
    array = array if shape is None else array.reshape(shape)
    entry = {"dtype": dtype, "shape": list(array.shape), "values": [plain(v) for v in array.ravel().tolist()]}
    add(entry, array, options)


def counted(n, step, dtype="float32", shape=None, **options):
    """0, step, 2 * step, ...: long arrays, described and not listed."""
    array = (np.arange(n, dtype="float64") * step).astype(dtype).reshape(shape or (n,))
    add({"dtype": dtype, "shape": list(array.shape), "count": n, "step": step}, array, options)


def add(entry, array, options):
    np.set_printoptions(**{**DEFAULTS, **options})
    entry["options"] = {**DEFAULTS, **options}
    entry["text"] = str(array)
    cases.append(entry)


nan, inf = float("nan"), float("inf")
# Rank 0
for dtype in ("float32", "float64"):
    for value in (0.0, -0.0, 1.0, 0.1, 1e6, 123456789.0, 1e10, 9.999e15, 1e16, 1e-4, 9.9e-5, 1.5e-7, 1 / 3, 3.4e38, nan,
                  inf, -inf):
        case(value, dtype)
case(5, "uint8"), case(-7, "int32"), case(2**62, "int64"), case(True, "bool"), case(False, "bool")
# Floats: whole, fractions, signs, alignment
for dtype in ("float32", "float64"):
    case([1, 2], dtype)
    case([[1, 2], [3, 4]], dtype)
    case([1, 2.5, -3.25], dtype)
    case([0.1, 0.2, 1 / 3], dtype)
    case([-0.0, 0.0], dtype)
    case([[0.5, 100, -0.125], [7, 8, 9]], dtype)
    case([1, 1000], dtype), case([1, 1001], dtype), case([0.001, 1.0], dtype), case([0.00099, 1.0], dtype)
    case([1e-4, 1e-3], dtype), case([9.9e-5, 1e-3], dtype)
    case([999999, 1e5], dtype), case([1e6, 1e5], dtype), case([1e7, 1e6], dtype), case([99999999, 1e8], dtype)
    case([1e-5, 1.2345678e3], dtype), case([1e10, 1], dtype), case([1e10, 0, -1e10], dtype)
    case([3.4e38, 1e-38], dtype), case([1e-30], dtype), case([0, 0], dtype)
    case([nan, 1, inf], dtype), case([nan, inf], dtype), case([-inf, 1.5], dtype), case([nan, 1e10], dtype)
    case([nan], dtype), case([inf, 123.456], dtype), case([[nan, -inf], [0, 1e-7]], dtype)
    case([1 / 3, 2 / 3, 100 / 3], dtype, precision=3), case([1e-5 / 3, 1], dtype, precision=2)
    case([0.12345678901234, 12.5], dtype, precision=12), case([1.5, 2.5, 0.5], dtype, precision=0)
    case([0.125, 0.375, 2.675], dtype, precision=2), case([99.99999999, 1.0], dtype), case([0.999999999, 0.5], dtype)
case([1e300, 1e-300], "float64"), case([1e100], "float64"), case([5e-324, 1.0], "float64")
# Integers and bool
case([1, -20, 300], "int32"), case([[255, 0], [7, 80]], "uint8"), case([2**62, -1], "int64")
case([True, False], "bool"), case([[True], [True]], "bool")
# Empty
case([], "float32"), case([], "int64", (0, 3)), case([], "float32", (2, 0, 3))
# Nested, wrapped, shortened
counted(24, 1, "float32", (2, 3, 4)), counted(24, 1, "int32", (2, 3, 2, 2)), counted(3, 0.5, "float32", (1, 1, 3))
counted(40, 1, "int64"), counted(40, 0.37, "float32"), counted(60, 0.5, "float64", (2, 30)), counted(30, 1, "bool")
counted(16, 1.25, "float32", (2, 2, 4), linewidth=20), counted(5, 1, "int32", linewidth=4)
counted(1000, 1, "float32"), counted(1001, 1, "float32"), counted(1002, 0.001, "float64"), counted(2000, 1, "int64", (2, 1000))
counted(1200, 1, "int32", (10, 10, 12)), counted(1200, 0.25, "float32", (40, 30)), counted(1400, 1, "int32", (7, 200))
counted(2400, 1, "float32", (6, 400)), counted(20, 1, "float32", threshold=10, edgeitems=2)
counted(36, 1, "int32", (6, 6), threshold=5, edgeitems=1), counted(5000, 1, "bool"), counted(4096, 0.5, "float32", (4, 4, 16, 16))

json.dump({"numpy": np.__version__, "cases": cases}, sys.stdout, indent=None, separators=(",", ":"))
