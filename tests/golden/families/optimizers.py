"""Optimizers: twenty steps with given gradients from one start; learning-rate schedules: their value at many steps."""

from . import common
from .common import keras, np, tensor, tf

SNAPSHOTS = [1, 2, 5, 20]
STEPS = 20
schedules = keras.optimizers.schedules


def start(dtype="float32"):
    g = common.rng(11)
    return [common.normal(g, (3, 2), dtype), common.normal(g, (2,), dtype)]


def given_gradients(dtype="float32"):
    """Of very different sizes, so that clipping by norm, by value and not at all all happen."""
    g = common.rng(12)
    sizes = [1.0, 0.1, 3.0, 1e-3, 10.0]
    steps = [[common.normal(g, (3, 2)), common.normal(g, (2,))] for _ in range(STEPS)]
    return [[(x * np.float32(sizes[i % 5])).astype(dtype) for x in pair] for i, pair in enumerate(steps)]


def state(optimizer, variables):
    return {
        "variables": [tensor(v) for v in variables],
        "optimizer_variables": [{"name": v.name, "path": v.path, "value": tensor(v)} for v in optimizer.variables],
    }


def case(name, optimizer, args, dtype="float32", schedule=None, excluded=None, learning_rates=None, constraints=(None, None), scale=1.0):
    """learning_rates: {step: value assigned before that step}; excluded: names without weight decay."""
    keras.backend.clear_session()
    given = dict(args)
    if schedule:
        given["learning_rate"] = getattr(schedules, schedule["class"])(**schedule["args"])
    made = getattr(keras.optimizers, optimizer)(**given)
    variables = [keras.Variable(value, name=word, dtype=dtype) for value, word in zip(start(dtype), ["kernel", "bias"])]
    for variable, rule in zip(variables, constraints):
        if rule:  # the constructor takes a constraint and forgets it
            variable.constraint = getattr(keras.constraints, rule)()
    if excluded:
        made.exclude_from_weight_decay(var_names=excluded)
    made.build(variables)
    rates, snapshots = [], []
    for step, grads in enumerate(given_gradients(dtype), start=1):
        if learning_rates and step in learning_rates:
            made.learning_rate = learning_rates[step]
        rates.append(np.float32(made.learning_rate))
        made.apply([tf.constant(g * scale if scale != 1.0 else g) for g in grads], variables)
        if step in SNAPSHOTS:
            snapshots.append({"step": step, **state(made, variables)})
    result = {
        "name": name, "optimizer": optimizer, "args": args, "dtype": dtype, "schedule": schedule,
        "exclude_from_weight_decay": excluded, "assigned_learning_rates": learning_rates, "constraints": list(constraints), "gradient_scale": scale,
        "config": common.plain(made.get_config()), "learning_rates": rates, "snapshots": snapshots,
    }  # fmt: skip
    if args.get("use_ema"):
        made.finalize_variable_values(variables)
        result["finalized"] = [tensor(v) for v in variables]
    return result


def optimizers():
    table = [
        ("SGD", {}), ("SGD", {"learning_rate": 0.1, "momentum": 0.9}), ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
        ("Adam", {}), ("Adam", {"learning_rate": 0.1, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3}), ("Adam", {"learning_rate": 0.1, "amsgrad": True}),
        ("AdamW", {}), ("AdamW", {"learning_rate": 0.1, "weight_decay": 0.1}), ("AdamW", {"learning_rate": 0.1, "weight_decay": 0.1, "amsgrad": True}),
        ("RMSprop", {}), ("RMSprop", {"learning_rate": 0.1, "rho": 0.8}), ("RMSprop", {"learning_rate": 0.01, "momentum": 0.9}),
        ("RMSprop", {"learning_rate": 0.01, "centered": True}), ("RMSprop", {"learning_rate": 0.01, "momentum": 0.9, "centered": True}),
        ("Adagrad", {"learning_rate": 0.1}), ("Adadelta", {"learning_rate": 1.0}), ("Adamax", {"learning_rate": 0.1}), ("Nadam", {"learning_rate": 0.1}), ("Lion", {"learning_rate": 0.01}),
    ]  # fmt: skip
    extras = [
        {"weight_decay": 0.05}, {"clipnorm": 1.0}, {"clipvalue": 0.5}, {"global_clipnorm": 1.0}, {"use_ema": True},
        {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 3}, {"gradient_accumulation_steps": 4},
        {"weight_decay": 0.05, "clipnorm": 0.5, "use_ema": True, "ema_momentum": 0.9},
    ]  # fmt: skip
    bases = [("SGD", {"learning_rate": 0.1, "momentum": 0.9}), ("Adam", {"learning_rate": 0.1}), ("AdamW", {"learning_rate": 0.1}), ("RMSprop", {"learning_rate": 0.01})]
    table += [(name, {**args, **extra}) for name, args in bases for extra in extras]
    cases = [case(common.call(name, args), name, args) for name, args in table]
    doubles = [("SGD", {"learning_rate": 0.1, "momentum": 0.9}), ("Adam", {"learning_rate": 0.1}), ("RMSprop", {"learning_rate": 0.01, "centered": True})]
    cases += [case(common.call(name, args) + " float64", name, args, dtype="float64") for name, args in doubles]
    return cases


