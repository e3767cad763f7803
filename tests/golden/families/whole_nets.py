"""Whole networks trained for ten batches: every loss, and of every weight at the end what tells it from others."""

from . import common
from .architectures import resnet20
from .common import keras, np, tf

L = keras.layers
STEPS = 10
BATCH = 8
CLASSES = 5
WORDS = 20
TIME = 12


def lenet5():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        L.Conv2D(6, 5, padding="same", activation="tanh"), L.AveragePooling2D(2),
        L.Conv2D(16, 5, activation="tanh"), L.AveragePooling2D(2), L.Flatten(),
        L.Dense(120, activation="tanh"), L.Dense(84, activation="tanh"), L.Dense(CLASSES, activation="softmax"),
    ], name="lenet5")  # fmt: skip


def small_resnet20():
    return resnet20(input_shape=(16, 16, 3), classes=CLASSES)


def mobilenet():
    x = keras.Input((24, 24, 3))
    y = L.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)
    y = L.ReLU(6.0)(L.BatchNormalization()(y))
    for filters, strides in ((16, 1), (24, 2), (24, 1), (32, 2)):
        if strides > 1:
            y = L.ZeroPadding2D(((0, 1), (0, 1)))(y)
        y = L.DepthwiseConv2D(3, strides=strides, padding="same" if strides == 1 else "valid", use_bias=False)(y)
        y = L.ReLU(6.0)(L.BatchNormalization()(y))
        y = L.Conv2D(filters, 1, padding="same", use_bias=False)(y)
        y = L.ReLU(6.0)(L.BatchNormalization()(y))
    return keras.Model(x, L.Dense(CLASSES)(L.GlobalAveragePooling2D()(y)), name="mobilenet")


def lstm():
    """Sentences of several lengths, zeros behind their ends."""
    x = keras.Input((TIME,), dtype="int32", name="words")
    y = L.LSTM(16, return_sequences=True)(L.Embedding(WORDS, 8, mask_zero=True)(x))
    y = L.LSTM(8)(L.LayerNormalization()(y))
    return keras.Model(x, L.Dense(CLASSES, activation="softmax")(y), name="lstm")


def gru():
    """Measurements over several lengths of time."""
    x = keras.Input((TIME, CLASSES))
    y = L.Bidirectional(L.GRU(6, return_sequences=True))(L.Masking()(x))
    return keras.Model(x, L.Dense(CLASSES, activation="softmax")(L.GlobalAveragePooling1D()(y)), name="gru")


def transformer():
    words, places = (keras.Input((TIME,), dtype="int32", name=name) for name in ("words", "places"))
    x = L.Add()([L.Embedding(WORDS, 16)(words), L.Embedding(TIME, 16)(places)])
    attention = L.MultiHeadAttention(2, key_dim=8)
    x = L.LayerNormalization()(L.Add()([x, attention(x, x, use_causal_mask=True)]))
    y = L.Dense(16)(L.Dense(32, activation="gelu")(x))
    x = L.LayerNormalization()(L.Add()([x, y]))
    return keras.Model([words, places], L.Dense(CLASSES)(L.GlobalAveragePooling1D()(x)), name="transformer")


NETS = {"lenet5": lenet5, "resnet20": small_resnet20, "mobilenet": mobilenet, "lstm": lstm, "gru": gru, "transformer": transformer}
SGD = ("SGD", {"learning_rate": 0.05, "momentum": 0.9})
ADAM = ("Adam", {"learning_rate": 0.002})
# Of the millions of numbers that go through the ReLUs of 20 layers in ten steps, one or two are so near 0 that rounding decides
# about their sign, which changes gradients by up to a hundredth: at the rates above float32 and float64 part, in Keras as well.
CALM_SGD = ("SGD", {"learning_rate": 0.001, "momentum": 0.9})
CALM_ADAM = ("Adam", {"learning_rate": 0.0002})
# Numbers that float32 holds exactly, for Keras keeps them as such.
EXACT_SGD = ("SGD", {"learning_rate": 0.0625, "momentum": 0.875})


