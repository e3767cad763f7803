"""Makes what stands in tests/golden/files/keras: models that real Keras saved, and what it computes with them.

    python tests/golden/files/make_keras.py [DIRECTORY]

expected.json has a case for each file: the inputs, the outputs, and for models that were trained the losses of the
steps that would have come next. Inputs of floating numbers are common.scrambled(shape, seed).
"""

import json
import os
import pathlib
import shutil
import sys
import warnings

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from families import common  # noqa: E402
from families.common import keras, np  # noqa: E402

import legacy_keras  # noqa: E402

L = keras.layers
K = keras.optimizers
STEPS = 3  # before the file is written, and after


def image(shape=(8, 8, 3)):
    return keras.Input(shape)


def stack(shape, *layers, dtype=None):
    return keras.Sequential([keras.Input(shape, dtype=dtype), *layers])


def join(inputs, outputs):
    return keras.Model(inputs, outputs)


# -- layers


def lenet5():
    return stack(
        (28, 28, 1),
        L.Conv2D(2, 5, padding="same", activation="tanh"),
        L.AveragePooling2D(2),
        L.Conv2D(3, 5, activation="tanh"),
        L.AveragePooling2D(2),
        L.Flatten(),
        L.Dense(12, activation="tanh"),
        L.Dense(8, activation="tanh"),
        L.Dense(10, activation="softmax"),
    )


def convolutions2d():
    return stack(
        (9, 9, 4),
        L.ZeroPadding2D(((1, 0), (0, 1))),
        L.Conv2D(6, (3, 2), strides=2, groups=2, kernel_regularizer="l2"),
        L.BatchNormalization(),
        L.LeakyReLU(0.1),
        L.DepthwiseConv2D(2, depth_multiplier=2, padding="same"),
        L.ReLU(6.0),
        L.SeparableConv2D(5, 3, padding="same", activation="silu"),
        L.Conv2DTranspose(3, 3, strides=2, padding="same", use_bias=False),
        L.Cropping2D(((1, 0), (0, 1))),
        L.UpSampling2D((2, 1), interpolation="nearest"),
        L.Conv2D(2, 3, dilation_rate=2, padding="same"),
    )


def convolutions1d():
    return stack(
        (16, 3),
        L.ZeroPadding1D((1, 2)),
        L.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu"),
        L.MaxPooling1D(2),
        L.DepthwiseConv1D(3, padding="same"),
        L.SeparableConv1D(4, 3, padding="same"),
        L.AveragePooling1D(2, padding="same"),
        L.Conv1DTranspose(3, 3, strides=2),
        L.Cropping1D((1, 0)),
        L.UpSampling1D(2),
        L.GlobalAveragePooling1D(),
    )


def pooling2d():
    x = image()
    y = L.MaxPooling2D((3, 2), strides=2, padding="same")(x)
    return join(x, [L.GlobalMaxPooling2D()(y), L.GlobalAveragePooling2D(keepdims=True)(y), L.AveragePooling2D(2)(y)])


def pooling1d():
    x = keras.Input((7, 3))
    return join(x, [L.GlobalMaxPooling1D()(x), L.MaxPooling1D(3, strides=1)(x)])


def normalizations():
    return stack(
        (4, 4, 6),
        L.LayerNormalization(epsilon=1e-5),
        L.GroupNormalization(3),
        L.RMSNormalization(),
        L.BatchNormalization(scale=False, center=False),
        L.BatchNormalization(axis=-1, momentum=0.9, gamma_regularizer="l1"),
        L.UnitNormalization(axis=[-1]),
        L.LayerNormalization(axis=[1, 2], center=False),
    )


def activations():
    x = keras.Input((5, 4))
    y = L.PReLU(shared_axes=[1])(x)
    outputs = [L.ELU(0.5)(y), L.LeakyReLU()(y), L.Softmax(axis=1)(y), L.ReLU(2.0, 0.1, 0.2)(y)]
    names = "linear relu relu6 leaky_relu softmax sigmoid tanh silu hard_silu hard_sigmoid elu selu gelu softplus softsign exponential log_softmax log_sigmoid mish"
    outputs += [L.Activation(name)(y) for name in names.split()]
    return join(x, L.Concatenate()(outputs))


