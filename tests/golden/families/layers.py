"""Layers: output and gradients of sum(output * upstream) for given weights, and what get_config() says."""

import zlib

from . import common
from .common import keras, np, tensor, tf

ACTIVATIONS = (
    "linear relu relu6 leaky_relu softmax sigmoid tanh silu hard_sigmoid hard_silu elu selu gelu softplus softsign "
    "exponential log_softmax mish log_sigmoid"
).split()
KINKS = np.array([[-7, -6, -3, -2.5, -1, -0.5], [-1e-3, 0, 1e-3, 0.5, 1, 2.5], [3, 5.5, 6, 7, 12, 15]], "float32")
EXTREMES = np.array([[-1e4, -200, -100, -50], [-20, 20, 30, 40], [80, 100, 1000, 1e4]], "float32")


def seed(name):
    """From the name, so that a new case leaves the others as they are."""
    return zlib.crc32(name.encode())


def weight_value(generator, name, shape, dtype):
    if name in ("gamma", "moving_variance"):
        return generator.uniform(0.5, 2.0, shape).astype(dtype)
    return common.normal(generator, shape, dtype, 0.5)


def made_layer(layer, args, dtype):
    keras.backend.clear_session()
    return getattr(keras.layers, layer)(**args, **({"dtype": dtype} if dtype != "float32" else {}))


def described(made):
    return [{"name": w.name, "path": w.path, "trainable": w.trainable, "value": tensor(w)} for w in made.weights]


def case(name, layer, args, value, training=False, dtype="float32", trainable=True):
    """value: the shape of a random input, or the input itself."""
    g = common.rng(seed(name))
    x = value if isinstance(value, np.ndarray) else common.normal(g, value, dtype)
    made = made_layer(layer, args, dtype)
    default_name = made.name
    made.trainable = trainable
    made.build(x.shape)
    for weight in made.weights:
        weight.assign(weight_value(g, weight.name, weight.shape, dtype))
    before = described(made)
    differentiable = np.issubdtype(x.dtype, np.floating)
    source = tf.Variable(x)
    with tf.GradientTape() as tape:
        output = made(tf.convert_to_tensor(source), **({"training": training} if made._call_has_training_arg else {}))
        upstream = common.normal(g, output.shape, dtype)
        target = tf.reduce_sum(output * upstream)
    trainables = [w.value for w in made.trainable_weights]
    found = common.gradients(tape, target, ([source] if differentiable else []) + trainables)
    return {
        "name": name, "layer": layer, "args": args, "dtype": dtype, "training": training, "trainable": trainable, "default_name": default_name,
        "config": common.plain(made.get_config()), "input": tensor(x), "weights": before, "output": tensor(output), "upstream": tensor(upstream),
        "gradients": {"input": found[0] if differentiable else None, "weights": found[1:] if differentiable else found},
        "weights_after": [w["value"] for w in described(made)] if layer == "BatchNormalization" else None,
    }  # fmt: skip


