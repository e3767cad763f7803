"""Functional models whose layers are called with arguments by name, and with masks: configs, inputs and outputs."""

from . import common
from .common import keras, np, tensor
from keras import ops

layers = keras.layers
Q, V, K, PAIRS = (4, 8), (5, 8), (5, 8), (4, 5)
WORDS = (5,)


def attention():
    return layers.MultiHeadAttention(2, 3)


def embedding(words):
    return layers.Embedding(6, 3, mask_zero=True)(words)


def embedded():
    """A model that makes a mask of its own."""
    x = keras.Input(WORDS, dtype="int32")
    return keras.Model(x, embedding(x))


def added():
    a, b = keras.Input((5, 3)), keras.Input((5, 3))
    return keras.Model([a, b], layers.LSTM(2)(layers.Add()([a, b])))


def residual_attention(words):
    x = embedding(words)
    y = layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(1, 2)(x, x)]))
    y = layers.Add()([y, layers.TimeDistributed(layers.Dense(3))(y)])
    return layers.GlobalAveragePooling1D()(y)


def later(words, **call):
    """The states of one run into the next."""
    _, h, c = layers.LSTM(2, return_state=True, return_sequences=True)(embedding(words))
    return layers.LSTM(2)(embedding(words), initial_state=[h, c], **call)  # which does not get the mask


# name: what calls the layers, and the shapes of the inputs, of words and of masks where they are called so
MODELS = {
    "attention, all by name": (lambda q, v, k: attention()(query=q, value=v, key=k), [Q, V, K]),
    "attention, in another order": (lambda q, v, k: attention()(key=k, value=v, query=q), [Q, V, K]),
    "attention without a key": (lambda q, v: attention()(query=q, value=v), [Q, V]),
    "attention, the value by name": (lambda q, v: attention()(q, value=v), [Q, V]),
    "a mask of pairs": (lambda q, v, pairs: attention()(q, v, attention_mask=pairs), [Q, V, "pairs"]),
    "attention by position": (lambda q, v, k: attention()(q, v, k), [Q, V, K]),
    "a mask of pairs and a key": (lambda q, v, k, pairs: attention()(q, v, attention_mask=pairs, key=k), [Q, V, K, "pairs"]),
    "flags beside inputs": (lambda q, v: attention()(q, v, use_causal_mask=True), [Q, V]),
    "inputs by name": (lambda q: layers.Dense(3)(inputs=q), [Q]),
    "a list by name": (lambda v, k: layers.Add()(inputs=[v, k]), [V, K]),
    "sequences by name": (lambda q: layers.LSTM(3)(sequences=q), [Q]),
    "x by name": (lambda q: layers.RMSNormalization()(x=q), [Q]),
    "a wrapper's inputs by name": (lambda q: layers.TimeDistributed(layers.Dense(3))(inputs=q), [Q]),
    "states by position": (lambda q, h, c: layers.LSTM(2)(q, [h, c]), [Q, (2,), (2,)]),
    "states of a bidirectional": (lambda q, h: layers.Bidirectional(layers.GRU(2))(q, initial_state=[h, h]), [Q, (2,)]),
    "a model by name": (lambda a, b: layers.Dense(2)(added()(inputs=[a, b])), [(5, 3), (5, 3)]),
    "an embedding's mask": (lambda a: layers.Bidirectional(layers.LSTM(2))(layers.Dropout(0.1)(embedding(a))), ["words"]),
    "a masking's mask": (lambda x: layers.LSTM(2)(layers.Masking(0.5)(x)), [(5, 3)]),
    "masks into a model": (lambda a, b: layers.Dense(2)(added()([embedding(a), embedding(b)])), ["words", "words"]),
    "one mask into a model": (lambda a, x: layers.Dense(2)(added()([embedding(a), x])), ["words", (5, 3)]),
    "a mask out of a model": (lambda a: layers.LSTM(2)(embedded()(a)), ["words"]),
    "added masks": (lambda a, b: layers.LSTM(2)(layers.Average()([embedding(a), embedding(b)])), ["words", "words"]),
    "joined masks": (lambda a, x: layers.LSTM(2)(layers.Concatenate()([embedding(a), x])), ["words", (5, 3)]),
    "appended masks": (lambda a, x: layers.LSTM(2)(layers.Concatenate(axis=1)([embedding(a), layers.Masking()(x)])), ["words", (5, 3)]),
    "attended masks": (lambda a, b: layers.LSTM(2)(layers.Attention()([embedding(a), embedding(b)])), ["words", "words"]),
    "a transformer's masks": (residual_attention, ["words"]),
    "states of what was masked": (later, ["words"]),
    "the embedding's mask by name": (lambda a: layers.LSTM(2)(embedding(a), mask=ops.not_equal(a, 0)), ["words"]),
}  # fmt: skip

