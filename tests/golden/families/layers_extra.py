"""More layers, as in layers.py: other convolutions, pooling of sequences, cropping, resizing, embeddings, einsums;
and the merging layers, which take several inputs."""

from . import common
from .common import keras, np, tensor, tf
from .layers import case, made_layer, seed


def cases_of(layer, table, dtypes=("float32",)):
    """table: rows of (what is special, arguments, shape of the input or the input)."""
    return [
        case(f"{layer} {name}{', ' + dtype if dtype != 'float32' else ''}".strip(), layer, args, value, dtype=dtype)
        for name, args, value in table
        for dtype in dtypes
    ]


BOTH = ("float32", "float64")


def depthwise():
    x, one, s = (2, 6, 5, 3), (1, 7, 5, 2), (2, 7, 3)
    table = [
        ("3x2", {"kernel_size": [3, 2]}, x), ("1x1", {"kernel_size": 1}, x), ("1x1 multiplier 3", {"kernel_size": 1, "depth_multiplier": 3}, x),
        ("2x2 same", {"kernel_size": 2, "padding": "same"}, x), ("strides 2", {"kernel_size": 3, "strides": 2}, one),
        ("strides 2 same, even", {"kernel_size": 3, "strides": 2, "padding": "same"}, (1, 6, 8, 2)), ("strides 3 same", {"kernel_size": 2, "strides": 3, "padding": "same"}, one),
        ("dilation 2 same", {"kernel_size": 3, "dilation_rate": 2, "padding": "same"}, one), ("dilation 2x1", {"kernel_size": 2, "dilation_rate": [2, 1]}, one),
        ("strides and dilation", {"kernel_size": 2, "strides": 2, "dilation_rate": 2}, one), ("strides and dilation, same", {"kernel_size": 3, "strides": 2, "dilation_rate": 2, "padding": "same"}, one),
        ("strides and dilation, same, even", {"kernel_size": 3, "strides": 2, "dilation_rate": 2, "padding": "same"}, (1, 6, 8, 2)),
        ("strides 3 and dilation 2, same, kernel 2", {"kernel_size": 2, "strides": 3, "dilation_rate": 2, "padding": "same"}, (1, 8, 7, 2)),
        ("one channel", {"kernel_size": 3, "depth_multiplier": 4}, (1, 4, 4, 1)), ("many channels", {"kernel_size": 2}, (1, 3, 3, 17)),
        ("tanh", {"kernel_size": 2, "activation": "tanh"}, one), ("softmax, without bias", {"kernel_size": 2, "activation": "softmax", "use_bias": False}, one),
        ("larger than the image, same", {"kernel_size": 5, "padding": "same"}, (1, 2, 3, 2)),
    ]  # fmt: skip
    sequences = [
        ("", {"kernel_size": 3}, s), ("1", {"kernel_size": 1}, s), ("same", {"kernel_size": 3, "padding": "same"}, s), ("2 same", {"kernel_size": 2, "padding": "same"}, s),
        ("multiplier 2", {"kernel_size": 3, "depth_multiplier": 2}, s), ("strides 2", {"kernel_size": 3, "strides": 2}, s), ("strides 2 same, even", {"kernel_size": 3, "strides": 2, "padding": "same"}, (2, 8, 2)),
        ("strides 3 same", {"kernel_size": 2, "strides": 3, "padding": "same"}, s), ("dilation 2", {"kernel_size": 3, "dilation_rate": 2}, s),
        ("dilation 2 same", {"kernel_size": 3, "dilation_rate": 2, "padding": "same"}, s), ("relu, without bias", {"kernel_size": 2, "activation": "relu", "use_bias": False}, s),
        ("gelu", {"kernel_size": 2, "activation": "gelu"}, s), ("many channels", {"kernel_size": 2}, (1, 4, 19)),
    ]  # fmt: skip
    return cases_of("DepthwiseConv2D", table, BOTH) + cases_of("DepthwiseConv1D", sequences, BOTH)


