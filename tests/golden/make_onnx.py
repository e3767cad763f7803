#!/usr/bin/env python3
"""Writes tests/golden/files/onnx: graphs as PyTorch's exporter writes them (NCHW, explicit pads, weights of Gemm turned),
with an input and what ONNX Runtime computes of it.

    python3 make_onnx.py
"""

import pathlib

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).resolve().parent / "files" / "onnx"


class Graph:
    """Nodes and weights, named as torch.onnx does."""

    def __init__(self, name, shape, batch="batch"):
        self.name, self.nodes, self.weights, self.random = name, [], [], numpy.random.RandomState(len(name))
        self.shape = shape
        self.input = helper.make_tensor_value_info("input", TensorProto.FLOAT, [batch, *shape])

    def weight(self, shape, scale=None, offset=0.0):
        fan_in = int(numpy.prod(shape[1:])) or 1
        scale = scale if scale is not None else 1 / numpy.sqrt(fan_in)
        return self.constant((self.random.uniform(-1, 1, shape) * scale + offset).astype("float32"))

    def constant(self, array):
        name = f"onnx::w_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(numpy.asarray(array), name))
        return name

    def node(self, op, *inputs, outputs=1, **attributes):
        number = len(self.nodes)
        names = [f"/{self.name}/{op}_{number}_output_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, list(inputs), names, name=f"/{self.name}/{op}_{number}", **attributes))
        return names[0] if outputs == 1 else names

    def conv(self, x, into, out, kernel, stride=1, pad=0, groups=1, bias=True):
        inputs = [x, self.weight([out, into // groups, kernel, kernel])] + ([self.weight([out])] if bias else [])
        return self.node("Conv", *inputs, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4,
                         dilations=[1, 1], group=groups)

    def norm(self, x, channels):
        return self.node("BatchNormalization", x, self.weight([channels], 0.2, 1.0), self.weight([channels], 0.2),
                         self.weight([channels], 0.2), self.weight([channels], 0.2, 1.0), epsilon=1e-5, momentum=0.9)

    def linear(self, x, into, out):
        return self.node("Gemm", x, self.weight([out, into]), self.weight([out]), alpha=1.0, beta=1.0, transB=1)

    def pool(self, op, x, kernel, stride, pad=0, **more):
        return self.node(op, x, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4, **more)

    def write(self, y, batch=2):
        output = helper.make_tensor_value_info(y, TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "main_graph", [self.input], [output], self.weights)
        model = helper.make_model(graph, producer_name="pytorch", producer_version="2.3.0", ir_version=8,
                                  opset_imports=[helper.make_opsetid("", 17)])
        model = onnx.shape_inference.infer_shapes(model)
        onnx.checker.check_model(model, full_check=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        onnx.save(model, FOLDER / f"{self.name}.onnx")
        x = numpy.random.RandomState(1).uniform(-1, 1, [batch, *self.shape]).astype("float32")
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        expected = session.run(None, {"input": x})[0]
        for suffix, array in (("input", x), ("output", expected)):
            (FOLDER / f"{self.name}.{suffix}.pb").write_bytes(numpy_helper.from_array(array).SerializeToString())


def lenet():
    g = Graph("lenet", [1, 28, 28])
    x = g.pool("MaxPool", g.node("Relu", g.conv("input", 1, 6, 5, pad=2)), 2, 2)
    x = g.pool("MaxPool", g.node("Relu", g.conv(x, 6, 8, 5)), 2, 2)
    # x.view(x.size(0), -1)
    size = g.node("Gather", g.node("Shape", x), g.constant(numpy.int64(0)), axis=0)
    ends = [g.node("Unsqueeze", one, g.constant(numpy.array([0], "int64"))) for one in (size, g.constant(numpy.int64(-1)))]
    x = g.node("Reshape", x, g.node("Concat", *ends, axis=0))
    x = g.node("Relu", g.linear(x, 200, 20))
    g.write(g.linear(x, 20, 10))


def resnet():
    g = Graph("resnet", [3, 16, 16])
    x = g.pool("MaxPool", g.node("Relu", g.norm(g.conv("input", 3, 8, 7, 2, 3, bias=False), 8)), 3, 2, 1)
    y = g.node("Relu", g.norm(g.conv(x, 8, 8, 3, 1, 1, bias=False), 8))
    x = g.node("Relu", g.node("Add", g.norm(g.conv(y, 8, 8, 3, 1, 1, bias=False), 8), x))
    y = g.node("Relu", g.norm(g.conv(x, 8, 12, 3, 2, 1, bias=False), 12))
    y = g.norm(g.conv(y, 12, 12, 3, 1, 1, bias=False), 12)
    x = g.node("Relu", g.node("Add", y, g.norm(g.conv(x, 8, 12, 1, 2, bias=False), 12)))
    x = g.node("Flatten", g.node("GlobalAveragePool", x), axis=1)
    g.write(g.node("Softmax", g.linear(x, 12, 5), axis=1))


def mobilenet():
    g = Graph("mobilenet", [3, 12, 12])

    def relu6(x):
        return g.node("Clip", x, g.constant(numpy.float32(0)), g.constant(numpy.float32(6)))

    x = relu6(g.norm(g.conv("input", 3, 8, 3, 2, 1, bias=False), 8))
    y = relu6(g.norm(g.conv(x, 8, 16, 1, bias=False), 16))
    y = relu6(g.norm(g.conv(y, 16, 16, 3, 1, 1, groups=16, bias=False), 16))
    x = g.node("Add", x, g.norm(g.conv(y, 16, 8, 1, bias=False), 8))
    x = g.node("HardSwish", g.conv(x, 8, 16, 3, 2, 1, groups=8))
    # squeeze and excite
    s = g.node("ReduceMean", x, axes=[2, 3], keepdims=1)
    s = g.node("HardSigmoid", g.conv(g.node("Relu", g.conv(s, 16, 4, 1)), 4, 16, 1), alpha=1 / 6, beta=0.5)
    x = g.node("ReduceMean", g.node("Mul", x, s), axes=[-1, -2], keepdims=0)
    g.write(g.linear(x, 16, 4))


def inception():
    g = Graph("inception", [4, 10, 9])
    a = g.node("Relu", g.conv("input", 4, 4, 1))
    b = g.node("Relu", g.conv(g.node("Relu", g.conv("input", 4, 3, 1)), 3, 6, 3, 1, 1))
    c = g.node("LeakyRelu", g.conv("input", 4, 2, 5, 1, 2), alpha=0.01)
    d = g.conv(g.pool("AveragePool", "input", 3, 1, 1, count_include_pad=1), 4, 2, 1)
    e = g.node("Slice", "input", *[g.constant(numpy.array([n], "int64")) for n in (1, 3, 1, 1)])
    x = g.node("Concat", a, b, c, d, e, axis=1)
    x = g.pool("MaxPool", x, 3, 2, 0, ceil_mode=1)
    x = g.node("Dropout", g.node("Flatten", x, axis=1))
    g.write(g.linear(x, 16 * 5 * 4, 6))


def unet():
    g = Graph("unet", [2, 12, 16])
    down = g.node("Relu", g.conv("input", 2, 6, 3, 1, 1))
    deep = g.node("Relu", g.conv(g.pool("MaxPool", down, 2, 2), 6, 8, 3, 1, 1))
    up = g.node("ConvTranspose", deep, g.weight([8, 6, 2, 2]), g.weight([6]), kernel_shape=[2, 2], strides=[2, 2],
                pads=[0] * 4, dilations=[1, 1], group=1)
    other = g.node("ConvTranspose", deep, g.weight([8, 3, 3, 3]), kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4,
                   output_padding=[1, 1], dilations=[1, 1], group=1)
    sized = g.node("Resize", deep, "", g.constant(numpy.array([1, 1, 2, 2], "float32")), mode="nearest",
                   coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    smooth = g.node("Resize", deep, "", g.constant(numpy.array([1, 1, 2, 2], "float32")), mode="linear",
                    coordinate_transformation_mode="half_pixel")
    x = g.node("Concat", down, up, other, sized, smooth, axis=1)
    x = g.node("Relu", g.conv(x, 31, 6, 3, 1, 1))
    g.write(g.node("Sigmoid", g.conv(x, 6, 1, 1)))


def mlp():
    g = Graph("mlp", [7])
    x = g.node("Tanh", g.linear("input", 7, 9))
    w, b = g.weight([9, 5]), g.weight([5])
    x = g.node("Add", b, g.node("MatMul", x, w))  # as exported of rank 3
    x = g.node("Mul", x, g.node("Sigmoid", x))
    g.write(g.node("LogSoftmax", g.linear(x, 5, 3), axis=-1))


def sequences():
    """An LSTM that is batch_first, over what convolutions of sequences make."""
    g = Graph("sequences", [3, 11])
    x = g.node("Conv", "input", g.weight([6, 3, 3]), g.weight([6]), kernel_shape=[3], strides=[1], pads=[1, 1],
               dilations=[1], group=1)
    x = g.node("Transpose", g.node("Relu", x), perm=[2, 0, 1])  # (steps, batch, features)
    y, _, _ = g.node("LSTM", x, g.weight([2, 16, 6]), g.weight([2, 16, 4]), g.weight([2, 32]), hidden_size=4,
                     direction="bidirectional", outputs=3)
    y = g.node("Transpose", y, perm=[0, 2, 1, 3])
    y = g.node("Reshape", y, g.constant(numpy.array([0, 0, -1], "int64")))
    y = g.node("Gather", y, g.constant(numpy.int64(-1)), axis=0)
    g.write(g.linear(y, 8, 2))


if __name__ == "__main__":
    for make in (lenet, resnet, mobilenet, inception, unet, mlp, sequences):
        make()
