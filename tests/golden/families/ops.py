"""The tf.nn ops themselves: output and gradients of sum(output * upstream)."""

import zlib

from . import common
from .common import np, tensor, tf


def spatial(pairs):
    """((top, bottom), (left, right)) as tf.nn wants it; words stay words."""
    return pairs if isinstance(pairs, str) else [[0, 0], *pairs, [0, 0]]


def case(name, op, args, call, x, filters=None):
    """call(x, filters) runs the op; args says in JSON what it was asked for."""
    g = common.rng(zlib.crc32(name.encode()))
    x = x if isinstance(x, np.ndarray) else common.normal(g, x)
    sources = [tf.Variable(x)] + ([tf.Variable(common.normal(g, filters, scale=0.5))] if filters else [])
    with tf.GradientTape() as tape:
        output = call(*[tf.convert_to_tensor(s) for s in sources])
        upstream = common.normal(g, output.shape)
        target = tf.reduce_sum(output * upstream)
    found = common.gradients(tape, target, sources)
    return {
        "name": name, "op": op, "args": args, "input": tensor(x), "filters": tensor(sources[1]) if filters else None, "output": tensor(output),
        "upstream": tensor(upstream), "gradients": {"input": found[0], "filters": found[1] if filters else None},
    }  # fmt: skip


def convolved(x, w, strides, padding, dilations):
    """tf.nn.conv2d; where the kernel is dilated tf.nn.convolution, whose gradient the CPU has."""
    if dilations == 1:
        return tf.nn.conv2d(x, w, strides, spatial(padding))
    if not isinstance(padding, str):
        x, padding = tf.pad(x, spatial(padding)), "VALID"
    return tf.nn.convolution(x, w, strides, padding, dilations=dilations)


def conv2d():
    x, w = (2, 6, 7, 3), (3, 3, 3, 4)
    table = [
        ("VALID", 1, 1, x, w), ("SAME", 1, 1, x, w), ("VALID", 2, 1, x, w), ("SAME", 2, 1, x, w), ("SAME", [2, 1], 1, x, w), ("VALID", [1, 3], 1, x, w),
        ([[1, 1], [1, 1]], 1, 1, x, w), ([[1, 1], [1, 1]], 2, 1, x, w), ([[2, 0], [0, 1]], 1, 1, x, w), ([[0, 2], [1, 0]], [2, 3], 1, x, w),
        ("VALID", 1, 2, x, w), ("SAME", 1, [2, 1], x, w), ([[2, 2], [2, 2]], 1, 2, x, w), ("VALID", 1, 1, (1, 5, 5, 1), (5, 5, 1, 2)),
        ("SAME", 1, 1, (1, 4, 5, 2), (2, 2, 2, 3)), ("SAME", 3, 1, (1, 7, 8, 2), (2, 4, 2, 3)), ([[1, 1], [1, 1]], 1, 1, (3, 8, 8, 3), (3, 3, 3, 16)),
    ]  # fmt: skip
    cases = []
    for padding, strides, dilations, shape, kernel in table:
        args = {"strides": strides, "padding": padding, "dilations": dilations}
        name = f"conv2d {shape} by {kernel}, strides {strides}, padding {padding}, dilations {dilations}"
        cases.append(case(name, "conv2d", args, lambda x, w: convolved(x, w, strides, padding, dilations), shape, kernel))
    return cases


