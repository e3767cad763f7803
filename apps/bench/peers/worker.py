"""What the workers share: how a case is named, and the loop that times steps when told to.

A worker is a process that stays idle until the driver (compare.py) writes a line to it:
`prepare NAME` makes the step `NAME` names and runs it until it is warm, `time SECONDS` runs it for so long and
answers the seconds of the fastest tenth of the steps, `quit` ends it. So several libraries take turns on a
machine without sharing it.
"""

import re
import sys
import time

SHAPES = {  # name: batch, side, in, out, kernel, stride, same, groups; as in apps/bench/kernels.cpp
    "1-6-5x5-28": (128, 28, 1, 6, 5, 1, True, 1),
    "6-16-5x5-14": (128, 14, 6, 16, 5, 1, False, 1),
    "3-32-3x3-32": (32, 32, 3, 32, 3, 1, True, 1),
    "64-64-3x3-32": (8, 32, 64, 64, 3, 1, True, 1),
    "128-128-3x3-16": (8, 16, 128, 128, 3, 1, True, 1),
    "256-256-3x3-8": (8, 8, 256, 256, 3, 1, True, 1),
    "256-64-1x1-14": (16, 14, 256, 64, 1, 1, True, 1),
    "3-64-7x7s2-224": (2, 224, 3, 64, 7, 2, True, 1),
    "128-128-3x3s2-28": (8, 28, 128, 128, 3, 2, True, 1),
    "depthwise-256-3x3-16": (16, 16, 256, 256, 3, 1, True, 256),
    "depthwise-32-3x3-32": (32, 32, 32, 32, 3, 1, True, 32),
    "depthwise-128-3x3s2-16": (32, 16, 128, 128, 3, 2, True, 128),
    "depthwise-512-3x3-4": (32, 4, 512, 512, 3, 1, True, 512),
}
IMAGES = {"lenet5": (28, 1), "lenet5-classic": (28, 1), "vgg": (32, 3), "resnet20": (32, 3), "mobilenet": (32, 3)}
MOBILENET = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1)]


def parse(name):
    """("lenet5", "train", 128) of "lenet5/train/batch:128"."""
    net, action, batch = re.fullmatch(r"([\w-]+)/(train|predict)/batch:(\d+)", name).groups()
    return net, action, int(batch)


def serve(make_step):
    """Answers the driver; make_step(name) gives a function that does one step and returns when it is done."""
    step = None
    print("ready", flush=True)
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "quit":
            break
        if command == "prepare":
            try:
                step = make_step(argument)
                end = time.perf_counter() + 1.0
                for i in range(1000):
                    step()
                    if i >= 5 and time.perf_counter() > end:
                        break
                print("ready", flush=True)
            except Exception as error:  # a peer that cannot do a case is left out of its row
                print("failed", type(error).__name__, str(error).replace("\n", " ")[:200], flush=True)
        elif command == "time":
            times, end = [], time.perf_counter() + float(argument)
            while len(times) < 3 or time.perf_counter() < end:
                start = time.perf_counter()
                step()
                times.append(time.perf_counter() - start)
            times.sort()
            fastest = times[: max(1, len(times) // 10)]
            print(sum(fastest) / len(fastest), flush=True)
