"""Functional models: their order of layers, configs, summaries, outputs and gradients for given weights."""

from . import common
from .common import keras, np, tensor, tf
from .summaries import rendered

layers = keras.layers


def inception():
    x = keras.Input((8, 8, 3), name="image")
    a = layers.Conv2D(2, 1, activation="relu", name="a1")(x)
    b = layers.Conv2D(3, 3, padding="same", activation="relu", name="b3")(layers.Conv2D(2, 1, activation="relu", name="b1")(x))
    c = layers.Conv2D(2, 1, name="c1")(layers.MaxPooling2D(3, strides=1, padding="same")(x))
    y = layers.Concatenate()([a, b, c])
    return keras.Model(x, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling2D()(y)), name="inception")


def residual():
    x = keras.Input((6, 6, 2))
    y = x
    for filters, strides in ((2, 1), (4, 2)):
        z = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(y)
        z = layers.ReLU()(layers.BatchNormalization()(z))
        z = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same", use_bias=False)(z))
        if strides > 1:
            y = layers.Conv2D(filters, 1, strides=strides)(y)
        y = layers.Activation("relu")(layers.Add()([z, y]))
    return keras.Model(x, layers.Dense(2)(layers.Flatten()(y)))


def shared():
    a, b = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    tower = layers.Dense(3, activation="tanh", name="tower")
    y = layers.Subtract()([tower(a), tower(b)])
    return keras.Model([a, b], layers.Dense(1, activation="sigmoid")(y))


def several_outputs():
    x = keras.Input((5,))
    h = layers.Dense(4, activation="relu", name="trunk")(x)
    return keras.Model(x, [layers.Dense(3, activation="softmax", name="kind")(h), layers.Dense(1, name="size")(h)])


def nested():
    inner_x = keras.Input((4,))
    h = layers.Dense(3, activation="relu")(inner_x)
    inner = keras.Model(inner_x, layers.Add()([h, layers.Dense(3)(inner_x)]), name="inner")
    head = keras.Sequential([layers.Dense(4), layers.Dense(2)], name="head")
    x, z = keras.Input((4,), name="x"), keras.Input((4,), name="z")
    return keras.Model([x, z], head(layers.Concatenate()([inner(x), inner(z)])), name="outer")


def merging():
    a, b, c = (keras.Input((3, 2), name=name) for name in "abc")
    parts = [layers.Add()([a, b, c]), layers.Multiply()([a, b]), layers.Average()([a, b, c]), layers.Maximum()([a, b]), layers.Minimum()([b, c])]
    return keras.Model([a, b, c], layers.Concatenate(axis=1)(parts))


def unused_layers():
    """Only what lies between the inputs and the outputs is part of a model."""
    x = keras.Input((4,))
    h = layers.Dense(3, name="used")(x)
    layers.Dense(7, name="unused")(h)
    return keras.Model(x, h)


def feature_maps():
    """A second model on the layers of a first one."""
    whole = inception()
    return keras.Model(whole.input, [whole.get_layer("a1").output, whole.get_layer("b3").output], name="maps")


def from_the_middle():
    """A model whose input a layer has made: what is before it is cut off."""
    whole = residual()
    middle = whole.get_layer("activation").output
    return keras.Model(middle, whole.output, name="tail")


NETS = [inception, residual, shared, several_outputs, nested, merging, unused_layers, feature_maps, from_the_middle]


def case(make):
    keras.backend.clear_session()
    model = make()
    g = common.rng(len(model.layers))
    for weight in model.weights:
        value = g.uniform(0.5, 2.0, weight.shape) if weight.name in ("gamma", "moving_variance") else g.standard_normal(weight.shape) * 0.5
        weight.assign(value.astype("float32"))
    inputs = [common.normal(g, (2, *x.shape[1:])) for x in model.inputs]
    sources = [tf.Variable(x) for x in inputs]
    with tf.GradientTape() as tape:
        outputs = keras.tree.flatten(model(keras.tree.pack_sequence_as(model.input, [tf.convert_to_tensor(s) for s in sources]), training=False))
        upstream = [common.normal(g, o.shape) for o in outputs]
        target = tf.add_n([tf.reduce_sum(o * u) for o, u in zip(outputs, upstream)])
    trainables = [w.value for w in model.trainable_weights]
    found = common.gradients(tape, target, sources + trainables)
    return {
        "name": make.__name__,
        "node": common.plain(keras.saving.serialize_keras_object(model)),
        "layers": [layer.name for layer in model.layers],
        "output_shapes": [list(o.shape) for o in model.outputs],
        "weights": [{"path": w.path, "value": tensor(w)} for w in model.weights],
        "inputs": [tensor(x) for x in inputs],
        "outputs": [tensor(o) for o in outputs],
        "upstream": [tensor(u) for u in upstream],
        "gradients": {"inputs": found[: len(sources)], "weights": found[len(sources) :]},
        "summary": rendered(model),
        "summary_nested": rendered(model, expand_nested=True, show_trainable=True),
    }


def two_losses():
    """Losses, weights and metrics by output; a model with two inputs."""
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    h = layers.Dense(5, activation="tanh", name="trunk")(layers.Add()([a, b]))
    return keras.Model([a, b], [layers.Dense(3, activation="softmax", name="kind")(h), layers.Dense(2, name="size")(h)])


def training(name, loss, weighted, **compiled):
    keras.backend.clear_session()
    model = two_losses()
    g = common.rng(11)
    for weight in model.weights:
        weight.assign((g.standard_normal(weight.shape) * 0.5).astype("float32"))
    before = [{"path": w.path, "value": tensor(w)} for w in model.weights]
    x = [common.normal(g, (6, 4)) for _ in range(2)]
    y = [g.integers(0, 3, (6,)).astype("int32"), common.normal(g, (6, 2))]
    weights = [g.uniform(0.2, 2.0, (6,)).astype("float32") for _ in range(2)] if weighted else None
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=loss, **compiled)
    tested = model.test_on_batch(x, y, sample_weight=weights, return_dict=True)
    steps = [model.train_on_batch(x, y, sample_weight=weights, return_dict=True) for _ in range(5)]
    return {
        "name": name, "node": common.plain(keras.saving.serialize_keras_object(two_losses_uncompiled(model))), "weights": before,
        "x": [tensor(v) for v in x], "y": [tensor(v) for v in y], "sample_weight": [tensor(v) for v in weights] if weighted else None,
        "tested": common.plain({k: float(v) for k, v in tested.items()}), "steps": [{k: float(v) for k, v in s.items()} for s in steps],
        "weights_after": [tensor(w) for w in model.weights],
    }  # fmt: skip


def two_losses_uncompiled(model):
    return keras.Model(model.inputs, model.outputs, name=model.name)


def trainings():
    crossentropy = "sparse_categorical_crossentropy"
    return [
        training("by order", [crossentropy, "mse"], False),
        training("by order, weighted losses", [crossentropy, "mae"], False, loss_weights=[0.5, 2.0]),
        training("by name, with metrics", {"size": "mse", "kind": crossentropy}, False, metrics={"kind": ["accuracy"], "size": ["mae"]}),
        training("sample weights", [crossentropy, "mse"], True, weighted_metrics={"kind": ["accuracy"]}),
    ]


def run():
    import os

    os.environ["COLUMNS"] = "80"
    return {"made_with": common.MADE_WITH, "cases": [case(make) for make in NETS], "trainings": trainings()}