def regularization():
    return stack(
        (6, 5, 3),
        L.Dropout(0.3),
        L.GaussianNoise(0.1),
        L.GaussianDropout(0.2),
        L.AlphaDropout(0.1),
        L.SpatialDropout2D(0.2),
        L.ActivityRegularization(0.1, 0.2),
        L.Reshape((30, 3)),
        L.SpatialDropout1D(0.2),
        L.Dense(2, activity_regularizer="l2", kernel_constraint="max_norm", bias_constraint="non_neg"),
    )


def reshaping():
    return stack((4, 6), L.Permute((2, 1)), L.Reshape((-1, 3)), L.Identity(), L.Flatten(), L.RepeatVector(2), L.Masking(0.5))


def merging():
    x, y = keras.Input((3, 4), name="left"), keras.Input((3, 4), name="right")
    merged = [c()([x, y]) for c in (L.Add, L.Subtract, L.Multiply, L.Average, L.Maximum, L.Minimum)]
    return join([x, y], [L.Concatenate(axis=1)(merged), L.Dot(axes=2, normalize=True)([x, y])])


def lstm():
    return stack((5, 3), L.LSTM(4, return_sequences=True, dropout=0.1), L.LSTM(3, unit_forget_bias=False, go_backwards=True))


def gru():
    return stack((5, 3), L.GRU(4, return_sequences=True), L.GRU(3, reset_after=False, recurrent_activation="hard_sigmoid"))


def simple_rnn():
    return stack((5, 3), L.SimpleRNN(4, return_sequences=True, use_bias=False), L.SimpleRNN(3, recurrent_dropout=0.2))


def cells():
    stacked = L.StackedRNNCells([L.LSTMCell(3), L.GRUCell(2), L.GRUCell(4), L.SimpleRNNCell(2)])
    return stack((5, 3), L.RNN(stacked, return_sequences=True), L.RNN(L.LSTMCell(2)))


def bidirectional():
    return stack((5, 3), L.Bidirectional(L.LSTM(2, return_sequences=True)), L.Bidirectional(L.GRU(3), merge_mode="sum"))


def stateful():
    return keras.Sequential([keras.Input((3, 2), batch_size=2), L.LSTM(3, stateful=True)])


def states():
    x, h, c = keras.Input((5, 3)), keras.Input((4,)), keras.Input((4,))
    return join([x, h, c], L.LSTM(4, return_state=True)(x, initial_state=[h, c]))


def time_distributed():
    return stack((3, 6, 6, 2), L.TimeDistributed(L.Conv2D(3, 3)), L.TimeDistributed(L.Flatten()), L.TimeDistributed(L.Dense(2)), L.GlobalAveragePooling1D())


def attention():
    x, y = keras.Input((4, 6)), keras.Input((5, 6))
    z = L.MultiHeadAttention(2, 3, value_dim=2, dropout=0.1)(x, y)
    z = L.MultiHeadAttention(2, 2, use_bias=False)(z, z, use_causal_mask=True)
    z = L.Attention(use_scale=True)([z, y])
    return join([x, y], L.AdditiveAttention()([z, y, y]))


def einsum():
    return stack((4, 6), L.EinsumDense("abc,cde->abde", output_shape=(4, 2, 3), bias_axes="de", activation="gelu"), L.Flatten(), L.Dense(3))


def embedding():
    return stack((6,), L.Embedding(9, 4, mask_zero=True), L.LSTM(3), L.Dense(2), dtype="int32")


def image_preprocessing():
    return stack(
        (10, 12, 3),
        L.Rescaling(1 / 127.5, -1),
        L.Resizing(9, 11),
        L.CenterCrop(8, 9),
        L.RandomFlip("horizontal"),
        L.RandomRotation(0.1),
        L.RandomTranslation(0.1, 0.2),
        L.RandomZoom(0.1),
        L.RandomContrast(0.2),
        L.RandomBrightness(0.2),
        L.RandomCrop(8, 9),
    )