def convolutions():
    def conv(name, shape, dtype="float32", **args):
        return case(f"Conv2D {name}", "Conv2D", args, shape, dtype=dtype)

    x = (2, 7, 6, 3)
    cases = [
        conv("3x3", x, filters=4, kernel_size=3),
        conv("3x3 same", x, filters=4, kernel_size=3, padding="same"),
        conv("3x3 float64", x, "float64", filters=4, kernel_size=3),
        conv("3x3 same strides 2 float64", x, "float64", filters=4, kernel_size=3, strides=2, padding="same"),
        conv("5x5 as in LeNet", (1, 12, 12, 1), filters=6, kernel_size=5, padding="same", activation="tanh"),
        conv("1x1", x, filters=5, kernel_size=1),
        conv("1x1 strides 2", x, filters=5, kernel_size=1, strides=2),
        conv("1x1 strides 3 same", x, filters=2, kernel_size=1, strides=3, padding="same"),
        conv("2x2 same: the extra row and column go below and right", x, filters=2, kernel_size=2, padding="same"),
        conv("4x4 same strides 2", (1, 9, 8, 2), filters=3, kernel_size=4, strides=2, padding="same"),
        conv("3x3 strides 2 valid, odd", (1, 7, 7, 2), filters=3, kernel_size=3, strides=2),
        conv("3x3 strides 2 valid, last row unused", (1, 8, 8, 2), filters=3, kernel_size=3, strides=2),
        conv("3x3 strides 2 same, odd", (1, 7, 7, 2), filters=3, kernel_size=3, strides=2, padding="same"),
        conv("3x3 strides 2 same, even", (1, 8, 8, 2), filters=3, kernel_size=3, strides=2, padding="same"),
        conv("3x5 strides 2x1", (2, 9, 8, 2), filters=3, kernel_size=[3, 5], strides=[2, 1], padding="same"),
        conv("1x7", (1, 4, 9, 2), filters=2, kernel_size=[1, 7]),
        conv("strides larger than the kernel", (1, 9, 9, 2), filters=2, kernel_size=2, strides=4, padding="same"),
        conv("dilation 2", (1, 9, 8, 2), filters=3, kernel_size=3, dilation_rate=2),
        conv("dilation 2 same", (1, 6, 7, 2), filters=3, kernel_size=3, dilation_rate=2, padding="same"),
        conv("dilation 3x1 same", (1, 8, 7, 2), filters=2, kernel_size=3, dilation_rate=[3, 1], padding="same"),
        conv("groups 2", (1, 6, 6, 4), filters=6, kernel_size=3, groups=2),
        conv("groups equal to the channels, same, strides 2", (1, 7, 7, 3), filters=6, kernel_size=3, groups=3, strides=2, padding="same"),
        conv("without bias", x, filters=4, kernel_size=3, use_bias=False),
        conv("kernel larger than the input, same", (1, 2, 3, 2), filters=2, kernel_size=5, padding="same"),
        conv("kernel as large as the input", (2, 5, 4, 2), filters=3, kernel_size=[5, 4]),
        conv("one pixel", (3, 1, 1, 4), filters=2, kernel_size=1),
        conv("many channels", (1, 4, 4, 17), filters=19, kernel_size=3, padding="same"),
        conv("one filter", x, filters=1, kernel_size=3),
    ]
    cases += [conv(f"activation {a}", (1, 5, 5, 2), filters=3, kernel_size=3, activation=a) for a in ("relu", "tanh", "sigmoid", "softmax")]
    return cases


def dense():
    return [
        case("Dense", "Dense", {"units": 4}, (3, 5)),
        case("Dense float64", "Dense", {"units": 4}, (3, 5), dtype="float64"),
        case("Dense without bias", "Dense", {"units": 4, "use_bias": False}, (3, 5)),
        case("Dense on rank 3", "Dense", {"units": 4, "activation": "tanh"}, (2, 3, 5)),
        case("Dense on rank 4", "Dense", {"units": 2, "activation": "relu"}, (2, 2, 3, 5)),
        case("Dense one unit", "Dense", {"units": 1, "activation": "sigmoid"}, (4, 3)),
        case("Dense one sample", "Dense", {"units": 17}, (1, 33)),
        *[case(f"Dense {a}", "Dense", {"units": 4, "activation": a}, (3, 5)) for a in ("relu", "tanh", "sigmoid", "softmax", "gelu")],
    ]


