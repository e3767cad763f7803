"""PyTorch: eager with channels_last, or compiled. Usage: torch_worker.py THREADS eager|compile"""

import sys

import torch
from torch import nn

import worker

torch.set_num_threads(int(sys.argv[1]))
torch.set_num_interop_threads(1)
torch.manual_seed(1)
COMPILED = sys.argv[2] == "compile"


def lenet5(modern):
    act = nn.ReLU if modern else nn.Tanh
    pool = nn.MaxPool2d if modern else nn.AvgPool2d
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), act(), pool(2), nn.Conv2d(6, 16, 5), act(), pool(2), nn.Flatten(),
        nn.Linear(400, 120), act(), nn.Linear(120, 84), act(), nn.Linear(84, 10))  # fmt: skip


def vgg():
    layers, channels = [], 3
    for filters in (64, 128, 256):
        for _ in range(2):
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(256 * 16, 256), nn.ReLU(), nn.Linear(256, 10))


def conv_norm(channels, filters, kernel, stride=1, groups=1):
    conv = nn.Conv2d(channels, filters, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(filters))


class Residual(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.first = conv_norm(channels, filters, 3, stride)
        self.second = conv_norm(filters, filters, 3)
        self.shortcut = conv_norm(channels, filters, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x):
        h = self.second(torch.relu(self.first(x)))
        return torch.relu(h + self.shortcut(x))


def resnet20():
    layers, channels = [conv_norm(3, 16, 3), nn.ReLU()], 16
    for filters in (16, 32, 64):
        for i in range(3):
            layers.append(Residual(channels, filters, 2 if i == 0 and filters > 16 else 1))
            channels = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def mobilenet():
    layers, channels = [conv_norm(3, 32, 3), nn.ReLU()], 32
    for filters, stride in worker.MOBILENET:
        layers += [conv_norm(channels, channels, 3, stride, channels), nn.ReLU()]
        layers += [conv_norm(channels, filters, 1), nn.ReLU()]
        channels = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


NETS = {"lenet5": lambda: lenet5(True), "lenet5-classic": lambda: lenet5(False), "vgg": vgg, "resnet20": resnet20, "mobilenet": mobilenet}


def conv_step(name):
    _, _, shape, action = name.split("/")
    batch, side, channels, filters, kernel, stride, same, groups = worker.SHAPES[shape]
    pad = kernel // 2 if same else 0
    x = torch.rand(batch, channels, side, side).to(memory_format=torch.channels_last)
    w = torch.rand(filters, channels // groups, kernel, kernel).to(memory_format=torch.channels_last)
    b = torch.rand(filters)
    y = nn.functional.conv2d(x, w, b, stride, pad, 1, groups)
    dy = torch.rand_like(y)
    if action == "forward":
        with torch.inference_mode():
            return torch.inference_mode()(lambda: nn.functional.conv2d(x, w, b, stride, pad, 1, groups))
    mask = (action == "dx", action == "dw", False)
    args = (None, (stride, stride), (pad, pad), (1, 1), False, (0, 0), groups, mask)
    return lambda: torch.ops.aten.convolution_backward(dy, x, w, *args)


def make_step(name):
    if name.startswith("kernels/conv/"):
        return conv_step(name)
    net, action, batch = worker.parse(name)
    side, channels = worker.IMAGES[net]
    model = NETS[net]().to(memory_format=torch.channels_last)
    x = torch.rand(batch, channels, side, side).to(memory_format=torch.channels_last)
    y = torch.randint(0, 10, (batch,))
    if action == "predict":
        model.eval()
        run = torch.compile(model) if COMPILED else model

        @torch.inference_mode()
        def predict():
            return torch.softmax(run(x), -1)

        return predict
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True)

    def loss_of(x, y):
        return nn.functional.cross_entropy(model(x), y)

    compiled = torch.compile(loss_of) if COMPILED else loss_of

    def train():
        optimizer.zero_grad(set_to_none=True)
        loss = compiled(x, y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return train


worker.serve(make_step)