def separable():
    x, one, s = (2, 6, 5, 3), (1, 7, 5, 2), (2, 7, 3)
    table = [
        ("3x2", {"filters": 2, "kernel_size": [3, 2]}, x), ("1x1", {"filters": 5, "kernel_size": 1}, x), ("same", {"filters": 2, "kernel_size": 3, "padding": "same"}, x),
        ("strides 2", {"filters": 2, "kernel_size": 2, "strides": 2}, one), ("strides 2 same, even", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}, (1, 6, 8, 2)),
        ("multiplier 3", {"filters": 4, "kernel_size": 2, "depth_multiplier": 3}, one), ("dilation 2", {"filters": 2, "kernel_size": 2, "dilation_rate": 2}, one),
        ("dilation 2 same", {"filters": 2, "kernel_size": 3, "dilation_rate": 2, "padding": "same"}, one), ("strides and dilation, same", {"filters": 2, "kernel_size": 3, "strides": 2, "dilation_rate": 2, "padding": "same"}, one),
        ("relu, without bias", {"filters": 3, "kernel_size": 2, "activation": "relu", "use_bias": False}, one), ("softmax", {"filters": 3, "kernel_size": 2, "activation": "softmax"}, one),
        ("one filter of one channel", {"filters": 1, "kernel_size": 3}, (1, 4, 4, 1)),
    ]  # fmt: skip
    sequences = [
        ("", {"filters": 4, "kernel_size": 3}, s), ("1", {"filters": 2, "kernel_size": 1}, s), ("same", {"filters": 2, "kernel_size": 3, "padding": "same"}, s),
        ("strides 2", {"filters": 2, "kernel_size": 3, "strides": 2}, s), ("strides 2 same, even", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}, (1, 8, 2)),
        ("multiplier 2", {"filters": 3, "kernel_size": 2, "depth_multiplier": 2}, s), ("dilation 2", {"filters": 2, "kernel_size": 3, "dilation_rate": 2}, s),
        ("dilation 2 same, elu", {"filters": 2, "kernel_size": 3, "dilation_rate": 2, "padding": "same", "activation": "elu"}, s), ("without bias", {"filters": 2, "kernel_size": 2, "use_bias": False}, s),
    ]  # fmt: skip
    return cases_of("SeparableConv2D", table, BOTH) + cases_of("SeparableConv1D", sequences, BOTH)