def normalization():
    layer = L.Normalization()
    layer.adapt(common.scrambled((20, 3), 5).astype("float32") * 3 + 1)
    return stack((3,), layer, L.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0], invert=True))


def discretization():
    layer = L.Discretization(num_bins=4)
    layer.adapt(common.scrambled((200, 1), 5).astype("float32"))
    return stack((3,), layer)


def category_encoding():
    return stack((3,), L.CategoryEncoding(5, output_mode="multi_hot"), dtype="int32")


def integer_lookup():
    layer = L.IntegerLookup()
    layer.adapt(np.array([5, 7, 7, 2, 5, 5]))
    return stack((2,), layer, dtype="int64")


def string_lookup():
    layer = L.StringLookup()
    layer.adapt(np.array(["b", "a", "b", "c"]))
    return stack((1,), layer, dtype="string")


def string_tf_idf():
    return stack((1,), L.StringLookup(vocabulary=["x", "y"], idf_weights=[0.5, 0.25], output_mode="tf_idf"), dtype="string")


def text_vectorization():
    layer = L.TextVectorization(output_sequence_length=4)
    layer.adapt(["the cat sat", "the dog"])
    return stack((1,), layer, L.Embedding(6, 2), dtype="string")


# -- graphs


def shared_layers():
    a, b = keras.Input((4,)), keras.Input((4,))
    dense = L.Dense(3, activation="tanh")
    return join([a, b], L.Dense(2)(L.Concatenate()([dense(a), dense(b)])))


def several_outputs():
    a, b = keras.Input((4,), name="first"), keras.Input((3,), name="second")
    x = L.Concatenate()([L.Dense(3)(a), b])
    return join([a, b], [L.Dense(2, name="size")(x), L.Dense(1, activation="sigmoid", name="kind")(x)])


def residual():
    x = image()
    y = L.Conv2D(4, 3, padding="same", activation="relu")(x)
    z = L.BatchNormalization()(L.Conv2D(4, 3, padding="same", use_bias=False)(y))
    y = L.Activation("relu")(L.Add()([y, z]))
    return join(x, L.Dense(3, activation="softmax")(L.GlobalAveragePooling2D()(y)))


def nested():
    inner = stack((4,), L.Dense(3, activation="relu"), L.Dense(3))
    a, b = keras.Input((4,)), keras.Input((4,))
    both = join([a, b], L.Add()([inner(a), inner(b)]))
    x = keras.Input((4,))
    return join(x, L.Dense(2)(both([x, L.Dense(4)(x)])))


def nested_sequential():
    deep = keras.Sequential([L.Dense(3), keras.Sequential([L.Dense(4), L.ReLU()])])
    return stack((5,), deep, stack((4,), L.Dense(2)))


def many_layers():
    """More than ten of a class: names in a file's order are not the model's."""
    return stack((3,), *[L.Dense(3, activation="tanh", name=f"z{12 - i}") for i in range(12)])


def frozen():
    model = stack((6, 6, 2), L.Conv2D(3, 3), L.BatchNormalization(), L.Flatten(), L.Dense(2))
    model.layers[0].trainable = False
    model.layers[1].trainable = False
    return model


def vgg():
    blocks = []
    for filters in (2, 3, 4):
        blocks += [L.Conv2D(filters, 3, padding="same", activation="relu") for _ in range(2)] + [L.MaxPooling2D(2)]
    return stack((16, 16, 3), *blocks, L.Flatten(), L.Dense(8, activation="relu"), L.Dropout(0.5), L.Dense(5, activation="softmax"))


def bottleneck(x, filters, stride, name, project):
    def conv(y, n, size, stride, part):
        y = L.Conv2D(n, size, strides=stride, padding="same", name=f"{name}_{part}_conv")(y)
        return L.BatchNormalization(epsilon=1.001e-5, name=f"{name}_{part}_bn")(y)

    shortcut = conv(x, 4 * filters, 1, stride, 0) if project else x
    y = L.Activation("relu")(conv(x, filters, 1, stride, 1))
    y = L.Activation("relu")(conv(y, filters, 3, 1, 2))
    return L.Activation("relu")(L.Add(name=f"{name}_add")([shortcut, conv(y, 4 * filters, 1, 1, 3)]))


