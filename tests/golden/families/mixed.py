"""Mixed precision: layers of the mixed policies on inputs of float32, and trainings with loss scaling. Numbers of 16
bits are stored as float32."""

import zlib

from . import common
from .common import keras, np, tensor, tf

layers = keras.layers


def wide(value):
    return tensor(np.array(tf.cast(value, tf.float32)))


def case(layer, policy, args, *shapes, integers=None, training=False, mask=False):
    keras.backend.clear_session()
    name = f"{layer} {policy}{' training' if training else ''}{' masked' if mask else ''} {args}"
    g = common.rng(zlib.crc32(name.encode()))
    made = getattr(layers, layer)(**args, dtype=policy)
    several = len(shapes) > 1
    if layer == "MultiHeadAttention":
        made.build(*shapes)
    else:
        made.build(list(shapes) if several else shapes[0])
    for weight in made.weights:
        if "variance" not in weight.path:
            weight.assign(common.normal(g, weight.shape, scale=0.5))
    before = [{"path": w.path, "value": tensor(w)} for w in made.weights]
    inputs = [g.integers(0, integers, s).astype("int32") if integers else common.normal(g, s) for s in shapes]
    steps = (g.uniform(size=shapes[0][:-1]) > 0.4) if mask else None
    sources = [tf.Variable(v) if v.dtype == np.float32 else tf.constant(v) for v in inputs]
    tensors = [tf.convert_to_tensor(s) for s in sources]
    with tf.GradientTape() as tape:
        kwargs = {} if steps is None else {"mask": tf.constant(steps)}
        # the variables, not their values: reads are what is followed
        x = [tf.identity(s) for s in sources]
        if layer == "MultiHeadAttention":
            y = made(*x, training=training, **kwargs)
        else:
            y = made(x if several else x[0], training=training, **kwargs)
        upstream = common.normal(g, y.shape)
        target = tf.reduce_sum(tf.cast(y, tf.float32) * upstream)
    followed = [s for s in sources if isinstance(s, tf.Variable)]
    found = tape.gradient(target, followed + [w.value for w in made.trainable_weights], unconnected_gradients="zero")
    del tensors
    return {
        "name": name, "node": common.plain(keras.saving.serialize_keras_object(made)), "policy": policy, "output_dtype": y.dtype.name,
        "training": training, "mask": tensor(steps), "inputs": [tensor(v) for v in inputs],
        "weights": before, "output": wide(y), "upstream": tensor(upstream),
        "gradients": [wide(tf.convert_to_tensor(v)) for v in found], "after": [tensor(w) for w in made.weights],
    }  # fmt: skip


def training(policy, optimizer, scale):
    """Losses of 12 steps of a small net; scale: of the loss, so that float16 overflows once."""
    keras.backend.clear_session()
    g = common.rng(7)
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation="relu", dtype=policy),
            layers.BatchNormalization(dtype=policy),
            layers.Dense(3, dtype=policy),
            layers.Activation("linear", dtype="float32"),
        ]
    )
    model.dtype_policy = policy
    for weight in model.weights:
        if len(weight.shape) == 2:
            weight.assign(common.normal(g, weight.shape, scale=0.4))
    start = [tensor(w) for w in model.weights]
    x, y = common.normal(g, (16, 6)), common.normal(g, (16, 3))
    made = getattr(keras.optimizers, optimizer)(learning_rate=0.05)
    if policy == "mixed_float16":
        made = keras.optimizers.LossScaleOptimizer(made, initial_scale=scale)
    model.compile(optimizer=made, loss="mse", jit_compile=False)
    losses = [float(model.train_on_batch(x, y)) for _ in range(12)]
    scales = float(made.dynamic_scale.numpy()) if policy == "mixed_float16" else 1.0
    return {
        "name": f"{policy} {optimizer} {scale}", "policy": policy, "optimizer": common.plain(keras.saving.serialize_keras_object(made)),
        "x": tensor(x), "y": tensor(y), "start": start, "losses": losses, "scale": scales, "end": [tensor(w) for w in model.weights],
    }  # fmt: skip