def conv2d_transpose():
    """filters are (height, width, out, in); output_shape is chosen as the forward convolution would need it."""
    cases = []
    for (kh, kw), strides, padding, (h, w) in [
        ((3, 3), 1, "VALID", (4, 5)), ((3, 3), 1, "SAME", (4, 5)), ((3, 3), 2, "VALID", (4, 3)), ((3, 3), 2, "SAME", (4, 3)), ((3, 3), 3, "VALID", (3, 3)),
        ((3, 3), 3, "SAME", (3, 3)), ((2, 2), 2, "SAME", (3, 4)), ((2, 2), 3, "VALID", (3, 2)), ((4, 4), 2, "SAME", (3, 3)), ((5, 3), [2, 1], "SAME", (3, 4)),
    ]:  # fmt: skip
        sh, sw = (strides, strides) if isinstance(strides, int) else strides
        size = [h * sh, w * sw] if padding == "SAME" else [(h - 1) * sh + max(kh, sh), (w - 1) * sw + max(kw, sw)]
        shape = [2, *size, 3]
        args = {"strides": strides, "padding": padding, "output_shape": shape}
        name = f"conv2d_transpose kernel {kh}x{kw}, strides {strides}, {padding}, from {h}x{w}"
        cases.append(case(name, "conv2d_transpose", args, lambda x, f: tf.nn.conv2d_transpose(x, f, shape, strides, padding), (2, h, w, 2), (kh, kw, 3, 2)))
    shape = [1, 7, 7, 2]
    args = {"strides": 2, "padding": "SAME", "output_shape": shape}
    cases.append(case("conv2d_transpose to an odd size", "conv2d_transpose", args, lambda x, f: tf.nn.conv2d_transpose(x, f, shape, 2, "SAME"), (1, 4, 4, 3), (3, 3, 2, 3)))
    return cases


def depthwise_conv2d():
    cases = []
    for multiplier, strides, padding, dilations in [
        (1, 1, "VALID", 1), (2, 1, "SAME", 1), (3, 2, "SAME", 1), (2, 2, "VALID", 1), (2, 1, "VALID", 2), (1, 1, "SAME", 2), (2, 1, [[1, 1], [1, 1]], 1), (1, 2, [[1, 0], [0, 2]], 1),
    ]:  # fmt: skip
        args = {"strides": strides, "padding": padding, "dilations": dilations}
        name = f"depthwise_conv2d multiplier {multiplier}, strides {strides}, padding {padding}, dilations {dilations}"
        call = lambda x, f: tf.nn.depthwise_conv2d(x, f, [1, strides, strides, 1], spatial(padding), dilations=[dilations, dilations])
        cases.append(case(name, "depthwise_conv2d", args, call, (2, 6, 5, 3), (3, 3, 3, multiplier)))
    return cases


def pools():
    ties = np.array([[0, 1, 1, 0, 2, 2], [1, 1, 0, 0, 2, 2], [3, 0, 3, -1, -1, -1], [0, 3, 3, -1, -1, -1], [5, 5, 5, 5, 5, 5]], "float32").reshape(1, 5, 6, 1)
    equal = np.full((1, 4, 5, 2), 2.5, "float32")
    zeros = np.array([0.0, -0.0, -0.0, 0.0], "float32").reshape(1, 2, 2, 1)
    table = [
        ("ties", ties, 2, 2, "VALID"), ("ties, overlapping", ties, 3, 1, "SAME"), ("ties, overlapping strides 2", ties, 3, 2, "SAME"), ("ties, strides 2 VALID", ties, 3, 2, "VALID"),
        ("equal values", equal, 2, 2, "SAME"), ("equal values, overlapping", equal, 3, 1, "VALID"), ("zero and minus zero", zeros, 2, 2, "VALID"),
        ("random", (2, 5, 6, 3), [2, 3], [1, 2], "SAME"), ("negative with padding", -ties - 1, 3, 2, "SAME"),
    ]  # fmt: skip
    cases = []
    for op in ("max_pool2d", "avg_pool2d"):
        for name, x, ksize, strides, padding in table:
            args = {"ksize": ksize, "strides": strides, "padding": padding}
            cases.append(case(f"{op} {name}", op, args, lambda x: getattr(tf.nn, op)(x, ksize, strides, padding), x))
    return cases


def run():
    return {"cases": conv2d() + conv2d_transpose() + depthwise_conv2d() + pools()}
