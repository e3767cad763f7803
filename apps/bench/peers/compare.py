#!/usr/bin/env python3
"""Times the same work in keratin and in its peers, taking turns, and prints one table of ratios.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python compare.py --bench ../../../build/apps/bench/keratin-bench --markdown table.md

Every case is prepared in all libraries; then they run one after the other, --rounds times, so that a machine that
grows slower or faster does so for all of them. The best round of each counts. `--onednn PROGRAM` adds oneDNN itself
for the convolutions.
"""

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = {
    "PyTorch": ["torch_worker.py", "eager"],
    "PyTorch compiled": ["torch_worker.py", "compile"],
    "TensorFlow": ["keras_worker.py", "plain"],
    "TensorFlow XLA": ["keras_worker.py", "xla"],
    "JAX": ["jax_worker.py"],
}
CASES = [f"lenet5/{action}/batch:{batch}" for action in ("train", "predict") for batch in (1, 8, 32, 64, 128, 256, 1024)]
CASES += [f"{net}/{action}/batch:32" for net in ("vgg", "resnet20", "mobilenet") for action in ("train", "predict")]


class Worker:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE)
        self.works = self.answer() == "ready"

    def answer(self):
        return (self.process.stdout.readline() or "failed").strip()

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return "failed"
        return self.answer()

    def prepare(self, case):
        answer = self.ask("prepare " + case)
        if answer != "ready":
            print(f"  {case}: {answer}", file=sys.stderr)
        return answer == "ready"

    def time(self, seconds):
        return float(self.ask(f"time {seconds}"))


class Keratin:
    works = True

    def __init__(self, program, threads):
        self.program, self.threads = program, threads

    def prepare(self, case):
        self.case = case
        return True

    def time(self, seconds):
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            command = [self.program, "--filter", self.case, "--threads", str(self.threads), "--json", file.name]
            command += ["--seconds", str(seconds), "--repetitions", "1"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.record = json.load(open(file.name))[0]
        return self.record["seconds_per_step"]


def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def text_of(seconds):
    return "" if seconds is None else f"{seconds * 1e6:.0f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", required=True, help="keratin-bench")
    parser.add_argument("--onednn", help="the program made of onednn.cpp")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--cases", default=",".join(CASES), help="separated by commas; 'conv' stands for all convolutions")
    parser.add_argument("--markdown", help="write the table to this file")
    options = parser.parse_args()

    sys.path.insert(0, HERE)
    import worker

    passes = ("forward", "dx", "dw")
    conv = [f"kernels/conv/{shape}/{what}" for shape in worker.SHAPES for what in passes]
    cases = [name for case in options.cases.split(",") for name in (conv if case == "conv" else [case])]
    contestants = {"keratin": Keratin(options.bench, options.threads)}
    for name in filter(None, options.peers.split(",")):
        script, *mode = PEERS[name]
        contestants[name] = Worker([sys.executable, os.path.join(HERE, script), str(options.threads), *mode])
    if options.onednn:
        contestants["oneDNN"] = Worker([options.onednn, str(options.threads)])

    head = ["case", "keratin", "of peak", *[name for name in contestants if name != "keratin"], "best peer / keratin"]
    rows = []
    for case in cases:
        ready = {name: one for name, one in contestants.items() if one.works and one.prepare(case)}
        best = dict.fromkeys(contestants)
        for _ in range(options.rounds):
            for name, one in ready.items():
                seconds = one.time(options.seconds)
                best[name] = min(seconds, best[name] or seconds)
        others = [seconds for name, seconds in best.items() if name != "keratin" and seconds]
        record = contestants["keratin"].record
        share = f"{record['gflops'] * record['seconds_per_step'] / best['keratin'] / record['peak_gflops']:.0%}"
        ratio = f"{min(others) / best['keratin']:.2f}" if others else ""
        rows.append([case, text_of(best["keratin"]), share, *[text_of(best[n]) for n in contestants if n != "keratin"], ratio])
        print(" | ".join(rows[-1]), flush=True)
    for one in contestants.values():
        if isinstance(one, Worker):
            one.ask("quit")

    lines = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]]
    packages = {"PyTorch": "torch", "TensorFlow": "tensorflow-cpu", "JAX": "jax"}
    used = [package for peer, package in packages.items() if any(name.startswith(peer) for name in contestants)]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in used)
    lines.append(f"\n{datetime.date.today()}, {processor()}, {options.threads} threads{'; ' if used else ''}{versions}.")
    print("\n".join(lines))
    if options.markdown:
        with open(options.markdown, "w") as file:
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