def resnet50():
    """Its structure with few filters and blocks."""
    x = image((32, 32, 3))
    y = L.ZeroPadding2D(3)(x)
    y = L.Activation("relu")(L.BatchNormalization(epsilon=1.001e-5)(L.Conv2D(4, 7, strides=2)(y)))
    y = L.MaxPooling2D(3, strides=2)(L.ZeroPadding2D(1)(y))
    for stage, (filters, stride) in enumerate(((1, 1), (2, 2), (3, 2))):
        for block in range(2):
            y = bottleneck(y, filters, 1 if block else stride, f"conv{stage + 2}_block{block + 1}", block == 0)
    return join(x, L.Dense(5, activation="softmax")(L.GlobalAveragePooling2D()(y)))


def mobilenet_v2():
    """Its structure with few filters and blocks."""
    x = image((24, 24, 3))
    y = L.ReLU(6.0)(L.BatchNormalization(epsilon=1e-3, momentum=0.999)(L.Conv2D(4, 3, strides=2, padding="same", use_bias=False)(x)))
    for filters, stride in ((2, 1), (3, 2), (3, 1)):
        z = L.Conv2D(6 * y.shape[-1], 1, padding="same", use_bias=False)(y)
        z = L.ReLU(6.0)(L.BatchNormalization(epsilon=1e-3, momentum=0.999)(z))
        if stride == 2:
            z = L.ZeroPadding2D(((0, 1), (0, 1)))(z)
        z = L.DepthwiseConv2D(3, strides=stride, use_bias=False, padding="valid" if stride == 2 else "same")(z)
        z = L.ReLU(6.0)(L.BatchNormalization(epsilon=1e-3, momentum=0.999)(z))
        z = L.BatchNormalization(epsilon=1e-3)(L.Conv2D(filters, 1, padding="same", use_bias=False)(z))
        y = L.Add()([y, z]) if y.shape[-1] == filters and stride == 1 else z
    return join(x, L.Dense(4, activation="softmax")(L.GlobalAveragePooling2D()(y)))


def operations():
    """Operations among layers of the same names."""
    x = keras.Input((4,))
    y = L.Dense(4)(x)
    z = L.Add()([y + x, keras.ops.relu(y) * 2.0])
    return join(x, L.Dense(2)(L.Add()([z, keras.ops.mean(z, axis=1, keepdims=True)])))


@keras.saving.register_keras_serializable(package="golden")
class Scale(L.Layer):
    """What a program of its own registers, and the test as well."""

    def __init__(self, factor, **options):
        super().__init__(**options)
        self.factor = factor

    def build(self, shape):
        self.offset = self.add_weight(shape=(shape[-1],), name="offset")

    def call(self, x):
        return x * self.factor + self.offset

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


@keras.saving.register_keras_serializable(package="golden")
class Pair(keras.Model):
    """A model of a class of one's own: its layers go by the names of its attributes."""

    def __init__(self, **options):
        super().__init__(**options)
        self.wide = L.Dense(4, activation="relu", name="wide")
        self.narrow = L.Dense(2, name="narrow")

    def call(self, x):
        return self.narrow(self.wide(x))

    def get_config(self):
        return keras.layers.Layer.get_config(self)


def custom_layer():
    return stack((3,), L.Dense(4), Scale(2.0), Scale(0.5))


def custom_model():
    model = Pair()
    model(np.zeros((1, 3), "float32"))
    return model


def small(**options):
    return stack((6, 6, 2), L.Conv2D(3, 3, activation="relu", **options), L.BatchNormalization(**options), L.Flatten(), L.Dense(4, **options))


def mixed(policy):
    def make():
        before = keras.mixed_precision.dtype_policy()
        keras.mixed_precision.set_dtype_policy(policy)
        try:
            return stack((6, 6, 2), L.Conv2D(3, 3, activation="relu"), L.BatchNormalization(), L.Flatten(), L.Dense(4, dtype="float32"))
        finally:
            keras.mixed_precision.set_dtype_policy(before)

    return make


