#!/usr/bin/env python3
"""Runs real Keras again and compares what it says with the committed numbers, up to the noise of floating point.

    python3 check.py ops initializers
"""

import importlib
import json
import math
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
RTOL, ATOL = 1e-4, 1e-6  # another processor sums in another order


def differences(now, then, place):
    """Where two JSON values differ, each as a line of text."""
    if type(now) is not type(then) and not (isinstance(now, (int, float)) and isinstance(then, (int, float))):
        yield f"{place}: {now!r:.60} now, {then!r:.60} committed"
    elif isinstance(now, dict):
        for key in sorted(now.keys() | then.keys()):
            if key not in now or key not in then:
                yield f"{place}.{key}: {'new' if key in now else 'no longer there'}"
            else:
                yield from differences(now[key], then[key], f"{place}.{key}")
    elif isinstance(now, list):
        if len(now) != len(then):
            yield f"{place}: {len(now)} entries now, {len(then)} committed"
        for i, (a, b) in enumerate(zip(now, then)):
            name = a.get("name", i) if isinstance(a, dict) else i
            yield from differences(a, b, f"{place}[{name}]")
    elif isinstance(now, float) or isinstance(then, float):
        if not math.isclose(now, then, rel_tol=RTOL, abs_tol=ATOL):
            yield f"{place}: {now} now, {then} committed"
    elif now != then:
        yield f"{place}: {now!r:.60} now, {then!r:.60} committed"


def main(families):
    from families import common

    found = []
    for family in families:
        now = json.loads(common.render(importlib.import_module(f"families.{family}").run()))
        then = json.loads((HERE / f"{family}.json").read_text(encoding="utf-8"))
        found += differences(now, then, family)
        print(f"{family}.json: {sum(len(cases) for cases in now.values() if isinstance(cases, list))} entries compared")
    for line in found[:20]:
        print(line)
    if found:
        sys.exit(f"{len(found)} differences; write the files anew by generate.py if Keras is right")


if __name__ == "__main__":
    main(sys.argv[1:])