# name: the same for masks that are not the layers' own, and what must be said of them
REFUSED = {
    "masks of attention": (lambda q, v, m, n: layers.Attention()([q, v], mask=[m, n]), [Q, V, (4,), (5,)], "attention is called with mask = ["),
    "a mask of values": (lambda q, v, m: attention()(q, v, value_mask=m), [Q, V, (5,)], "multi_head_attention is called with value_mask = ["),
    "another operation": (lambda a: layers.LSTM(2)(embedding(a), mask=ops.greater(a, 2)), ["words"], "lstm is called with mask = ["),
    "another number": (lambda a: layers.LSTM(2)(embedding(a), mask=ops.not_equal(a, 1)), ["words"], "lstm is called with mask = ["),
    "another's words": (lambda a, b: layers.LSTM(2)(embedding(a), mask=ops.not_equal(b, 0)), ["words", "words"], "lstm is called with mask = ["),
    "an input": (lambda x, m: layers.GlobalAveragePooling1D()(x, mask=m), [(5, 3), (5,)], "global_average_pooling1d is called with mask = ["),
    "a mask beside states": (lambda a: later(a, mask=ops.not_equal(a, 0)), ["words"], "lstm_1 is called with mask and initial_state"),
    "a mask of features": (lambda q, v: layers.Softmax()(q, mask=ops.greater(v, 0)), [V, K], "softmax is called with mask = ["),
}  # fmt: skip


def made(name, call, shapes):
    keras.backend.clear_session()
    g = common.rng(len(name))
    inputs = []
    for i, shape in enumerate(shapes):
        kind = {"words": (WORDS, "int32"), "pairs": (PAIRS, "bool")}.get(shape, (shape, "float32"))
        inputs.append(keras.Input(kind[0], dtype=kind[1], name=f"x{i}"))
    model = keras.Model(inputs, call(*inputs))
    for weight in model.weights:
        weight.assign((g.standard_normal(weight.shape) * 0.5).astype("float32"))
    return model, g


def given(g, x):
    shape = (2, *x.shape[1:])
    if x.dtype == "int32":
        return g.integers(0, 3, shape).astype("int32")
    if x.dtype == "bool":
        return g.integers(0, 2, shape).astype("bool")
    value = common.normal(g, shape)
    value[0, -1] = 0.5  # what one Masking leaves out
    value[1, 0] = 0.0
    return value


def node_of(model):
    return common.plain(keras.saving.serialize_keras_object(model))


def case(name, call, shapes):
    model, g = made(name, call, shapes)
    x = [given(g, one) for one in model.inputs]
    y = model(x if len(x) > 1 else x[0], training=False)
    return {
        "name": name, "node": node_of(model), "weights": [tensor(w) for w in model.weights],
        "inputs": [tensor(one) for one in x], "output": tensor(y),
    }  # fmt: skip


def run():
    return {
        "made_with": common.MADE_WITH,
        "cases": [case(name, *how) for name, how in MODELS.items()],
        "refused": [{"name": name, "node": node_of(made(name, call, shapes)[0]), "says": says} for name, (call, shapes, says) in REFUSED.items()],
    }