def run():
    cases = []
    for policy in ("mixed_bfloat16", "mixed_float16"):
        cases += [
            case("Dense", policy, {"units": 3}, (2, 4)),
            case("Dense", policy, {"units": 3, "activation": "tanh"}, (2, 4)),
            case("Dense", policy, {"units": 5, "activation": "softmax", "use_bias": False}, (2, 3, 4)),
            case("EinsumDense", policy, {"equation": "abc,cd->abd", "output_shape": [None, 3], "bias_axes": "d"}, (2, 3, 4)),
            case("Conv2D", policy, {"filters": 3, "kernel_size": 3, "padding": "same", "activation": "relu"}, (1, 5, 4, 2)),
            case("Conv1D", policy, {"filters": 3, "kernel_size": 3, "padding": "causal"}, (2, 5, 2)),
            case("DepthwiseConv2D", policy, {"kernel_size": 3, "depth_multiplier": 2}, (1, 5, 4, 2)),
            case("SeparableConv2D", policy, {"filters": 3, "kernel_size": 2, "strides": 2}, (1, 6, 5, 2)),
            case("Conv2DTranspose", policy, {"filters": 3, "kernel_size": 3, "strides": 2}, (1, 4, 3, 2)),
            case("BatchNormalization", policy, {}, (4, 3, 2), training=True),
            case("BatchNormalization", policy, {}, (4, 3, 2)),
            case("LayerNormalization", policy, {}, (3, 6)),
            case("GroupNormalization", policy, {"groups": 2}, (2, 3, 3, 4)),
            case("RMSNormalization", policy, {}, (3, 6)),
            case("UnitNormalization", policy, {}, (3, 6)),
            case("Embedding", policy, {"input_dim": 7, "output_dim": 3}, (2, 4), integers=7),
            case("MaxPooling2D", policy, {"pool_size": 2}, (1, 4, 4, 2)),
            case("AveragePooling2D", policy, {"pool_size": 3, "strides": 1, "padding": "same"}, (1, 4, 4, 2)),
            case("GlobalAveragePooling2D", policy, {}, (2, 5, 5, 3)),
            case("GlobalMaxPooling2D", policy, {}, (2, 5, 5, 3)),
            case("Softmax", policy, {}, (3, 5)),
            case("LeakyReLU", policy, {}, (3, 5)),
            case("ELU", policy, {}, (3, 5)),
            case("PReLU", policy, {}, (3, 5)),
            case("Activation", policy, {"activation": "gelu"}, (3, 5)),
            case("Activation", policy, {"activation": "softplus"}, (3, 5)),
            case("Add", policy, {}, (2, 3), (2, 3)),
            case("Multiply", policy, {}, (2, 3), (2, 3)),
            case("Concatenate", policy, {}, (2, 3), (2, 4)),
            case("Dot", policy, {"axes": -1}, (2, 3), (2, 3)),
            case("Flatten", policy, {}, (2, 3, 2)),
            case("UpSampling2D", policy, {"size": 2, "interpolation": "bilinear"}, (1, 3, 2, 2)),
            case("Rescaling", policy, {"scale": 0.1, "offset": 0.5}, (3, 4)),
            case("SimpleRNN", policy, {"units": 3, "return_sequences": True}, (2, 4, 3)),
            case("LSTM", policy, {"units": 3, "return_sequences": True}, (2, 4, 3), mask=True),
            case("GRU", policy, {"units": 3}, (2, 4, 3), mask=True),
            case("Attention", policy, {"use_scale": True}, (2, 3, 4), (2, 5, 4)),
            case("MultiHeadAttention", policy, {"num_heads": 2, "key_dim": 3}, (2, 3, 4), (2, 5, 4)),
        ]
    # Not of 16 bits, but with a mask: the moments are of what counts.
    for policy in ("float32", "mixed_bfloat16"):
        cases.append(case("BatchNormalization", policy, {}, (4, 3, 2), training=True, mask=True))
        cases.append(case("BatchNormalization", policy, {"momentum": 0.5}, (2, 4, 3, 2), training=True, mask=True))
    trainings = [
        training("mixed_bfloat16", "SGD", 1),
        training("mixed_bfloat16", "Adam", 1),
        training("mixed_float16", "SGD", 32768),
        training("mixed_float16", "Adam", 1e8),
    ]
    return {"made_with": common.MADE_WITH, "cases": cases, "trainings": trainings}
