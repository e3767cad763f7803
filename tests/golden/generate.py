#!/usr/bin/env python3
"""Writes the golden numbers: runs real Keras and stores what it says as JSON next to this script.

    python3 generate.py               all families
    python3 generate.py losses text   these only
"""

import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
FAMILIES = [
    "losses",
    "optimizers",
    "layers",
    "ops",
    "metrics",
    "text",
    "training",
    "initializers",
    "functional",
    "graphs",
    "recurrent",
    "attention",
    "layers_extra",
    "layers_norm",
    "layers_preprocessing",
    "more_losses",
    "more_metrics",
    "more_optimizers",
    "tensorboard",
    "mixed",
    "data",
    "architectures",
    "calls",
    "operations",
    "whole_nets",
    "names",
    "public_names",
]


def main(names):
    from families import common

    for name in names or FAMILIES:
        content = importlib.import_module(f"families.{name}").run()
        common.check_names(content)
        text = common.render(content)
        (HERE / f"{name}.json").write_text(text, encoding="utf-8")
        counts = ", ".join(f"{len(value)} {key}" for key, value in content.items() if isinstance(value, list))
        print(f"{name}.json: {counts}, {len(text)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
