"""Functional models whose calls Keras counts, orders or names in ways of its own."""

from . import common, functional
from .common import keras, tensor

layers = keras.layers


def decoder(units=5):
    z = keras.Input((units,))
    return keras.Model(z, layers.Dense(units)(z), name="dec")


def autoencoder():
    """A functional model as an output is counted from 1, elsewhere from 0."""
    x = keras.Input((6,), name="x")
    encoder = keras.Model(x, layers.Dense(3, activation="relu")(x), name="enc")
    z = keras.Input((3,), name="z")
    dec = keras.Model(z, layers.Dense(6)(z), name="dec")
    i = keras.Input((6,), name="i")
    return keras.Model(i, dec(encoder(i)), name="ae")


def decoded_twice():
    d, i, j = decoder(), keras.Input((5,)), keras.Input((5,))
    return keras.Model([i, j], [d(i), d(j)])


def decoded_backwards():
    d, i, j = decoder(), keras.Input((5,)), keras.Input((5,))
    first, second = d(i), d(j)
    return keras.Model([i, j], [second, first])


def first_is_output():
    """The second call is an input of another layer, the first is an output."""
    d, i, j = decoder(), keras.Input((5,)), keras.Input((5,))
    return keras.Model([i, j], [d(i), layers.ReLU()(d(j))])


def second_is_output():
    d, i = decoder(), keras.Input((5,))
    return keras.Model(i, d(layers.ReLU()(d(i))))


def sequential_twice():
    d, i, j = keras.Sequential([keras.Input((5,)), layers.Dense(5)], name="dec"), keras.Input((5,)), keras.Input((5,))
    return keras.Model([i, j], [d(j), d(i)])


# -- inputs and outputs that are no lists


def dict_inputs():
    b, a = keras.Input((4,), name="b"), keras.Input((3,), name="a")
    return keras.Model({"b": b, "a": a}, layers.Dense(2)(layers.Concatenate()([b, a])))


def dict_outputs():
    i = keras.Input((5,))
    return keras.Model(i, {"size": layers.Dense(2)(i), "kind": layers.Dense(3)(i)})


def nested_lists():
    i, j, k = keras.Input((5,)), keras.Input((5,)), keras.Input((5,))
    return keras.Model([i, [j, {"last": k}]], [layers.Dense(2)(i), [layers.Dense(3)(layers.Add()([j, k]))]])


def dicts_inside():
    b, a = keras.Input((4,), name="b"), keras.Input((4,), name="a")
    inner = keras.Model({"b": b, "a": a}, {"y": layers.Dense(4)(layers.Subtract()([b, a])), "x": layers.Dense(3)(a)}, name="inner")
    i, j = keras.Input((4,)), keras.Input((4,))
    first = inner({"b": i, "a": j})
    return keras.Model([i, j], inner({"b": first["y"], "a": j}))


def layers_as_activations():
    i = keras.Input((5,))
    activations = [layers.LeakyReLU(0.2), layers.ReLU(), layers.ReLU(6.0), layers.ELU(), layers.Softmax(), layers.Activation("tanh")]
    return keras.Model(i, [layers.Dense(3, activation=a)(i) for a in activations])


# -- layers with a state, called more than once


def pair(join):
    i, j = keras.Input((3,), name="i"), keras.Input((3,), name="j")
    bn = layers.BatchNormalization(momentum=0.5, name="bn")
    return keras.Model([i, j], layers.Dense(1, name="end")(layers.Concatenate()(join(i, j, bn))))


def dense():
    return layers.Dense(3, name="shared")


def before_a_shared_layer():
    d = dense()
    return pair(lambda i, j, bn: [d(bn(i)), d(bn(j))])


def three_calls():
    d = dense()
    return pair(lambda i, j, bn: [d(bn(i)), d(bn(j)), bn(j)])


def one_below():
    d = dense()
    return pair(lambda i, j, bn: [d(bn(i)), bn(j)])


def behind_another():
    return pair(lambda i, j, bn: [bn(j), bn(layers.Dense(3, name="pre")(i))])


def behind_another_first():
    return pair(lambda i, j, bn: [bn(layers.Dense(3, name="pre")(i)), bn(j)])


def inside_a_model():
    """The layer is shared with a model that holds it."""

    def join(i, j, bn):
        x = keras.Input((3,))
        inner = keras.Model(x, bn(layers.Dense(3, name="inside")(x)), name="inner")
        return [bn(j), inner(layers.Dense(3, name="pre")(i))]

    return pair(join)


def siamese():
    i, j = keras.Input((3,), name="i"), keras.Input((3,), name="j")
    tower = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.BatchNormalization(momentum=0.5)], name="tower")
    return keras.Model([i, j], layers.Dot(1)([tower(i), tower(j)]))


def training(make, **compiled):
    keras.backend.clear_session()
    model = make()
    g = common.rng(11)
    for weight in model.trainable_weights:
        weight.assign((g.standard_normal(weight.shape) * 0.5).astype("float32"))
    node = common.plain(keras.saving.serialize_keras_object(model))
    before = [{"path": w.path, "value": tensor(w)} for w in model.weights]
    x = [common.normal(g, (6, *t.shape[1:])) * (n + 1) + n for n, t in enumerate(model.inputs)]
    y = [common.normal(g, (6, *t.shape[1:])) for t in model.outputs]
    model.compile(keras.optimizers.SGD(0.05), **compiled)
    steps = [model.train_on_batch(keras.tree.pack_sequence_as(model.input, x), keras.tree.pack_sequence_as(model.output, y), return_dict=True) for _ in range(3)]
    return {
        "name": make.__name__, "node": node, "compile_config": common.plain(model.get_compile_config()), "weights": before,
        "x": [tensor(v) for v in x], "y": [tensor(v) for v in y],
        "steps": [{k: float(v) for k, v in s.items()} for s in steps], "weights_after": [tensor(w) for w in model.weights],
    }  # fmt: skip


SHARED = [before_a_shared_layer, three_calls, one_below, behind_another, behind_another_first, inside_a_model, siamese]


def run():
    import os

    os.environ["COLUMNS"] = "80"
    return {
        "made_with": common.MADE_WITH,
        "cases": [functional.case(make) for make in (autoencoder, decoded_twice, decoded_backwards, first_is_output, second_is_output, sequential_twice)],
        "structures": [functional.case(make) for make in (dict_inputs, dict_outputs, nested_lists, dicts_inside, layers_as_activations)],
        "trainings": [training(make, loss="mse") for make in SHARED]
        + [
            training(dict_outputs, loss={"size": "mse", "kind": "mae"}, loss_weights={"size": 2.0, "kind": 0.5}, metrics={"kind": ["mse"]}),
            training(dict_inputs, loss="mse"),
        ],
    }