def float64():
    return small(dtype="float64")


LAYERS = [
    lenet5, convolutions2d, convolutions1d, pooling2d, pooling1d, normalizations, activations, regularization, reshaping,
    merging, lstm, gru, simple_rnn, cells, bidirectional, stateful, states, time_distributed, attention, einsum, embedding,
    image_preprocessing, normalization, discretization, category_encoding, integer_lookup, string_lookup, string_tf_idf,
    text_vectorization, shared_layers, several_outputs, residual, nested, nested_sequential, many_layers, frozen, vgg,
    resnet50, mobilenet_v2, operations, custom_layer, custom_model, float64,
]  # fmt: skip

SCHEDULES = K.schedules
OPTIMIZERS = {
    "sgd": lambda: K.SGD(0.05, momentum=0.9, nesterov=True, clipnorm=1.0),
    "adam": lambda: K.Adam(0.01, amsgrad=True),
    "adamw": lambda: K.AdamW(0.01, weight_decay=0.02),
    "rmsprop": lambda: K.RMSprop(0.01, momentum=0.5, centered=True),
    "adagrad": lambda: K.Adagrad(0.05),
    "adadelta": lambda: K.Adadelta(0.5, clipvalue=0.5),
    "adamax": lambda: K.Adamax(0.01),
    "nadam": lambda: K.Nadam(0.01),
    "lion": lambda: K.Lion(0.005, weight_decay=0.01),
    "loss_scale": lambda: K.LossScaleOptimizer(K.Adam(0.01), initial_scale=1024.0, dynamic_growth_steps=2),
    "averages": lambda: K.Adam(0.01, use_ema=True, ema_overwrite_frequency=4, gradient_accumulation_steps=2, global_clipnorm=1.0),
    "exponential_decay": lambda: K.SGD(SCHEDULES.ExponentialDecay(0.1, 2, 0.5, staircase=True)),
    "piecewise": lambda: K.SGD(SCHEDULES.PiecewiseConstantDecay([2, 4], [0.1, 0.05, 0.02])),
    "polynomial": lambda: K.Adam(SCHEDULES.PolynomialDecay(0.05, 5, power=2.0)),
    "inverse_time": lambda: K.SGD(SCHEDULES.InverseTimeDecay(0.1, 2, 0.5)),
    "cosine": lambda: K.SGD(SCHEDULES.CosineDecay(0.05, 6, warmup_target=0.1, warmup_steps=2)),
    "cosine_restarts": lambda: K.SGD(SCHEDULES.CosineDecayRestarts(0.1, 2)),
}


def compiled(optimizer):
    model = small()
    # The Keras scripts do not name several metrics here: one is what a training step needs.
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


def by_lists():
    model = several_outputs()
    model.compile("sgd", ["mse", keras.losses.BinaryCrossentropy(label_smoothing=0.1)], loss_weights=[1.0, 0.5], metrics=[["mae"], ["accuracy"]])
    return model


def by_names():
    model = several_outputs()
    model.compile(
        "adam",
        {"size": "mse", "kind": keras.losses.binary_crossentropy},
        loss_weights={"size": 2.0, "kind": 0.5},
        metrics={"size": ["mae", keras.metrics.MeanSquaredError(name="square")], "kind": [keras.metrics.AUC(num_thresholds=20)]},
        weighted_metrics={"kind": ["accuracy"]},
    )
    return model


def mixed_float16_trained():
    model = mixed("mixed_float16")()
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


TRAINED = {name: (lambda make=make: compiled(make())) for name, make in OPTIMIZERS.items()}
TRAINED |= {"by_lists": by_lists, "by_names": by_names, "mixed_float16_trained": mixed_float16_trained}


# -- running them


def scramble(model):
    """Weights that differ from each other and from what an initializer makes."""
    for i, weight in enumerate(model.weights):
        if not str(weight.dtype).startswith(("float", "bfloat")) or "seed" in weight.path or weight.name in ("mean", "variance"):
            continue
        value = common.scrambled(weight.shape, 100 + i) * 0.4
        if weight.name in ("gamma", "moving_variance", "scale"):
            value = 1 + value
        weight.assign(value)