def special():
    rates = {4: 0.01, 10: 0.5}
    decay = {"class": "ExponentialDecay", "args": {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5}}
    steps = {"class": "PiecewiseConstantDecay", "args": {"boundaries": [3, 10], "values": [0.1, 0.05, 0.01]}}
    momentum = {"momentum": 0.9}
    return [
        case("SGD momentum, learning rate assigned on the way", "SGD", {"learning_rate": 0.1, **momentum}, learning_rates=rates),
        case("SGD nesterov, learning rate assigned on the way", "SGD", {"learning_rate": 0.1, "nesterov": True, **momentum}, learning_rates=rates),
        case("SGD momentum with ExponentialDecay", "SGD", momentum, schedule=decay),
        case("Adam with PiecewiseConstantDecay", "Adam", {}, schedule=steps),
        case("AdamW with ExponentialDecay: the decay of weights follows the rate", "AdamW", {"weight_decay": 0.1}, schedule=decay),
        case("AdamW without decay of the bias", "AdamW", {"learning_rate": 0.1, "weight_decay": 0.1}, excluded=["bias"]),
        case("SGD weight decay without decay of the bias", "SGD", {"learning_rate": 0.1, "weight_decay": 0.1}, excluded=["bias"]),
        case("Adam with tiny gradients: epsilon matters", "Adam", {"learning_rate": 0.1}, scale=np.float32(1e-7)),
        case("RMSprop with tiny gradients: epsilon matters", "RMSprop", {"learning_rate": 0.01}, scale=np.float32(1e-4)),
        case("SGD with constraints NonNeg and UnitNorm", "SGD", {"learning_rate": 0.1}, constraints=("NonNeg", "UnitNorm")),
        case("Adam with the kernel of unit norm", "Adam", {"learning_rate": 0.1}, constraints=("UnitNorm", None)),
        case("Adam with zero gradients", "Adam", {"learning_rate": 0.1}, scale=np.float32(0)),
        case("AdamW with zero gradients: only decay", "AdamW", {"learning_rate": 0.1, "weight_decay": 0.1}, scale=np.float32(0)),
    ]


def schedule_cases():
    table = [
        ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9}),
        ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9, "staircase": True}),
        ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 1000, "decay_rate": 0.96}),
        ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 50}),
        ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 50, "alpha": 0.1}),
        ("CosineDecay", {"initial_learning_rate": 0.0, "decay_steps": 50, "warmup_target": 0.1, "warmup_steps": 20}),
        ("CosineDecay", {"initial_learning_rate": 0.01, "decay_steps": 50, "alpha": 0.2, "warmup_target": 0.1, "warmup_steps": 20}),
        ("PiecewiseConstantDecay", {"boundaries": [10, 20], "values": [0.1, 0.05, 0.01]}),
        ("PiecewiseConstantDecay", {"boundaries": [0], "values": [1.0, 0.5]}),
        ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 20}),
        ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "end_learning_rate": 0.01, "power": 2.0}),
        ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "end_learning_rate": 0.01, "power": 0.5, "cycle": True}),
        ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "cycle": True}),
        ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
        ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "staircase": True}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 10}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 10, "t_mul": 1.0, "m_mul": 0.5, "alpha": 0.1}),
    ]  # fmt: skip
    steps = list(range(0, 32)) + [39, 40, 41, 49, 50, 51, 69, 70, 71, 99, 100, 101, 1000, 12345]
    cases = []
    for name, args in table:
        made = getattr(schedules, name)(**args)
        values = [np.float32(keras.ops.convert_to_numpy(made(tf.constant(step, "int64")))) for step in steps]
        cases.append({"name": common.call(name, args), "schedule": name, "args": args, "config": common.plain(made.get_config()), "steps": steps, "values": values})
    return cases


def run():
    return {
        "start": [tensor(v) for v in start()],
        "gradients": [{"step": i, "values": [tensor(g) for g in pair]} for i, pair in enumerate(given_gradients(), start=1)],
        "cases": optimizers() + special(),
        "schedules": schedule_cases(),
    }
