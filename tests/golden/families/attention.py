"""Attention: outputs, scores and gradients for given weights, with masks of every kind."""

import zlib

from . import common
from .common import keras, np, tensor, tf

layers = keras.layers


def case(name, layer, args, shapes, dtype="float32", masks=(), attention_mask=False, **call):
    """`masks`: which inputs have one; `call`: use_causal_mask, return_attention_scores."""
    keras.backend.clear_session()
    g = common.rng(zlib.crc32(name.encode()))
    made = getattr(layers, layer)(**args, **({"dtype": dtype} if dtype != "float32" else {}))
    many = layer == "MultiHeadAttention"
    made.build(*shapes) if many else made.build(list(shapes))
    for weight in made.weights:
        weight.assign((g.standard_normal(weight.shape) * 0.5).astype(dtype))
    inputs = [common.normal(g, shape, dtype) for shape in shapes]
    input_masks = [(g.uniform(size=shape[:2]) > 0.3) if i in masks else None for i, shape in enumerate(shapes)]
    for mask in input_masks:
        if mask is not None:
            mask[:, 0] = True
    allowed = (g.uniform(size=(shapes[0][0], shapes[0][1], shapes[1][1])) > 0.3) if attention_mask else None
    sources = [tf.Variable(x) for x in inputs]
    with tf.GradientTape() as tape:
        x = [tf.convert_to_tensor(s) for s in sources]
        if many:
            for one, mask in zip(x, input_masks):  # as an Embedding leaves them; a query_mask given by name is passed over
                if mask is not None:
                    keras.src.backend.set_keras_mask(one, tf.constant(mask))
            y = made(*x, attention_mask=None if allowed is None else tf.constant(allowed), **call)
        else:
            given = [None if m is None else tf.constant(m) for m in input_masks]
            y = made(x, mask=given if masks else None, **call)
        outputs = list(y) if isinstance(y, (list, tuple)) else [y]
        upstream = [common.normal(g, o.shape, dtype) for o in outputs]
        target = tf.add_n([tf.reduce_sum(o * u) for o, u in zip(outputs, upstream)])
    found = common.gradients(tape, target, sources + [w.value for w in made.trainable_weights])
    return {
        "name": name, "node": common.plain(keras.saving.serialize_keras_object(made)), "dtype": dtype, "call": call,
        "masks": [tensor(m) for m in input_masks], "attention_mask": tensor(allowed),
        "weights": [{"path": w.path, "value": tensor(w)} for w in made.weights], "inputs": [tensor(v) for v in inputs],
        "outputs": [tensor(o) for o in outputs], "upstream": [tensor(u) for u in upstream],
        "gradients": {"inputs": found[: len(sources)], "weights": found[len(sources) :]},
    }  # fmt: skip


def run():
    q, v = (2, 4, 6), (2, 5, 6)
    cases = []
    for dtype in ("float32", "float64"):
        def mha(name, args, shapes=(q, v), **more):
            cases.append(case(f"MultiHeadAttention {name} {dtype}", "MultiHeadAttention", dict(num_heads=2, key_dim=3, **args), shapes, dtype, **more))

        mha("plain", {})
        mha("itself", {}, (q, q))
        mha("scores", {}, return_attention_scores=True)
        mha("causal", {}, (q, q), use_causal_mask=True)
        mha("attention mask", {}, attention_mask=True, return_attention_scores=True)
        mha("query and value masks", {}, masks=(0, 1))
        mha("key", {}, (q, v, (2, 5, 3)))
        mha("key mask", {}, (q, v, (2, 5, 3)), masks=(0, 1, 2), attention_mask=True)
        mha("value_dim", {"value_dim": 4})
        mha("output_shape", {"output_shape": 7})
        mha("without bias", {"use_bias": False})
        mha("images", {}, ((2, 2, 3, 4), (2, 3, 2, 4)), return_attention_scores=True)
        mha("rows of images", {"attention_axes": [2]}, ((2, 2, 3, 4), (2, 2, 5, 4)))
        for layer, argss in (("Attention", [{}, {"use_scale": True}, {"score_mode": "concat"}, {"score_mode": "concat", "use_scale": True}]),
                             ("AdditiveAttention", [{}, {"use_scale": False}])):
            for args in argss:
                def attention(name, shapes=(q, v), **more):
                    cases.append(case(f"{layer} {args} {name} {dtype}", layer, args, shapes, dtype, **more))

                attention("plain")
                attention("masks", masks=(0, 1))
                attention("causal, scores", (q, q), use_causal_mask=True, return_attention_scores=True)
                attention("key", (q, (2, 5, 3), v))
    return {"made_with": common.MADE_WITH, "cases": cases}