def transposed():
    x, s = (1, 4, 3, 2), (2, 4, 3)
    table, sequences = [], []
    for kernel in (1, 2, 3, 4):
        for strides in (1, 2, 3):
            for padding in ("valid", "same"):
                args = {"filters": 2, "kernel_size": kernel, "strides": strides, "padding": padding}
                table.append((f"kernel {kernel} strides {strides} {padding}", args, x))
                sequences.append((f"kernel {kernel} strides {strides} {padding}", args, s))
    for kernel, strides, padding, more in [(3, 2, "valid", 0), (3, 2, "valid", 1), (3, 2, "same", 0), (3, 2, "same", 1), (2, 3, "valid", 0), (2, 3, "valid", 2), (2, 3, "same", 1), (2, 3, "same", 2), (4, 2, "valid", 1), (4, 2, "same", 1), (5, 3, "same", 2), (1, 2, "same", 1)]:  # fmt: skip
        args = {"filters": 2, "kernel_size": kernel, "strides": strides, "padding": padding, "output_padding": more}
        table.append((f"kernel {kernel} strides {strides} {padding} output_padding {more}", args, x))
        sequences.append((f"kernel {kernel} strides {strides} {padding} output_padding {more}", args, s))
    table += [
        ("3x2 strides 1x3 same", {"filters": 2, "kernel_size": [3, 2], "strides": [1, 3], "padding": "same"}, x), ("3x4 strides 2x1", {"filters": 3, "kernel_size": [3, 4], "strides": [2, 1]}, x),
        ("output_padding 1x0", {"filters": 2, "kernel_size": 3, "strides": [2, 1], "output_padding": [1, 0], "padding": "same"}, x), ("tanh", {"filters": 3, "kernel_size": 2, "strides": 2, "activation": "tanh"}, x),
        ("softmax, without bias", {"filters": 3, "kernel_size": 2, "activation": "softmax", "use_bias": False}, x), ("one pixel", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"}, (2, 1, 1, 2)),
        ("many channels", {"filters": 9, "kernel_size": 2}, (1, 2, 2, 17)),
    ]  # fmt: skip
    sequences += [
        ("relu", {"filters": 3, "kernel_size": 3, "strides": 2, "activation": "relu"}, s), ("without bias", {"filters": 3, "kernel_size": 3, "padding": "same", "use_bias": False}, s),
        ("one step", {"filters": 2, "kernel_size": 3, "strides": 2}, (2, 1, 2)),
    ]  # fmt: skip
    doubles = [table[i] for i in range(0, len(table), 4)]
    return (
        cases_of("Conv2DTranspose", table)
        + cases_of("Conv2DTranspose", doubles, ("float64",))
        + cases_of("Conv1DTranspose", sequences)
        + cases_of("Conv1DTranspose", sequences[::4], ("float64",))
    )


def sequences():
    x = (2, 8, 3)
    table = []
    for padding in ("valid", "same", "causal"):
        for name, args, shape in [
            ("3", {"kernel_size": 3}, x), ("2", {"kernel_size": 2}, x), ("1", {"kernel_size": 1}, x), ("3 strides 2", {"kernel_size": 3, "strides": 2}, x), ("3 strides 2, odd", {"kernel_size": 3, "strides": 2}, (1, 7, 2)),
            ("2 strides 3", {"kernel_size": 2, "strides": 3}, x), ("3 dilation 2", {"kernel_size": 3, "dilation_rate": 2}, x), ("2 dilation 3", {"kernel_size": 2, "dilation_rate": 3}, x),
            ("3 groups", {"kernel_size": 3, "groups": 2}, (1, 6, 4)), ("3 tanh", {"kernel_size": 3, "activation": "tanh"}, x), ("3 softmax, without bias", {"kernel_size": 3, "activation": "softmax", "use_bias": False}, x),
        ]:  # fmt: skip
            table.append((f"{padding} {name}", {"filters": 4, "padding": padding, **args}, shape))
    table += [
        ("as long as the input", {"filters": 2, "kernel_size": 5}, (1, 5, 2)), ("same, longer than the input", {"filters": 2, "kernel_size": 5, "padding": "same"}, (1, 3, 2)),
        ("causal, longer than the input", {"filters": 2, "kernel_size": 4, "padding": "causal", "dilation_rate": 2}, (1, 3, 2)), ("one step", {"filters": 3, "kernel_size": 1}, (2, 1, 2)),
        ("many channels", {"filters": 17, "kernel_size": 3}, (1, 5, 19)),
    ]  # fmt: skip
    return cases_of("Conv1D", table) + cases_of("Conv1D", table[::3], ("float64",))


def pooling():
    x = (2, 7, 3)
    table = [
        ("pool 2", {"pool_size": 2}, x), ("pool 2 same, a partial window", {"pool_size": 2, "padding": "same"}, x), ("pool 3 strides 2", {"pool_size": 3, "strides": 2}, x),
        ("pool 3 strides 2 same", {"pool_size": 3, "strides": 2, "padding": "same"}, x), ("pool 3 strides 1 same", {"pool_size": 3, "strides": 1, "padding": "same"}, x),
        ("pool 3 strides 1", {"pool_size": 3, "strides": 1}, x), ("pool 2 strides 3: steps left out", {"pool_size": 2, "strides": 3}, (1, 8, 2)), ("pool 2 strides 3 same", {"pool_size": 2, "strides": 3, "padding": "same"}, (1, 8, 2)),
        ("pool 4 strides 3 same", {"pool_size": 4, "strides": 3, "padding": "same"}, (1, 9, 2)), ("the whole sequence", {"pool_size": 5}, (2, 5, 2)), ("pool larger than the sequence, same", {"pool_size": 5, "padding": "same"}, (1, 3, 2)),
        ("pool 1", {"pool_size": 1}, x), ("many channels", {"pool_size": 2}, (1, 4, 19)),
    ]  # fmt: skip
    cases = cases_of("MaxPooling1D", [("defaults", {}, x), *table], BOTH) + cases_of("AveragePooling1D", table, BOTH)
    ties = np.array([0, 1, 1, 2, 2, 2, 0, 0, 3, 3, -1, -1], "float32").reshape(1, 12, 1)
    cases.append(case("MaxPooling1D ties", "MaxPooling1D", {"pool_size": 2}, ties))
    cases.append(case("MaxPooling1D ties in overlapping windows", "MaxPooling1D", {"pool_size": 3, "strides": 1, "padding": "same"}, ties))
    cases.append(case("MaxPooling1D of negative values with padding", "MaxPooling1D", {"pool_size": 3, "strides": 2, "padding": "same"}, -np.abs(ties) - 1))
    for layer in ("GlobalAveragePooling1D", "GlobalMaxPooling1D"):
        cases += cases_of(layer, [("", {}, x), ("keepdims", {"keepdims": True}, x), ("one step", {}, (2, 1, 3)), ("one channel", {}, (2, 5, 1))], BOTH)
    cases.append(case("GlobalMaxPooling1D ties", "GlobalMaxPooling1D", {}, ties))
    return cases


def shaping():
    x, s = (2, 5, 4, 2), (2, 6, 3)
    cases = cases_of("Cropping1D", [("", {}, s), ("2", {"cropping": 2}, s), ("uneven", {"cropping": [1, 3]}, s), ("at the front", {"cropping": [2, 0]}, s), ("of nothing", {"cropping": 0}, s), ("down to one step", {"cropping": [4, 1]}, s)], BOTH)  # fmt: skip
    cases += cases_of("Cropping2D", [("by default", {}, x), ("1", {"cropping": 1}, x), ("2x1", {"cropping": [2, 1]}, x), ("uneven", {"cropping": [[1, 2], [0, 3]]}, x), ("at the front", {"cropping": [[2, 0], [1, 0]]}, x)], BOTH)  # fmt: skip
    cases += cases_of("ZeroPadding1D", [("", {}, s), ("2", {"padding": 2}, s), ("uneven", {"padding": [0, 3]}, s), ("of nothing", {"padding": 0}, s)], BOTH)
    cases += cases_of("UpSampling1D", [("", {}, s), ("3", {"size": 3}, s), ("1", {"size": 1}, s)], BOTH)
    for how in ("nearest", "bilinear"):
        table = [
            (how, {}, x), (f"{how} 3", {"size": 3}, (1, 3, 2, 2)), (f"{how} 2x3", {"size": [2, 3]}, (1, 3, 4, 1)), (f"{how} 1x4", {"size": [1, 4]}, (1, 2, 3, 2)),
            (f"{how} one pixel", {"size": 3}, (1, 1, 1, 3)), (f"{how} 1", {"size": 1}, x), (f"{how} 5", {"size": 5}, (1, 2, 3, 1)), (f"{how} one row", {"size": [3, 2]}, (2, 1, 4, 1)),
        ]  # fmt: skip
        cases += cases_of("UpSampling2D", [(name, {**args, "interpolation": how}, shape) for name, args, shape in table], BOTH if how == "nearest" else ("float32",))
    cases += cases_of("Permute", [("2 1", {"dims": [2, 1]}, s), ("1", {"dims": [1]}, (2, 4)), ("3 2 1", {"dims": [3, 2, 1]}, x), ("2 3 1", {"dims": [2, 3, 1]}, x), ("1 2", {"dims": [1, 2]}, s), ("4 1 3 2", {"dims": [4, 1, 3, 2]}, (1, 2, 3, 2, 2))], BOTH)  # fmt: skip
    cases += cases_of("RepeatVector", [("1", {"n": 1}, (2, 4)), ("2", {"n": 2}, (3, 1)), ("5", {"n": 5}, (1, 3))], BOTH)
    return cases


def embeddings():
    ids, many = np.array([[0, 3, 1], [3, 3, 0]], "int32"), {"input_dim": 4, "output_dim": 3}
    table = [
        ("", many, ids), ("of rank 1", many, np.array([2, 0], "int32")), ("of rank 3", many, ids.reshape(1, 3, 2)), ("of int64", many, ids.astype("int64")), ("of bytes", many, ids.astype("uint8")), ("mask_zero", {**many, "mask_zero": True}, ids),
        ("one column", {"input_dim": 4, "output_dim": 1}, ids), ("zeros", {**many, "embeddings_initializer": "zeros"}, ids),
        ("regularized", {**many, "embeddings_regularizer": "l2", "embeddings_constraint": "non_neg"}, ids), ("of repeated ids", many, np.full((2, 5), 2, "int32")),
    ]  # fmt: skip
    cases = cases_of("Embedding", table) + cases_of("Embedding", table[:3], ("float64",))
    cases.append(case("Embedding of floats", "Embedding", many, np.array([[0.0, 2.9], [1.2, 3.0]], "float32")))
    return cases


def einsums():
    rows, words, image = (3, 4), (2, 3, 4), (2, 3, 2, 4)
    table = [
        ("ab,bc->ac", 5, "c", rows), ("ab,bc->ac", 5, None, rows), ("abc,cd->abd", [None, 5], "d", words), ("abc,cd->abd", [3, 5], "bd", words), ("abc,cde->abde", [None, 2, 3], "de", words),
        ("abc,cde->abde", [None, 2, 3], "e", words), ("abc,cde->abde", [None, 2, 3], "d", words), ("abcd,cde->abe", [None, 5], "e", image), ("abcd,cde->abe", [None, 5], None, image), ("abc,cd->adb", [5, 3], "d", words),
        ("abc,bd->ad", 5, "d", words), ("abc,bd->adc", [5, 4], "dc", words), ("abc,bcd->ad", 5, "d", words), ("abc,adc->abd", [None, 5], "d", words), ("ab,b->ab", 4, "b", rows), ("ab,b->a", [], None, rows),
        ("abc,abd->abcd", [3, None, 5], "d", words), ("abc,cb->ab", [3], None, words), ("abc,dc->abd", [None, 5], "d", words), ("abc,dce->abed", [None, 2, 3], "ed", words),
        ("...x,xy->...y", 5, "y", rows), ("...x,xy->...y", 5, "y", words), ("...x,xy->...y", 5, None, image), ("...xy,xyz->...z", 5, "z", image), ("...x,xyz->...yz", [2, 3], "yz", words), ("...bc,cd->...bd", [2, 5], "d", image),
        ("ab...,bc->ac...", 5, "c", words), ("ab...,bc->ac...", 5, "c", image), ("ab...,bc->ac...", 5, None, rows), ("abc...,bd->adc...", [5, 2], "d", image), ("ab...,bcd->adc...", [2, 3], "c", words),
        ("aBc,cD->aBD", [None, 5], "D", words),
    ]  # fmt: skip
    cases, seen = [], {}
    for equation, shape, bias, x in table:
        for dtype in BOTH:
            name = f"{equation} bias {bias} of rank {len(x)}{', float64' if dtype == 'float64' else ''}"
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                name += f", {seen[name]}"
            args = {"equation": equation, "output_shape": shape, **({"bias_axes": bias} if bias else {})}
            cases.append(case(f"EinsumDense {name}", "EinsumDense", args, x, dtype=dtype))
    cases += cases_of("EinsumDense", [(a, {"equation": "abc,cd->abd", "output_shape": [None, 3], "bias_axes": "d", "activation": a}, words) for a in ("relu", "tanh", "softmax")])
    return cases


def merged(name, layer, args, shapes, dtype="float32", values=None):
    """A layer of several inputs: output and gradients of sum(output * upstream)."""
    g = common.rng(seed(name))
    inputs = values if values is not None else [common.normal(g, shape, dtype) for shape in shapes]
    made = made_layer(layer, args, dtype)
    sources = [tf.Variable(x) for x in inputs]
    with tf.GradientTape() as tape:
        output = made([tf.convert_to_tensor(s) for s in sources])
        upstream = common.normal(g, output.shape, dtype)
        target = tf.reduce_sum(output * upstream)
    return {
        "name": name, "layer": layer, "args": args, "dtype": dtype, "default_name": made.name, "config": common.plain(made.get_config()), "inputs": [tensor(x) for x in inputs],
        "output": tensor(output), "upstream": tensor(upstream), "gradients": common.gradients(tape, target, sources),
    }  # fmt: skip


def merging():
    cases = []
    shapes = {
        "two": [(2, 3), (2, 3)], "images": [(2, 2, 3, 2), (2, 2, 3, 2)], "an axis of 1": [(2, 3, 4), (2, 1, 4)], "axes of 1 on both sides": [(2, 3, 1), (2, 1, 4)],
        "a shorter one": [(2, 3, 4), (2, 4)], "a longer one": [(2, 4), (2, 3, 4)], "one channel": [(2, 3, 4), (2, 3, 1)], "two ranks more": [(2, 4), (2, 3, 2, 4)],
    }  # fmt: skip
    several = {"three": [(2, 3)] * 3, "four, of several ranks": [(2, 3), (2, 2, 3), (2, 2, 1), (2, 1, 3)]}
    for layer in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
        for what, of in {**shapes, **({} if layer == "Subtract" else several)}.items():
            for dtype in BOTH:
                cases.append(merged(f"{layer} {what}{', float64' if dtype == 'float64' else ''}", layer, {}, of, dtype))
    ties = [np.array([[1.0, 2.0, -1.0]], "float32"), np.array([[1.0, 3.0, -1.0]], "float32"), np.array([[1.0, 3.0, -2.0]], "float32")]
    for layer in ("Maximum", "Minimum"):
        cases.append(merged(f"{layer} ties", layer, {}, None, values=ties))
    for what, args, of in [
        ("two", {}, [(2, 3), (2, 4)]), ("three", {}, [(2, 1), (2, 4), (2, 2)]), ("axis 1", {"axis": 1}, [(2, 3, 2), (2, 1, 2)]), ("axis -2", {"axis": -2}, [(2, 3, 2), (2, 1, 2)]), ("the batch", {"axis": 0}, [(2, 3), (1, 3)]),
        ("channels of images", {}, [(1, 2, 3, 2), (1, 2, 3, 1)]), ("axis 2 of images", {"axis": 2}, [(1, 2, 3, 2), (1, 2, 1, 2)]), ("four", {}, [(1, 2)] * 4),
    ]:  # fmt: skip
        for dtype in BOTH:
            cases.append(merged(f"Concatenate {what}{', float64' if dtype == 'float64' else ''}", "Concatenate", args, of, dtype))
    for axes, of in [
        (1, [(2, 3), (2, 3)]), (-1, [(2, 3), (2, 3)]), (1, [(2, 3, 2), (2, 3, 4)]), (2, [(2, 3, 4), (2, 2, 4)]), (-1, [(2, 3, 4), (2, 2, 4)]), ([1, 2], [(2, 3, 4), (2, 5, 3)]), ([2, 1], [(2, 3, 4), (2, 4, 2)]), ([-1, -2], [(2, 3, 4), (2, 4, 2)]),
        ([1, 2], [(2, 4), (2, 3, 4)]), ([2, 1], [(2, 3, 4), (2, 4)]), (1, [(2, 3), (2, 3, 4)]), (1, [(2, 3, 4), (2, 3)]), ([3, 1], [(1, 2, 3, 4), (1, 4, 2)]), ([1, 3], [(1, 3, 2), (1, 2, 2, 3)]), ([2, 2], [(1, 2, 3, 2), (1, 2, 3, 2)]), (1, [(1, 2, 2, 2), (1, 2, 3, 1)]),
    ]:  # fmt: skip
        for normalize in (False, True):
            args = {"axes": axes, **({"normalize": True} if normalize else {})}
            cases.append(merged(f"Dot axes {axes}{', normalized' if normalize else ''} of {of[0]} and {of[1]}", "Dot", args, of))
            cases.append(merged(f"Dot axes {axes}{', normalized' if normalize else ''} of {of[0]} and {of[1]}, float64", "Dot", args, of, "float64"))
    zeros = [np.array([[0.0, 0.0], [3.0, 4.0]], "float32"), np.array([[1.0, 2.0], [0.0, 1e-8]], "float32")]
    cases.append(merged("Dot, normalized, of zeros", "Dot", {"axes": 1, "normalize": True}, None, values=zeros))
    return cases


def run():
    cases = depthwise() + separable() + transposed() + sequences() + pooling() + shaping() + embeddings() + einsums()
    return {"cases": cases, "merging": merging()}
