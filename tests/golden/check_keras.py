#!/usr/bin/env python3
"""Has real Keras read what keratin wrote, and train in turn with it.

    python3 check_keras.py KERATIN_TESTS [FOLDER]

KERATIN_TESTS is the program of keratin's tests, whose hidden cases "[write-keras]" and "[train-keras]" are the other
side. Every model must predict the same in both, and a training that goes back and forth between the two must go as one
that Keras does alone.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "files"))

import make_keras  # noqa: E402
from make_keras import keras, np  # noqa: E402

STEPS = 3  # before the other side takes over
ROUNDS = ["sgd", "adam", "adamw", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "lion", "averages", "exponential_decay", "by_names"]
SHARDED = {"adam": 800 / 2**30}  # these go over as weights in several files, of at most so many GiB; the model does before it is trained


def run(program, case, folder):
    subprocess.run([program, case], env={**os.environ, "KERATIN_KERAS_FOLDER": str(folder)}, check=True, stdout=subprocess.PIPE)


def arrays(nodes):
    return [np.array(node["data"], dtype=node["dtype"]).reshape(node["shape"]) for node in nodes]


def check_predictions(folder):
    failures = []
    cases = json.loads((folder / "models.json").read_text())
    for case in cases:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                model = keras.models.load_model(folder / case["file"])
            inputs = arrays(case["inputs"])
            got = make_keras.predicted(model, inputs)
            expected = case["outputs"]
            if len(got) != len(expected):
                raise ValueError(f"{len(got)} outputs, keratin has {len(expected)}")
            for a, b in zip(got, expected):
                # The numbers in float32 are near 1, where they are not the tolerance grows with them.
                np.testing.assert_allclose(np.array(a["data"], float), np.array(b["data"], float), rtol=1e-5, atol=1e-5)
        except Exception as error:  # whatever Keras raises
            failures.append(f"{case['file']}: {type(error).__name__}: {str(error)[:600]}")
    print(f"keras files: {len(cases)} models that keratin wrote, {len(cases) - len(failures)} read by Keras with the same predictions")
    return failures


def prepared(name):
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    model = make_keras.TRAINED[name]()
    make_keras.scramble(model)
    return model


def hand_over(model, folder, name):
    if name in SHARDED:
        model.save_weights(folder / f"{name}.weights.json", max_shard_size=SHARDED[name])
    else:
        model.save(folder / f"{name}.keras")


def check_training(program, folder):
    unbroken, broken = {}, {}
    for name in ROUNDS:
        model = prepared(name)
        unbroken[name] = [make_keras.step(model, i) for i in range(4 * STEPS)]
        model = prepared(name)
        if name in SHARDED:
            model.optimizer.build(model.trainable_variables)  # Keras warns of its own file otherwise
            model.save(folder / f"{name}.keras")
        broken[name] = [make_keras.step(model, i) for i in range(STEPS)]
        hand_over(model, folder, name)
    for turn in (1, 3):
        tasks = [{"file": f"{name}.keras", "first": turn * STEPS, "steps": STEPS, "shards_of": SHARDED.get(name)} for name in ROUNDS]
        (folder / "train.json").write_text(json.dumps(tasks))
        run(program, "[train-keras]", folder)
        for name in ROUNDS:
            broken[name] += json.loads((folder / f"{name}.keras.json").read_text())
            if turn == 3:
                continue
            keras.utils.clear_session()
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                model = keras.models.load_model(folder / f"{name}.keras")
                if name in SHARDED:
                    model.load_weights(folder / f"{name}.weights.json")
            broken[name] += [make_keras.step(model, i) for i in range(2 * STEPS, 3 * STEPS)]
            hand_over(model, folder, name)
    failures = []
    for name in ROUNDS:
        worst = max(abs(a - b) / max(1, abs(b)) for a, b in zip(broken[name], unbroken[name], strict=True))
        if worst > 1e-4:
            failures.append(f"training back and forth, {name}: losses differ by {worst:.2g}: {broken[name]} for {unbroken[name]}")
    print(f"keras files: {len(ROUNDS)} trainings back and forth, {len(ROUNDS) - len(failures)} as those of Keras alone; of {len(SHARDED)} the weights went in shards")
    return failures


def difference(got, expected):
    """The largest one, relative to the largest number."""
    a, b = (np.array(y[0]["data"], float) for y in (got, expected))
    if not a.shape == b.shape == (1000,) or not np.std(b) > 0.1 * np.max(np.abs(b)):
        raise ValueError(f"outputs of shapes {a.shape} and {b.shape} that say little: {b[:3]}..")
    return np.max(np.abs(a - b)) / np.max(np.abs(b))


def check_nets(program, folder):
    """Whole networks of keras.applications and keratin's own, with all their weights, both ways. They end before the softmax, which
    would make one and zeros of most weights that nobody trained."""
    nets = {"vgg16": keras.applications.VGG16, "resnet50": keras.applications.ResNet50, "mobilenet_v2": keras.applications.MobileNetV2}
    run(program, "[write-nets]", folder)
    read = {}
    for case in json.loads((folder / "models.json").read_text()):
        keras.utils.clear_session()
        net = keras.models.load_model(folder / case["file"])
        read[case["file"].split("_", 1)[1].removesuffix(".keras")] = difference(make_keras.predicted(net, arrays(case["inputs"])), case["outputs"])
        (folder / case["file"]).unlink()
    tasks, expected = [], {}
    for name, make in nets.items():
        keras.utils.clear_session()
        keras.utils.set_random_seed(1)
        net = make(weights=None, classifier_activation=None)
        for i, weight in enumerate(net.weights):
            if len(weight.shape) == 1:  # biases and statistics, which start at 0 and 1; the kernels are random
                offset = 1 if weight.name in ("gamma", "moving_variance") else 0
                weight.assign(make_keras.common.scrambled(weight.shape, i) / 8 + offset)
        net.save(folder / f"{name}.keras")
        specs, images = make_keras.given(net.inputs, batch=1)
        tasks.append({"file": f"{name}.keras", "inputs": specs})
        expected[name] = make_keras.predicted(net, images)
    (folder / "nets.json").write_text(json.dumps(tasks))
    run(program, "[predict-nets]", folder)
    failures = []
    for name in nets:
        within = difference(json.loads((folder / f"{name}.keras.json").read_text()), expected[name])
        print(f"keras files: {name}, whole: Keras reads keratin's within {read[name]:.2g}, keratin Keras's within {within:.2g}")
        if not max(read[name], within) < 1e-5:
            failures.append(f"{name}, whole: predictions differ")
    return failures


def main(program, folder):
    run(program, "[write-keras]", folder)
    failures = check_predictions(folder) + check_training(program, folder)
    if "KERATIN_KERAS_ALL" in os.environ:
        with tempfile.TemporaryDirectory() as nets:
            failures += check_nets(program, pathlib.Path(nets))
    for line in failures:
        print(line)
    if failures:
        sys.exit(f"{len(failures)} files do not travel between keratin and Keras")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(sys.argv[1], pathlib.Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as directory:
            main(sys.argv[1], pathlib.Path(directory))
