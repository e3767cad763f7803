"""Recurrent layers: every output and the gradients of sum(output * upstream) for given weights, with masks and states."""

import zlib

from . import common
from .common import keras, np, tensor, tf

layers = keras.layers


def case(name, layer, args, shape=(3, 5, 4), dtype="float32", mask=False, states=None, wrap=None):
    """`layer`: a class of keras.layers; `wrap`: arguments of a Bidirectional around it."""
    keras.backend.clear_session()
    g = common.rng(zlib.crc32(name.encode()))
    typed = {"dtype": dtype} if dtype != "float32" else {}
    made = getattr(layers, layer)(**args, **typed)
    if wrap is not None:
        made = layers.Bidirectional(made, **wrap, **typed)
    made.build(shape)
    for weight in made.weights:
        weight.assign((g.standard_normal(weight.shape) * 0.5).astype(dtype))
    x = common.normal(g, shape, dtype)
    steps = (g.uniform(size=shape[:2]) > 0.4) if mask else None
    first = [common.normal(g, (shape[0], s), dtype) for s in states or []]
    sources = [tf.Variable(v) for v in [x, *first]]
    with tf.GradientTape() as tape:
        kwargs = {"initial_state": [tf.convert_to_tensor(s) for s in sources[1:]]} if first else {}
        y = made(tf.convert_to_tensor(sources[0]), mask=None if steps is None else tf.constant(steps), **kwargs)
        outputs = list(y) if isinstance(y, (list, tuple)) else [y]
        upstream = [common.normal(g, o.shape, dtype) for o in outputs]
        target = tf.add_n([tf.reduce_sum(o * u) for o, u in zip(outputs, upstream)])
    found = common.gradients(tape, target, sources + [w.value for w in made.trainable_weights])
    return {
        "name": name, "node": common.plain(keras.saving.serialize_keras_object(made)), "dtype": dtype, "mask": tensor(steps),
        "weights": [{"path": w.path, "value": tensor(w)} for w in made.weights], "inputs": [tensor(v) for v in [x, *first]],
        "outputs": [tensor(o) for o in outputs], "upstream": [tensor(u) for u in upstream],
        "gradients": {"inputs": found[: len(sources)], "weights": found[len(sources) :]},
    }  # fmt: skip


def cells(layer, states):
    """What every one of the three layers is asked."""
    cases = []
    for dtype in ("float32", "float64"):
        cases += [
            case(f"{layer} {dtype}", layer, dict(units=3), dtype=dtype),
            case(f"{layer} sequences {dtype}", layer, dict(units=3, return_sequences=True), dtype=dtype),
            case(f"{layer} masked {dtype}", layer, dict(units=3, return_sequences=True, return_state=True), dtype=dtype, mask=True),
        ]
    cases += [
        case(f"{layer} states", layer, dict(units=3, return_state=True)),
        case(f"{layer} from given states", layer, dict(units=3, return_sequences=True, return_state=True), states=[3] * states),
        case(f"{layer} backwards", layer, dict(units=2, return_sequences=True, go_backwards=True)),
        case(f"{layer} backwards, masked", layer, dict(units=2, go_backwards=True), mask=True),
        case(f"{layer} masked, last output", layer, dict(units=2), mask=True),
        case(f"{layer} masked, zeros", layer, dict(units=2, return_sequences=True, zero_output_for_mask=True), mask=True),
        case(f"{layer} without bias", layer, dict(units=3, use_bias=False)),
        case(f"{layer} relu", layer, dict(units=3, activation="relu", return_sequences=True)),
        case(f"{layer} one step", layer, dict(units=4), shape=(2, 1, 3)),
        case(f"{layer} one sample, long", layer, dict(units=2, return_sequences=True), shape=(1, 17, 2)),
    ]
    for mode in ("concat", "sum", "ave", "mul", None):
        cases.append(case(f"Bidirectional {layer} {mode}", layer, dict(units=2), wrap=dict(merge_mode=mode)))
        cases.append(case(f"Bidirectional {layer} sequences {mode}", layer, dict(units=2, return_sequences=True), wrap=dict(merge_mode=mode), mask=mode != "mul"))
    cases.append(case(f"Bidirectional {layer} states", layer, dict(units=2, return_sequences=True, return_state=True), wrap={}))
    return cases


def run():
    cases = cells("SimpleRNN", 1) + cells("GRU", 1) + cells("LSTM", 2)
    cases += [
        case("GRU reset before", "GRU", dict(units=3, reset_after=False, return_sequences=True)),
        case("GRU reset before float64", "GRU", dict(units=3, reset_after=False), dtype="float64"),
        case("GRU hard sigmoid", "GRU", dict(units=3, recurrent_activation="hard_sigmoid")),
        case("LSTM hard sigmoid", "LSTM", dict(units=3, recurrent_activation="hard_sigmoid", return_state=True)),
        case("LSTM elu", "LSTM", dict(units=3, activation="elu", unit_forget_bias=False)),
    ]
    return {"made_with": common.MADE_WITH, "cases": cases}