def images(shape, labels, step):
    """Noise, and squares of four pixels' side that are brighter where they belong to the class."""
    x = common.scrambled((BATCH, *shape), 1000 + step).astype("float32")
    rows, columns = np.indices(shape[:2]) // 4
    bright = (rows + columns) % CLASSES == labels[:, None, None]
    return x + bright[..., None].astype("float32")


def series(labels, step):
    """Noise, brighter in the channel of the class, and nothing behind an end that the label gives."""
    x = common.scrambled((BATCH, TIME, CLASSES), 1000 + step).astype("float32")
    x[np.arange(BATCH), :, labels] += 1
    x[np.arange(TIME) >= 3 + 2 * labels[:, None]] = 0
    return x


def batches(model):
    """The inputs of each step, and the labels."""
    found = []
    for step in range(STEPS):
        g = common.rng(70 + step)
        y = g.integers(0, CLASSES, BATCH).astype("int32")
        if model.inputs[0].dtype != "int32":
            shape = tuple(model.inputs[0].shape[1:])
            found.append(([images(shape, y, step) if len(shape) == 3 else series(y, step)], y))
            continue
        words = np.where(g.uniform(size=(BATCH, TIME)) < 0.3, 1 + y[:, None], g.integers(1, WORDS, (BATCH, TIME)))
        if len(model.inputs) == 1:
            words *= np.arange(TIME) < g.integers(1, TIME + 1, (BATCH, 1))
        found.append(([words.astype("int32"), np.tile(np.arange(TIME, dtype="int32"), (BATCH, 1))][: len(model.inputs)], y))
    return found


def abstract(weight):
    value = keras.ops.convert_to_numpy(weight).astype("float64").reshape(-1)
    return {"path": weight.path, "sum": value.sum(), "absolute_sum": np.abs(value).sum(), "samples": list(value[:: max(1, value.size // 16)].astype(weight.dtype))}


def made(name, dtype="float32"):
    keras.backend.clear_session()
    keras.config.set_floatx(dtype)
    model = NETS[name]()
    common.scrambled_weights(model)
    return model


def made_optimizer(name, args):
    """On TensorFlow an embedding's gradient is a list of slices, in which a word that occurs twice stands twice; Keras's Adam then
    adds the squares of both instead of squaring their sum, unlike Keras on other backends. So they are summed first."""
    optimizer = getattr(keras.optimizers, name)(**args)
    apply = optimizer.apply
    optimizer.apply = lambda grads, variables=None: apply([tf.convert_to_tensor(g) for g in grads], variables)
    return optimizer


def training(name, optimizer, dtype="float32"):
    model = made(name, dtype)
    logits = name in ("mobilenet", "transformer")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=logits)
    model.compile(made_optimizer(*optimizer), loss, jit_compile=False)
    losses = [np.dtype(dtype).type(model.train_on_batch(x if len(x) > 1 else x[0], y, return_dict=True)["loss"]) for x, y in batches(model)]
    found = {
        "name": f"{name}, {optimizer[0]}, {dtype}", "net": name, "dtype": dtype, "optimizer": {"class": optimizer[0], "args": optimizer[1]}, "from_logits": logits,
        "losses": losses, "final_weights": [abstract(w) for w in model.weights],
    }  # fmt: skip
    keras.config.set_floatx("float32")
    return found


def net(name):
    model = made(name)
    given = batches(model)
    words = [[common.tensor(v) for v in x] if x[0].dtype == "int32" else None for x, _ in given]
    return {"name": name, "node": common.plain(keras.saving.serialize_keras_object(model)), "words": words, "labels": [common.tensor(y) for _, y in given]}


def run():
    cases = [training(name, optimizer) for name in NETS if name != "resnet20" for optimizer in (SGD, ADAM)]
    cases += [training("resnet20", optimizer) for optimizer in (CALM_SGD, CALM_ADAM)]
    cases += [training("resnet20", EXACT_SGD, "float64")]
    return {"made_with": common.MADE_WITH, "nets": [net(name) for name in NETS], "cases": cases}