def pooling():
    x = (2, 7, 6, 3)
    table = [
        ("pool 2", {"pool_size": 2}, x), ("pool 2 same, partial windows", {"pool_size": 2, "padding": "same"}, x),
        ("pool 3 strides 2", {"pool_size": 3, "strides": 2}, x), ("pool 3 strides 2 same", {"pool_size": 3, "strides": 2, "padding": "same"}, x),
        ("pool 3 strides 1 same", {"pool_size": 3, "strides": 1, "padding": "same"}, x), ("pool 2x3 strides 1x2", {"pool_size": [2, 3], "strides": [1, 2]}, x),
        ("pool 4 strides 3 same", {"pool_size": 4, "strides": 3, "padding": "same"}, (1, 8, 9, 2)), ("pool 2 strides 3: pixels left out", {"pool_size": 2, "strides": 3}, (1, 8, 8, 2)),
        ("pool 2 strides 3 same", {"pool_size": 2, "strides": 3, "padding": "same"}, (1, 8, 8, 2)), ("the whole image", {"pool_size": [4, 5]}, (2, 4, 5, 2)),
        ("pool larger than the image, same", {"pool_size": 5, "padding": "same"}, (1, 3, 3, 2)), ("many channels", {"pool_size": 2}, (1, 4, 4, 19)),
    ]  # fmt: skip
    cases = [case(f"{layer} {name}", layer, args, shape) for layer in ("MaxPooling2D", "AveragePooling2D") for name, args, shape in table]
    for layer in ("MaxPooling2D", "AveragePooling2D"):
        cases.append(case(f"{layer} float64", layer, {"pool_size": 2}, x, dtype="float64"))
    cases.append(case("MaxPooling2D defaults", "MaxPooling2D", {}, x))
    ties = np.array([0, 1, 1, 2, 2, 2, 0, 0, 1, 1, 3, 3, -1, -1, 0, 3] * 2, "float32").reshape(1, 4, 8, 1)
    cases.append(case("MaxPooling2D ties", "MaxPooling2D", {"pool_size": 2}, ties))
    cases.append(case("MaxPooling2D ties in overlapping windows", "MaxPooling2D", {"pool_size": 3, "strides": 1, "padding": "same"}, ties))
    cases.append(case("MaxPooling2D of negative values with padding", "MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, -np.abs(ties) - 1))
    for layer in ("GlobalAveragePooling2D", "GlobalMaxPooling2D"):
        cases += [case(layer, layer, {}, x), case(f"{layer} keepdims", layer, {"keepdims": True}, x), case(f"{layer} float64", layer, {}, x, dtype="float64")]
    return cases


def activations():
    cases = []
    for name in ACTIVATIONS:
        cases.append(case(f"Activation {name}", "Activation", {"activation": name}, KINKS))
        cases.append(case(f"Activation {name}, extreme", "Activation", {"activation": name}, EXTREMES))
        cases.append(case(f"Activation {name}, float64", "Activation", {"activation": name}, (2, 3, 4), dtype="float64"))
    for args in [{}, {"max_value": 6.0}, {"negative_slope": 0.1}, {"threshold": 1.0}, {"max_value": 5.5, "negative_slope": 0.2, "threshold": 0.5}]:
        cases.append(case(f"ReLU({', '.join(f'{k}={v}' for k, v in args.items())})", "ReLU", args, KINKS))
    cases.append(case("Softmax", "Softmax", {}, (2, 3, 4)))
    cases.append(case("Softmax axis 1", "Softmax", {"axis": 1}, (2, 3, 4)))
    cases.append(case("Softmax axes 1 and 2", "Softmax", {"axis": [1, 2]}, (2, 3, 4)))
    cases.append(case("Softmax extreme", "Softmax", {}, EXTREMES))
    cases.append(case("LeakyReLU", "LeakyReLU", {}, KINKS))
    cases.append(case("LeakyReLU(negative_slope=0.1)", "LeakyReLU", {"negative_slope": 0.1}, KINKS))
    cases.append(case("ELU(alpha=0.5)", "ELU", {"alpha": 0.5}, KINKS))
    cases.append(case("PReLU", "PReLU", {}, (2, 3, 4)))
    cases.append(case("PReLU shared axes", "PReLU", {"shared_axes": [1, 2]}, (2, 3, 2, 4)))
    return cases


def shaping():
    x = (2, 4, 3, 2)
    pixels = np.arange(0, 256, 17, dtype="uint8").reshape(1, 4, 4, 1)
    return [
        case("Flatten", "Flatten", {}, x), case("Flatten rank 2", "Flatten", {}, (2, 3)), case("Flatten rank 1", "Flatten", {}, (3,)),
        case("Flatten channels_first", "Flatten", {"data_format": "channels_first"}, x),
        case("Dropout at inference", "Dropout", {"rate": 0.5}, x), case("Dropout rate 0 in training", "Dropout", {"rate": 0.0}, x, training=True),
        case("SpatialDropout2D at inference", "SpatialDropout2D", {"rate": 0.5}, x),
        case("Rescaling", "Rescaling", {"scale": 1 / 255}, x), case("Rescaling to -1..1", "Rescaling", {"scale": 1 / 127.5, "offset": -1.0}, x),
        case("Rescaling of bytes", "Rescaling", {"scale": 1 / 255}, pixels), case("Rescaling per channel", "Rescaling", {"scale": [0.5, 2.0], "offset": [1.0, -1.0]}, x),
        case("Rescaling float64", "Rescaling", {"scale": 1 / 255, "offset": 0.5}, x, dtype="float64"),
        case("Reshape", "Reshape", {"target_shape": [6, 4]}, x), case("Reshape with -1", "Reshape", {"target_shape": [-1, 2]}, x),
        case("Permute", "Permute", {"dims": [3, 1, 2]}, x), case("RepeatVector", "RepeatVector", {"n": 3}, (2, 4)), case("Identity", "Identity", {}, x),
        case("ZeroPadding2D", "ZeroPadding2D", {"padding": 1}, x), case("ZeroPadding2D uneven", "ZeroPadding2D", {"padding": [[1, 0], [2, 1]]}, x),
        case("Cropping2D", "Cropping2D", {"cropping": [[1, 0], [0, 2]]}, x), case("UpSampling2D", "UpSampling2D", {"size": [2, 3]}, x),
        case("UpSampling2D bilinear", "UpSampling2D", {"size": 2, "interpolation": "bilinear"}, x),
    ]  # fmt: skip


def normalization():
    image, rows, words = (3, 4, 3, 2), (5, 3), (2, 4, 3)
    name, cases = "BatchNormalization", []
    for training in (False, True):
        mode = "training" if training else "inference"
        for args in [{}, {"momentum": 0.9, "epsilon": 1e-5}, {"center": False}, {"scale": False}, {"center": False, "scale": False}, {"axis": 1}]:
            options = "".join(f", {k}={v}" for k, v in args.items())
            cases.append(case(f"{name}{options}, {mode}", name, args, image, training))
        cases.append(case(f"{name} rank 2, {mode}", name, {}, rows, training))
        cases.append(case(f"{name} rank 3, {mode}", name, {}, words, training))
        cases.append(case(f"{name} float64, {mode}", name, {}, image, training, "float64"))
        cases.append(case(f"{name} not trainable, {mode}", name, {}, image, training, trainable=False))
    cases.append(case(f"{name} of one sample, training", name, {}, (1, 3), True))
    cases.append(case(f"{name} of equal values, training", name, {}, np.full((2, 2, 2, 3), 7.0, "float32"), True))
    cases.append(case(f"{name} far from zero, training", name, {}, (1000 + common.normal(common.rng(21), (4, 3, 3, 2), scale=0.1)).astype("float32"), True))
    cases.append(case("LayerNormalization", "LayerNormalization", {}, words))
    cases.append(case("LayerNormalization float64", "LayerNormalization", {}, words, dtype="float64"))
    cases.append(case("LayerNormalization axes, no center", "LayerNormalization", {"axis": [1, 2], "center": False}, words))
    cases.append(case("GroupNormalization", "GroupNormalization", {"groups": 2}, (2, 3, 3, 4)))
    cases.append(case("RMSNormalization", "RMSNormalization", {}, words))
    return cases


def other_convolutions():
    x = (2, 6, 5, 3)
    table = [
        ("DepthwiseConv2D", "", {"kernel_size": 3}), ("DepthwiseConv2D", "multiplier 2 same", {"kernel_size": 3, "depth_multiplier": 2, "padding": "same"}),
        ("DepthwiseConv2D", "strides 2 same", {"kernel_size": 3, "strides": 2, "padding": "same", "use_bias": False, "activation": "relu"}),
        ("DepthwiseConv2D", "dilation 2", {"kernel_size": 2, "dilation_rate": 2}),
        ("SeparableConv2D", "", {"filters": 4, "kernel_size": 3}), ("SeparableConv2D", "multiplier 2 strides 2 same", {"filters": 4, "kernel_size": 3, "depth_multiplier": 2, "strides": 2, "padding": "same"}),
        ("Conv2DTranspose", "", {"filters": 2, "kernel_size": 3}), ("Conv2DTranspose", "strides 2 same", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}),
        ("Conv2DTranspose", "strides 2 valid", {"filters": 2, "kernel_size": 3, "strides": 2, "activation": "tanh"}), ("Conv2DTranspose", "kernel 2 strides 3", {"filters": 2, "kernel_size": 2, "strides": 3}),
        ("Conv2DTranspose", "kernel 4 strides 2 same", {"filters": 2, "kernel_size": 4, "strides": 2, "padding": "same", "use_bias": False}),
    ]  # fmt: skip
    return [case(f"{layer} {name}".strip(), layer, args, x) for layer, name, args in table]


def moving_statistics():
    """BatchNormalization over three training calls, each with its own input, then one call at inference."""
    cases = []
    for args in [{}, {"momentum": 0.5}, {"center": False, "scale": False, "momentum": 0.9}]:
        options = "".join(f", {k}={v}" for k, v in args.items())
        for shape in [(4, 3), (2, 3, 3, 2)]:
            g = common.rng(seed(f"{args}{shape}"))
            made = made_layer("BatchNormalization", args, "float32")
            calls = []
            for training in (True, True, True, False):
                x = common.normal(g, shape, scale=2) + np.float32(1)
                output = made(x, training=training)
                calls.append({"training": training, "input": tensor(x), "output": tensor(output), "moving_mean": tensor(made.moving_mean), "moving_variance": tensor(made.moving_variance)})
            cases.append({"name": f"rank {len(shape)}{options}", "layer": "BatchNormalization", "args": args, "calls": calls})
    return cases


def run():
    cases = convolutions() + dense() + pooling() + activations() + shaping() + normalization() + other_convolutions()
    return {"cases": cases, "moving_statistics": moving_statistics()}
