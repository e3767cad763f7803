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


def check_training(program, folder):
    unbroken, broken = {}, {}
    for name in ROUNDS:
        model = prepared(name)
        unbroken[name] = [make_keras.step(model, i) for i in range(4 * STEPS)]
        model = prepared(name)
        broken[name] = [make_keras.step(model, i) for i in range(STEPS)]
        model.save(folder / f"{name}.keras")
    for turn in (1, 3):
        tasks = [{"file": f"{name}.keras", "first": turn * STEPS, "steps": STEPS} for name in ROUNDS]
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
            broken[name] += [make_keras.step(model, i) for i in range(2 * STEPS, 3 * STEPS)]
            model.save(folder / f"{name}.keras")
    failures = []
    for name in ROUNDS:
        worst = max(abs(a - b) / max(1, abs(b)) for a, b in zip(broken[name], unbroken[name], strict=True))
        if worst > 1e-4:
            failures.append(f"training back and forth, {name}: losses differ by {worst:.2g}: {broken[name]} for {unbroken[name]}")
    print(f"keras files: {len(ROUNDS)} trainings back and forth, {len(ROUNDS) - len(failures)} as those of Keras alone")
    return failures


def main(program, folder):
    run(program, "[write-keras]", folder)
    failures = check_predictions(folder) + check_training(program, folder)
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
