"""What all families share: a quiet, repeatable Keras, the JSON form of a tensor, and the writer of a file."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # one order of summation, whatever the machine
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import json
import math

import keras
import numpy as np
import tensorflow as tf

tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.threading.set_intra_op_parallelism_threads(1)

MADE_WITH = {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}


def rng(seed):
    return np.random.default_rng(seed)


def normal(generator, shape, dtype="float32", scale=1.0):
    return (generator.standard_normal(shape) * scale).astype(dtype)


def tensor(value):
    """A tensor as {"shape", "dtype", "data"}; None stays None."""
    if value is None:
        return None
    array = np.array(keras.ops.convert_to_numpy(value) if not isinstance(value, np.ndarray) else value)
    return {"shape": list(array.shape), "dtype": array.dtype.name, "data": list(array.reshape(-1))}


def gradients(tape, target, sources):
    """Gradients as tensors; a source that target does not depend on has a gradient of zeros."""
    found = tape.gradient(target, sources, unconnected_gradients="zero")
    return [tensor(tf.convert_to_tensor(g)) for g in found]


def call(name, args):
    """A call as one reads it: L2(l2=0.1)."""
    return f"{name}({', '.join(f'{key}={value}' for key, value in args.items())})"


def plain(config):
    """A Keras config as plain JSON: tuples become lists, numpy scalars become numbers."""
    if isinstance(config, dict):
        return {key: plain(value) for key, value in config.items()}
    if isinstance(config, (list, tuple)):
        return [plain(value) for value in config]
    if isinstance(config, tf.Tensor):
        return config.numpy().tolist()
    return config


def number(value):
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if not math.isfinite(value):
        return '"nan"' if math.isnan(value) else ('"inf"' if value > 0 else '"-inf"')
    return "%.9g" % value if isinstance(value, np.float32) else repr(float(value))


def encode(value):
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(str(k)) + ":" + encode(v) for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(encode(v) for v in value) + "]"
    if isinstance(value, (bool, int, float, np.generic)):
        return number(value)
    return json.dumps(value)


def render(content):
    """One line per case: compact, yet a diff shows which cases moved."""
    parts = []
    for key, value in {"made_with": MADE_WITH, **content}.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            body = "[\n" + ",\n".join(encode(case) for case in value) + "\n]"
        else:
            body = encode(value)
        parts.append(json.dumps(key) + ":" + body)
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    json.loads(text)
    return text


def check_names(content):
    for key, cases in content.items():
        names = [case["name"] for case in cases if isinstance(case, dict) and "name" in case]
        repeated = {name for name in names if names.count(name) > 1}
        if repeated:
            raise ValueError(f"{key}: names used twice: {sorted(repeated)}")


def scrambled(shape, seed):
    """Numbers in [-1, 1) that tests/support/golden_scrambled.hpp makes as well, so that no file holds them."""
    x = np.arange(int(np.prod(shape)), dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 % 2**32)
    for factor, shift in ((0x7FEB352D, 16), (0x846CA68B, 15)):
        x ^= x >> np.uint32(shift)
        x *= np.uint32(factor)
    x ^= x >> np.uint32(16)
    return (x / 2.0**31 - 1.0).reshape(shape)


def scrambled_weights(model):
    """Gives every weight of a model such numbers, of a size that keeps activations in bounds."""
    for i, weight in enumerate(model.weights):
        value = scrambled(weight.shape, i)
        if weight.name in ("gamma", "moving_variance"):
            value = 1 + value / 8
        elif weight.name in ("beta", "bias", "moving_mean"):
            value = value / 8
        else:
            depthwise = len(weight.shape) == 4 and weight.shape[-1] == 1
            fan_in = np.prod(weight.shape[:2] if depthwise else weight.shape[:-1])
            value = value * np.sqrt(6.0 / fan_in)
        weight.assign(value.astype("float32"))
