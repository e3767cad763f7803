"""More of the optimizers: every one of tier 2, accumulation of gradients, scaled losses; more schedules. The form is
that of optimizers.py, whose start and gradients they share."""

from . import common
from . import optimizers as base
from .common import keras, np, tensor, tf

EXTRAS = [
    {"weight_decay": 0.05}, {"clipnorm": 1.0}, {"clipvalue": 0.5}, {"global_clipnorm": 1.0}, {"use_ema": True, "ema_momentum": 0.9},
    {"gradient_accumulation_steps": 3}, {"loss_scale_factor": 8.0},
    {"weight_decay": 0.05, "clipnorm": 0.5, "use_ema": True, "ema_momentum": 0.5, "gradient_accumulation_steps": 2, "loss_scale_factor": 2.0},
]  # fmt: skip


def of_tier_2():
    own = [
        ("Adagrad", {"learning_rate": 0.1}, [{}, {"initial_accumulator_value": 0.0}, {"initial_accumulator_value": 1.0, "epsilon": 1e-3}]),
        ("Adadelta", {"learning_rate": 0.5}, [{}, {"rho": 0.8}, {"epsilon": 1e-3}]),
        ("Adamax", {"learning_rate": 0.05}, [{}, {"beta_1": 0.5, "beta_2": 0.9}, {"epsilon": 1e-2}]),
        ("Nadam", {"learning_rate": 0.05}, [{}, {"beta_1": 0.5, "beta_2": 0.9}, {"epsilon": 1e-2}]),
        ("Lion", {"learning_rate": 0.01}, [{}, {"beta_1": 0.5, "beta_2": 0.9}, {"beta_1": 1.0}]),
    ]  # fmt: skip
    cases = []
    for name, args, variants in own:
        for extra in variants + EXTRAS:
            both = {**args, **extra}
            cases.append(base.case("more: " + common.call(name, both), name, both))
        cases.append(base.case(f"more: {name} defaults", name, {}))
        cases.append(base.case(f"more: {name} float64", name, args, dtype="float64"))
        cases.append(base.case(f"more: {name} of tiny gradients", name, args, scale=np.float32(1e-6)))
        cases.append(base.case(f"more: {name} of zero gradients", name, args, scale=np.float32(0)))
        decay = {"class": "InverseTimeDecay", "args": {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5}}
        cases.append(base.case(f"more: {name} with a schedule", name, {}, schedule=decay))
        cases.append(base.case(f"more: {name} with constraints", name, args, constraints=("MaxNorm", "NonNeg")))
        cases.append(base.case(f"more: {name} without decay of the bias", name, {**args, "weight_decay": 0.1}, excluded=["bias"]))
    return cases


def of_tier_1():
    restarts = {"class": "CosineDecayRestarts", "args": {"initial_learning_rate": 0.1, "first_decay_steps": 4}}
    table = [
        ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}), ("Adam", {"learning_rate": 0.05, "amsgrad": True}),
        ("AdamW", {"learning_rate": 0.05}), ("RMSprop", {"learning_rate": 0.01, "momentum": 0.9, "centered": True}),
    ]  # fmt: skip
    more = EXTRAS[5:] + [{"gradient_accumulation_steps": 5, "use_ema": True, "ema_overwrite_frequency": 2, "ema_momentum": 0.5}, {"gradient_accumulation_steps": 7, "clipvalue": 0.1}]
    cases = [base.case("more: " + common.call(name, {**args, **extra}), name, {**args, **extra}) for name, args in table for extra in more]
    for name, args in table:
        steps = {k: v for k, v in args.items() if k != "learning_rate"}
        cases.append(base.case(f"more: {name} with restarts, accumulating", name, {**steps, "gradient_accumulation_steps": 2}, schedule=restarts))
        cases.append(base.case(f"more: {name} float64, accumulating", name, {**args, "gradient_accumulation_steps": 3}, dtype="float64"))
    return cases


def scaled():
    """LossScaleOptimizer around another: gradients come multiplied by the scale, at some steps not finite."""
    cases = []
    for name, args, own in [
        ("SGD", {"learning_rate": 0.1, "momentum": 0.9}, {}), ("Adam", {"learning_rate": 0.05}, {"initial_scale": 4.0, "dynamic_growth_steps": 3}),
        ("RMSprop", {"learning_rate": 0.01, "clipnorm": 1.0}, {"initial_scale": 2.0**20, "dynamic_growth_steps": 1}), ("Lion", {"learning_rate": 0.01, "use_ema": True}, {"dynamic_growth_steps": 5}),
    ]:  # fmt: skip
        keras.backend.clear_session()
        made = keras.optimizers.LossScaleOptimizer(getattr(keras.optimizers, name)(**args), **own)
        variables = [keras.Variable(value, name=word) for value, word in zip(base.start(), ["kernel", "bias"])]
        made.build(variables)
        bad, scales, snapshots = {4: np.inf, 5: np.nan, 11: -np.inf}, [], []
        for step, grads in enumerate(base.given_gradients(), start=1):
            scale = np.float32(keras.ops.convert_to_numpy(made.scale_loss(np.float32(1))))
            scales.append(scale)
            grads = [g * scale for g in grads]
            if step in bad:
                grads[1] = grads[1].copy()
                grads[1][0] = bad[step]
            made.apply([tf.constant(g) for g in grads], variables)
            if step in base.SNAPSHOTS:
                snapshots.append({"step": step, **base.state(made, variables)})
        cases.append({
            "name": f"LossScaleOptimizer of {common.call(name, args)} {own}", "optimizer": name, "args": args, "scaling": own, "config": common.plain(made.get_config()),
            "not_finite": {str(k): str(v) for k, v in bad.items()}, "scales": scales, "snapshots": snapshots,
        })  # fmt: skip
    return cases


def schedule_cases():
    table = [
        ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 2.0}),
        ("InverseTimeDecay", {"initial_learning_rate": 1.0, "decay_steps": 100, "decay_rate": 0.1, "staircase": True}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 7, "t_mul": 1.5, "m_mul": 0.9}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 10, "t_mul": 2.0, "m_mul": 0.5, "alpha": 0.05}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 1, "t_mul": 3.0}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5, "t_mul": 1.0}),
        ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 30, "warmup_target": None, "warmup_steps": 10}),
        ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "alpha": 1.0}),
        ("PolynomialDecay", {"initial_learning_rate": 0.01, "decay_steps": 10, "end_learning_rate": 0.1, "power": 3.0}),
        ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 1.1}),
        ("PiecewiseConstantDecay", {"boundaries": [5, 6, 7], "values": [0.1, 0.2, 0.3, 0.4], "name": "mine"}),
    ]  # fmt: skip
    steps = list(range(0, 45)) + [69, 70, 71, 149, 150, 151, 1000]
    cases = []
    for name, args in table:
        made = getattr(base.schedules, name)(**args)
        values = [np.float32(keras.ops.convert_to_numpy(made(tf.constant(step, "int64")))) for step in steps]
        cases.append({"name": "more: " + common.call(name, args), "schedule": name, "args": args, "config": common.plain(made.get_config()), "steps": steps, "values": values})
    return cases


def run():
    return {
        "start": [tensor(v) for v in base.start()],
        "gradients": [{"step": i, "values": [tensor(g) for g in pair]} for i, pair in enumerate(base.given_gradients(), start=1)],
        "cases": of_tier_2() + of_tier_1(),
        "scaled": scaled(),
        "schedules": schedule_cases(),
    }
