"""JAX: jit of the whole step, parameters donated. Usage: jax_worker.py THREADS"""

import os
import sys

THREADS = int(sys.argv[1])
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])  # XLA's pool follows the processors it sees
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if THREADS > 1 else 'false'} intra_op_parallelism_threads={THREADS}"

import jax
import jax.numpy as jnp
from jax import lax

import worker

KEY = jax.random.PRNGKey(1)


class Maker:
    """Runs a net twice: once to make its parameters, in order of use, then under jit with those handed in."""

    def __init__(self, params=None, training=True):
        self.params, self.made, self.training = (iter(params) if params is not None else None), [], training

    def param(self, shape, scale):
        if self.params is not None:
            return next(self.params)
        self.made.append(scale * jax.random.normal(jax.random.fold_in(KEY, len(self.made)), shape))
        return self.made[-1]

    def conv(self, x, filters, kernel, stride=1, padding="SAME", bias=True, groups=1):
        fan_in = kernel * kernel * x.shape[-1] // groups
        w = self.param((kernel, kernel, x.shape[-1] // groups, filters), fan_in**-0.5)
        y = lax.conv_general_dilated(
            x, w, (stride, stride), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"), feature_group_count=groups)  # fmt: skip
        return y + self.param((filters,), 0.0) if bias else y

    def norm(self, x):
        gamma, beta = 1 + self.param((x.shape[-1],), 0.0), self.param((x.shape[-1],), 0.0)
        if not self.training:
            return x * gamma + beta
        mean = x.mean((0, 1, 2))
        variance = jnp.square(x).mean((0, 1, 2)) - jnp.square(mean)
        return (x - mean) * (lax.rsqrt(variance + 1e-3) * gamma) + beta

    def conv_norm(self, x, filters, kernel, stride=1, groups=1):
        return self.norm(self.conv(x, filters, kernel, stride, bias=False, groups=groups))

    def dense(self, x, units):
        return x @ self.param((x.shape[-1], units), x.shape[-1] ** -0.5) + self.param((units,), 0.0)


def max_pool(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def average_pool(x):
    return lax.reduce_window(x, 0.0, lax.add, (1, 2, 2, 1), (1, 2, 2, 1), "VALID") / 4


def flatten(x):
    return x.reshape(x.shape[0], -1)


def lenet5(m, x, act=jax.nn.relu, pool=max_pool):
    x = pool(act(m.conv(x, 6, 5)))
    x = pool(act(m.conv(x, 16, 5, padding="VALID")))
    return m.dense(act(m.dense(act(m.dense(flatten(x), 120)), 84)), 10)


def vgg(m, x):
    for filters in (64, 128, 256):
        x = max_pool(jax.nn.relu(m.conv(jax.nn.relu(m.conv(x, filters, 3)), filters, 3)))
    return m.dense(jax.nn.relu(m.dense(flatten(x), 256)), 10)


def resnet20(m, x):
    x = jax.nn.relu(m.conv_norm(x, 16, 3))
    for filters in (16, 32, 64):
        for i in range(3):
            stride = 2 if i == 0 and filters > 16 else 1
            h = m.conv_norm(jax.nn.relu(m.conv_norm(x, filters, 3, stride)), filters, 3)
            x = jax.nn.relu(h + (m.conv_norm(x, filters, 1, stride) if stride > 1 else x))
    return m.dense(x.mean((1, 2)), 10)


def mobilenet(m, x):
    x = jax.nn.relu(m.conv_norm(x, 32, 3))
    for filters, stride in worker.MOBILENET:
        x = jax.nn.relu(m.conv_norm(x, x.shape[-1], 3, stride, groups=x.shape[-1]))
        x = jax.nn.relu(m.conv_norm(x, filters, 1))
    return m.dense(x.mean((1, 2)), 10)


NETS = {"lenet5": lenet5, "lenet5-classic": lambda m, x: lenet5(m, x, jnp.tanh, average_pool), "vgg": vgg, "resnet20": resnet20, "mobilenet": mobilenet}


def make_step(name):
    net, action, batch = worker.parse(name)
    side, channels = worker.IMAGES[net]
    x = jax.random.uniform(KEY, (batch, side, side, channels))
    y = jax.random.randint(KEY, (batch,), 0, 10)
    maker = Maker()
    NETS[net](maker, x)
    params = maker.made
    if action == "predict":
        run = jax.jit(lambda params, x: jax.nn.softmax(NETS[net](Maker(params, False), x)))
        return lambda: run(params, x).block_until_ready()

    def loss_of(params):
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(NETS[net](Maker(params), x)), y[:, None], 1))

    def train(state, t):
        loss, grads = jax.value_and_grad(loss_of)([p for p, _, _ in state])
        alpha = 1e-4 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        new = []
        for (p, m, v), g in zip(state, grads):
            m, v = m + (g - m) * 0.1, v + (g * g - v) * 0.001
            new.append((p - alpha * m / (jnp.sqrt(v) + 1e-7), m, v))
        return new, t + 1, loss

    compiled = jax.jit(train, donate_argnums=(0, 1))
    held = [[(p, jnp.zeros_like(p), jnp.zeros_like(p)) for p in params], jnp.float32(1)]

    def step():
        held[0], held[1], loss = compiled(*held)
        return loss.block_until_ready()

    return step


worker.serve(make_step)
