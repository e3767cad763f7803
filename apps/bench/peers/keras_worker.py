"""TensorFlow through Keras: a compiled training step, with or without XLA. Usage: keras_worker.py THREADS plain|xla"""

import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

import worker

tf.config.threading.set_intra_op_parallelism_threads(int(sys.argv[1]))
tf.config.threading.set_inter_op_parallelism_threads(1)
XLA = sys.argv[2] == "xla"
keras.utils.set_random_seed(1)


def lenet5(modern):
    act = "relu" if modern else "tanh"
    pool = layers.MaxPooling2D if modern else layers.AveragePooling2D
    return keras.Sequential([
        keras.Input((28, 28, 1)), layers.Conv2D(6, 5, padding="same", activation=act), pool(2),
        layers.Conv2D(16, 5, activation=act), pool(2), layers.Flatten(), layers.Dense(120, activation=act),
        layers.Dense(84, activation=act), layers.Dense(10)])  # fmt: skip


def vgg():
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for filters in (64, 128, 256):
        for _ in range(2):
            model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D(2))
    for layer in (layers.Flatten(), layers.Dense(256, activation="relu"), layers.Dense(10)):
        model.add(layer)
    return model


def conv_norm(x, filters, kernel, stride=1, depthwise=False):
    options = {"strides": stride, "padding": "same", "use_bias": False}
    conv = layers.DepthwiseConv2D(kernel, **options) if depthwise else layers.Conv2D(filters, kernel, **options)
    return layers.BatchNormalization()(conv(x))


def resnet20():
    inputs = keras.Input((32, 32, 3))
    x = layers.ReLU()(conv_norm(inputs, 16, 3))
    for filters in (16, 32, 64):
        for i in range(3):
            stride = 2 if i == 0 and filters > 16 else 1
            h = conv_norm(layers.ReLU()(conv_norm(x, filters, 3, stride)), filters, 3)
            x = layers.ReLU()(h + (conv_norm(x, filters, 1, stride) if stride > 1 else x))
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


def mobilenet():
    inputs = keras.Input((32, 32, 3))
    x = layers.ReLU()(conv_norm(inputs, 32, 3))
    for filters, stride in worker.MOBILENET:
        x = layers.ReLU()(conv_norm(x, None, 3, stride, depthwise=True))
        x = layers.ReLU()(conv_norm(x, filters, 1))
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


NETS = {"lenet5": lambda: lenet5(True), "lenet5-classic": lambda: lenet5(False), "vgg": vgg, "resnet20": resnet20, "mobilenet": mobilenet}


def make_step(name):
    net, action, batch = worker.parse(name)
    side, channels = worker.IMAGES[net]
    model = NETS[net]()
    x = tf.constant(np.random.rand(batch, side, side, channels).astype("float32"))
    y = tf.constant(np.random.randint(0, 10, batch))
    if action == "predict":
        run = tf.function(lambda x: tf.nn.softmax(model(x, training=False)), jit_compile=XLA)
        return lambda: run(x).numpy()
    optimizer = keras.optimizers.Adam(1e-4)
    optimizer.build(model.trainable_variables)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function(jit_compile=XLA)
    def train(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    return lambda: train(x, y).numpy()


worker.serve(make_step)
