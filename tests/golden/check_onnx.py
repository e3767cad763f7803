#!/usr/bin/env python3
"""Checks what keratin writes as ONNX with ONNX's own checker, runs it in ONNX Runtime, and compares the outputs with
keratin's. DIRECTORY is where the hidden test case [onnx_files] has written to.

    KERATIN_ONNX_DIRECTORY=DIRECTORY build/tests/keratin_tests "[onnx_files]"
    python3 check_onnx.py DIRECTORY
"""

import collections
import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime

TOLERANCE = 1e-5  # of the difference, relative where numbers are above 1
DTYPES = {"F32": "float32", "F64": "float64", "I32": "int32", "I64": "int64", "U8": "uint8", "BOOL": "bool"}


def tensors(path):
    """The tensors of a safetensors file, by name."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    found = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        found[name] = numpy.frombuffer(content[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return found


def difference(ours, theirs):
    if ours.shape != theirs.shape:
        return f"shape {theirs.shape}, not {ours.shape}"
    if ours.size == 0:
        return 0.0
    a, b = ours.astype("float64"), theirs.astype("float64")
    return float(numpy.max(numpy.abs(a - b) / numpy.maximum(1, numpy.abs(a))))


def compared(path):
    """The largest difference between keratin and ONNX Runtime, and the numbers of nodes and transpositions."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    assert inferred.graph.output == model.graph.output or len(inferred.graph.output) == len(model.graph.output)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    ours = tensors(path.with_suffix(".safetensors"))
    feeds = {put.name: ours[f"input{i}"] for i, put in enumerate(session.get_inputs())}
    worst = 0.0
    for i, result in enumerate(session.run(None, feeds)):
        one = difference(ours[f"output{i}"], result)
        if isinstance(one, str) or numpy.isnan(one):
            return one, model
        worst = max(worst, one)
    return worst, model


def main(directory):
    passed, failures, refused, opsets = collections.Counter(), [], [], collections.Counter()
    worst = 0.0
    for text in sorted(pathlib.Path(directory).glob("*.txt")):
        name, reason = text.read_text(encoding="utf-8").splitlines()[:2]
        if reason:
            refused.append(f"{name}: {reason.split('ONNX: ')[-1]}")
            continue
        try:
            one, model = compared(text.with_suffix(".onnx"))
        except Exception as error:  # noqa: BLE001: whatever ONNX says of the file
            failures.append(f"{name}: {type(error).__name__}: {str(error)[:300]}")
            continue
        if isinstance(one, str) or not one <= TOLERANCE:
            failures.append(f"{name}: {one}")
            continue
        worst = max(worst, one)
        passed[name.split(",")[0]] += 1
        for node in model.graph.node:
            opsets[node.op_type] += 1
    print(f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}")
    print("\n".join(f"  {name:28} {count} configurations" for name, count in sorted(passed.items())))
    print("not expressible:\n" + "\n".join(f"  {line}" for line in refused))
    print(f"operators: {len(opsets)}: " + " ".join(sorted(opsets)))
    print(f"{sum(passed.values())} models pass, the largest difference is {worst:.2g}; {len(refused)} refused")
    if failures:
        sys.exit("\n".join(failures) + f"\n{len(failures)} models fail")


if __name__ == "__main__":
    main(sys.argv[1])
