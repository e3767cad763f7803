"""Functional models with functions of keras.ops as nodes: configs, inputs, outputs and gradients."""

from . import common
import keras
import numpy as np
import tensorflow as tf
from keras import ops

A, M, S, IM = (4,), (3, 4), (4, 4), (4, 6, 2)
W = np.array([0.5, -1.0, 2.0, 0.25], "float32")
K3 = common.normal(common.rng(3), (3, 3, 2, 3))
HALF = np.float32(0.5)


def positive(x):
    return np.abs(x) + np.float32(0.3)


def inside(x):
    return np.tanh(x) * np.float32(0.9)


def shared_constants(x):
    y = ops.relu(x * 2 + 1)
    z = ops.relu(y - 3.5)
    return [z, keras.layers.Dense(2, kernel_initializer="ones")(y)]


# name: function, shapes of inputs, what makes the inputs
MODELS = {
    "add": (lambda x, y: x + y, [A, A]),
    "add_number": (lambda x: x + 2, [A]),
    "number_less": (lambda x: 2.5 - x, [A]),
    "add_array": (lambda x: x + W, [A]),
    "multiply_tensor": (lambda x: ops.convert_to_tensor(W) * x, [A]),
    "negative_divide": (lambda x, y: -x / y, [A, A], positive),
    "floor_divide": (lambda x, y: x // y, [A, A]),
    "mod": (lambda x, y: x % y, [A, A]),
    "power": (lambda x, y: x**y, [A, A], positive),
    "power_number": (lambda x: x**3, [A]),
    "number_to_power": (lambda x: 2.0**x, [A]),
    "maximum_minimum": (lambda x, y: ops.minimum(ops.maximum(x, y), 0.5), [A, A]),
    "absolute_sign": (lambda x: abs(x) * ops.sign(x), [A]),
    "compare": (lambda x, y: ops.where((x > 0.0) & (y <= 0.5), x, y), [A, A]),
    "compare_or_not": (lambda x, y: ops.cast(~(ops.equal(x, y) | (x < y)) ^ (x >= 0), "float32"), [A, A]),
    "not_equal": (lambda x: ops.any(ops.not_equal(x, 0.0), axis=-1), [A]),
    "all_keepdims": (lambda x: ops.all(x > -1.0, axis=1, keepdims=True), [M]),
    "is_finite": (lambda x: [ops.isfinite(x), ops.isnan(x), ops.isinf(1.0 / (x - x))], [A]),
    "exponentials": (lambda x: ops.exp(x) + ops.expm1(x) + ops.exp2(x), [A]),
    "logarithms": (lambda x: ops.log(x) + ops.log1p(x) + ops.log2(x) + ops.log10(x), [A], positive),
    "roots": (lambda x: ops.sqrt(x) + ops.rsqrt(x) + ops.square(x) + ops.reciprocal(x), [A], positive),
    "trigonometry": (lambda x: ops.sin(x) * ops.cos(x) + ops.tan(x) + ops.tanh(x), [A], inside),
    "inverse_trigonometry": (lambda x: ops.arcsin(x) + ops.arccos(x) * ops.arctan(x) + ops.arctanh(x), [A], inside),
    "hyperbolic": (lambda x: ops.sinh(x) + ops.cosh(x) * ops.arcsinh(x), [A]),
    "arccosh": (lambda x: ops.arccosh(x + 1.5), [A], positive),
    "arctan2": (lambda x, y: ops.arctan2(x, y), [A, A]),
    "logaddexp": (lambda x, y: ops.logaddexp(x, y), [A, A]),
    "rounding": (lambda x: [ops.floor(x), ops.ceil(x), ops.round(x), ops.round(x, decimals=1), ops.trunc(x)], [A]),
    "clip": (lambda x: ops.clip(x, -0.5, 0.5), [M]),
    "erf": (lambda x: ops.erf(x), [A]),
    "nan_to_num": (lambda x: ops.nan_to_num(ops.log(x), nan=1.0), [A]),
    "mean": (lambda x: ops.mean(x, axis=1), [M]),
    "mean_keepdims": (lambda x: x - ops.mean(x, axis=(1, 2), keepdims=True), [M]),
    "sum_all": (lambda x: ops.sum(x), [M]),
    "sum_of_bools": (lambda x: ops.sum(x > 0, axis=-1), [M]),
    "prod": (lambda x: ops.prod(x, axis=-1), [M]),
    "max_min": (lambda x: ops.max(x, axis=-1) - ops.min(x, axis=-1), [M]),
    "max_initial": (lambda x: ops.max(x, axis=-1, initial=0.0), [M]),
    "var_std": (lambda x: ops.var(x, axis=1) + ops.std(x, axis=1), [M]),
    "argmax": (lambda x: [ops.argmax(x, axis=-1), ops.argmin(x, axis=1, keepdims=True)], [M]),
    "count_nonzero": (lambda x: ops.count_nonzero(ops.relu(x), axis=1), [M]),
    "average": (lambda x: ops.average(x, axis=-1, weights=np.abs(W)), [M]),
    "cumsum": (lambda x: ops.cumsum(x, axis=1) + ops.cumprod(x, axis=-1), [M]),
    "logsumexp": (lambda x: ops.logsumexp(x, axis=-1, keepdims=True), [M]),
    "norm": (lambda x: ops.norm(x, axis=-1) + ops.norm(x, ord=1, axis=-1) + ops.norm(x, ord=3, axis=-1), [M]),
    "norm_fro": (lambda x: ops.norm(x, ord="fro", axis=(1, 2)), [M]),
    "moments": (lambda x: ops.moments(x, axes=[1, 2]), [IM]),
    "top_k": (lambda x: ops.top_k(x, 2), [M]),
    "sort": (lambda x: [ops.sort(x, axis=1), ops.argsort(x)], [M]),
    "reshape": (lambda x: ops.reshape(x, (-1, 2, 6)), [M]),
    "reshape_open": (lambda x: ops.reshape(x, (-1, 8)), [A]),
    "transpose": (lambda x: ops.transpose(x, (0, 2, 1)), [M]),
    "swap_move": (lambda x: ops.moveaxis(ops.swapaxes(x, 1, 2), 3, 1), [IM]),
    "squeeze_expand": (lambda x: ops.squeeze(ops.expand_dims(x, (1, 3)), 1), [M]),
    "concatenate": (lambda x, y: ops.concatenate([x, y, ops.zeros((1, 1, 4)) + x], axis=1), [M, M]),
    "stack": (lambda x, y: ops.stack([x, y], axis=-1), [A, A]),
    "split": (lambda x: ops.split(x, 2, axis=-1), [M]),
    "split_at": (lambda x: ops.split(x, [1, 3], axis=-1)[1], [M]),
    "unstack": (lambda x: ops.unstack(x, axis=1)[1:], [M]),
    "pad": (lambda x: ops.pad(x, ((0, 0), (1, 1), (0, 2))), [M]),
    "pad_value": (lambda x: ops.pad(x, ((0, 0), (1, 0), (0, 2)), constant_values=2.5), [M]),
    "pad_reflect": (lambda x: ops.pad(x, ((0, 0), (2, 1), (0, 3)), mode="reflect"), [M]),
    "pad_symmetric": (lambda x: ops.pad(x, ((0, 0), (2, 1), (0, 3)), mode="symmetric"), [M]),
    "flip_roll": (lambda x: ops.flip(x, axis=1) + ops.roll(x, 1, axis=-1), [M]),
    "repeat": (lambda x: ops.repeat(x, 2, axis=1), [M]),
    "tile": (lambda x: ops.tile(x, (1, 2, 2)), [M]),
    "broadcast_to": (lambda x: ops.broadcast_to(ops.sum(x), (2, 3)), [M]),
    "get_item": (lambda x: x[:, 0], [M]),
    "get_item_slices": (lambda x: x[:, 1:, ::-2], [M]),
    "get_item_new_axis": (lambda x: x[..., None, -1], [M]),
    "get_item_negative": (lambda x: x[:, -2:-1, 1:3], [M]),
    "take": (lambda x: ops.take(x, [0, 2, 2, -1], axis=1), [M]),
    "take_array": (lambda x: ops.take(x, np.array([[0, 1], [1, 0]]), axis=-1), [M]),
    "take_along_axis": (lambda x: ops.take_along_axis(x, ops.argsort(x, axis=-1), axis=-1), [M]),
    "one_hot": (lambda x: ops.one_hot(ops.argmax(x, axis=-1), 4), [M]),
    "triangles": (lambda x: ops.tril(x) - ops.triu(x, k=1), [S]),
    "matmul": (lambda x, y: x @ y, [(3, 4), (4, 2)]),
    "matmul_array": (lambda x: ops.matmul(x, W.reshape(4, 1)), [M]),
    "dot": (lambda x: ops.dot(x, W), [M]),
    "tensordot": (lambda x: ops.tensordot(x, np.outer(W, W[:2]).astype("float32"), axes=1), [M]),
    "tensordot_axes": (lambda x: ops.tensordot(x, np.ones((4, 3, 2), "float32"), axes=[[1, 2], [1, 0]]), [M]),
    "einsum": (lambda x, y: ops.einsum("bij,bjk->bik", x, y), [(3, 4), (4, 2)]),
    "einsum_one": (lambda x: ops.einsum("bij->bj", x), [M]),
    "relu": (lambda x: ops.relu(x) + ops.relu6(x * 9), [A]),
    "smooth": (lambda x: ops.sigmoid(x) + ops.softplus(x) + ops.softsign(x) + ops.silu(x) + ops.log_sigmoid(x), [A]),
    "linear_units": (lambda x: ops.elu(x, 0.5) + ops.selu(x) + ops.gelu(x) + ops.gelu(x, approximate=False) + ops.celu(x, 2.0), [A]),
    "leaky_hard": (lambda x: ops.leaky_relu(x) + ops.hard_sigmoid(x) + ops.hard_silu(x) + ops.hard_tanh(x), [A]),
    "shrinks": (lambda x: ops.soft_shrink(x) + ops.hard_shrink(x) + ops.tanh_shrink(x) + ops.threshold(x, 0.1, -1.0), [A]),
    "sparse": (lambda x: ops.sparse_plus(x) + ops.sparse_sigmoid(x) + ops.squareplus(x), [A]),
    "glu": (lambda x: ops.glu(x, axis=1), [S]),
    "softmax": (lambda x: ops.softmax(x, axis=1) + ops.log_softmax(x), [M]),
    "conv": (lambda x: ops.conv(x, K3, padding="same", strides=2), [IM]),
    "conv1d": (lambda x: ops.conv(x, K3[0, :, :, :], padding="valid"), [(5, 2)]),
    "depthwise_conv": (lambda x: ops.depthwise_conv(x, K3, dilation_rate=1), [IM]),
    "separable_conv": (lambda x: ops.separable_conv(x, K3, np.ones((1, 1, 6, 2), "float32")), [IM]),
    "pools": (lambda x: ops.max_pool(x, 2) + ops.average_pool(x, (2, 2), padding="same"), [IM]),
    "pool1d": (lambda x: ops.max_pool(x, 2, strides=1), [(5, 2)]),
    "batch_norm": (lambda x: ops.batch_normalization(x, W, np.abs(W), axis=-1, offset=W, scale=W), [M]),
    "layer_norm": (lambda x: ops.layer_normalization(x, W, W, epsilon=1e-3), [M]),
    "rms_norm": (lambda x: ops.rms_normalization(x, W), [M]),
    "normalize": (lambda x: ops.normalize(x, axis=-1) + ops.normalize(x, axis=1, order=3), [M]),
    "resize": (lambda x: ops.image.resize(x, (5, 4)), [IM]),
    "resize_nearest": (lambda x: ops.image.resize(x, (8, 3), interpolation="nearest"), [IM]),
    "pad_crop_images": (lambda x: ops.image.crop_images(ops.image.pad_images(x, 1, 2, 1, 0), 2, 1, 0, 0), [IM]),
    "grayscale": (lambda x: ops.image.rgb_to_grayscale(x), [(2, 2, 3)]),
    "depth_space": (lambda x: ops.depth_to_space(ops.space_to_depth(x, 2), 2) + ops.sum(ops.space_to_depth(x, 2)), [IM]),
    "likes": (lambda x: ops.ones_like(x) + ops.zeros_like(x) + ops.full_like(x, 2.5), [A]),
    "stop_gradient": (lambda x: x * ops.stop_gradient(x), [A]),
    "cast_there_and_back": (lambda x: ops.cast(ops.cast(x * 3, "int32") * 2, "float32"), [A]),
    "integers_meet_floats": (lambda x: ops.cast(x * 3, "int32") * 2.5 + ops.cast(x, "int32") / 2, [A]),
    "shared_constants": (shared_constants, [A]),
}


def upstream(shape):
    return ((np.arange(int(np.prod(shape))) % 5 - 2) / 2).astype("float32").reshape(shape)


def case(name, make, shapes, prepare=None):
    keras.backend.clear_session()
    inputs = [keras.Input(shape) for shape in shapes]
    model = keras.Model(inputs, make(*inputs))
    for weight in model.weights:
        weight.assign(np.ones(weight.shape))
    g = common.rng(len(name))
    values = [np.round(common.normal(g, (2, *shape)), 2) for shape in shapes]
    values = [prepare(v) if prepare else v for v in values]
    sources = [tf.Variable(v) for v in values]
    with tf.GradientTape() as tape:
        y = model([tf.convert_to_tensor(s) for s in sources] if len(sources) > 1 else tf.convert_to_tensor(sources[0]))
        outputs = list(y) if isinstance(y, (list, tuple)) else [y]
        floating = [o for o in outputs if o.dtype.is_floating]
        target = sum((tf.reduce_sum(o * upstream(o.shape)) for o in floating), tf.constant(0.0))
    return {
        "name": name,
        "node": common.plain(keras.saving.serialize_keras_object(model)),
        "output_specs": [[list(o.shape), o.dtype] for o in model.outputs],
        "inputs": [common.tensor(v) for v in values],
        "outputs": [common.tensor(o) for o in outputs],
        "gradients": common.gradients(tape, target, sources),
    }


def run():
    return {"cases": [case(name, *model) for name, model in MODELS.items()]}