def inputs_of(model):
    return getattr(model, "inputs", None) or [keras.KerasTensor((None, 3))]


def given(inputs, batch=2, seed=1):
    """Inputs for those of a model: how a test makes them, and as arrays."""
    specs, arrays = [], []
    for i, x in enumerate(inputs):
        shape = [batch if n is None else n for n in x.shape]
        if x.dtype in ("int32", "int64"):
            array = (np.arange(np.prod(shape)).reshape(shape) * 7 % 5 + i).astype(x.dtype)
            specs.append(common.tensor(array))
        else:
            array = common.scrambled(shape, seed + i).astype("float32")
            specs.append({"shape": shape, "dtype": "float32", "seed": seed + i})
        arrays.append(array)
    return specs, arrays


def predicted(model, arrays):
    result = model(arrays[0] if len(arrays) == 1 else arrays, training=False)
    return [common.tensor(np.array(keras.ops.cast(y, "float64"), dtype="float32")) for y in keras.tree.flatten(result)]


def targets(model, batch, seed):
    rows = []
    for i, y in enumerate(model.outputs):
        if y.shape[-1] == 4:
            rows.append((np.arange(batch) * 3 + seed) % 4)
        elif y.shape[-1] == 1:
            rows.append(((np.arange(batch) + seed) % 2).reshape(batch, 1).astype("float32"))
        else:
            rows.append(common.scrambled((batch, *y.shape[1:]), 50 + seed + i).astype("float32"))
    return rows


def step(model, number):
    """One step of training on the batch of this number; the loss."""
    model.run_eagerly = True  # quicker than making a graph for a few steps
    batch = 4
    x = [common.scrambled((batch, *i.shape[1:]), 10 + 3 * number + n).astype("float32") for n, i in enumerate(model.inputs)]
    y = targets(model, batch, number)
    logs = model.train_on_batch(x[0] if len(x) == 1 else x, y[0] if len(y) == 1 else y, return_dict=True)
    return float(logs["loss"])


class Writer:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.cases = []

    def add(self, file, model, save=None, **more):
        path = str(self.directory / file)
        specs, arrays = given(inputs_of(model))
        case = {"name": file, "inputs": specs, "outputs": predicted(model, arrays), **more}
        (save or model.save)(path)
        self.cases.append(case)

    def layers(self, make, name=None):
        keras.utils.clear_session()
        keras.utils.set_random_seed(1)
        name = name or make.__name__
        model = make()
        if any(x.dtype == "string" for x in inputs_of(model)):
            return self.strings(name, model)
        scramble(model)
        self.add(f"{name}.keras", model)

    def strings(self, name, model):
        scramble(model)
        x = np.array([["the cat"], ["b"], ["x"], ["zebra"]], dtype=object)
        y = model(common.tf.constant(x.tolist()))
        model.save(str(self.directory / f"{name}.keras"))
        self.cases.append({"name": f"{name}.keras", "texts": [row[0] for row in x], "outputs": [common.tensor(np.array(y))], "inputs": []})

    def trained(self, name, make):
        keras.utils.clear_session()
        keras.utils.set_random_seed(1)
        model = make()
        scramble(model)
        for number in range(STEPS):
            step(model, number)
        self.add(f"trained_{name}.keras", model)
        self.cases[-1]["losses"] = [step(model, STEPS + number) for number in range(STEPS)]

    def finish(self):
        # The zip's dates are 1980-01-01, metadata.json holds the day of writing.
        (self.directory / "expected.json").write_text(common.render({"steps": STEPS, "cases": self.cases}))


def make_all(directory):
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    warnings.simplefilter("ignore")
    writer = Writer(directory)
    for make in LAYERS:
        writer.layers(make)
    for policy in ("mixed_float16", "mixed_bfloat16"):
        writer.layers(mixed(policy), policy)
    for name, make in TRAINED.items():
        writer.trained(name, make)
    legacy_keras.add_all(writer, sys.modules[__name__])
    writer.finish()


if __name__ == "__main__":
    make_all(sys.argv[1] if len(sys.argv) > 1 else str(HERE / "keras"))
