"""TensorBoard: bytes that TensorFlow writes and reads, and what Keras's callback writes in a fit."""

import importlib
import pathlib
import tempfile

from . import common
from .common import keras, np, tf

from tensorflow.core.framework import summary_pb2


def scalar(name, data, step=None, description=None):
    """tf.summary.scalar, whose home is the package tensorboard: what it does, without that package."""
    metadata = summary_pb2.SummaryMetadata(data_class=summary_pb2.DATA_CLASS_SCALAR)
    metadata.plugin_data.plugin_name = "scalars"
    tf.summary.write(tag=name, tensor=tf.cast(data, tf.float32), step=step, metadata=metadata)


for module in (tf.summary, importlib.import_module("tensorflow.summary")):
    module.scalar = scalar


def framed(data):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/records"
        with tf.io.TFRecordWriter(path) as writer:
            writer.write(data)
        return pathlib.Path(path).read_bytes().hex()


def event(name, wall_time, step, tag, value):
    """The Event of tf.summary.scalar with a wall time of ours: what it writes, read and written again."""
    with tempfile.TemporaryDirectory() as folder:
        with tf.summary.create_file_writer(folder).as_default():
            tf.summary.scalar(tag, np.float32(value), step=step)
        (path,) = pathlib.Path(folder).iterdir()
        event = list(tf.compat.v1.train.summary_iterator(str(path)))[-1]
        event.wall_time = wall_time
        tensor = event.summary.value[0].tensor
        number = np.float32(tf.make_ndarray(tensor))
        event.summary.value[0].tensor.CopyFrom(tf.make_tensor_proto(number))
        data = event.SerializeToString(deterministic=True)
    return {"name": name, "wall_time": wall_time, "step": step, "tag": tag, "value": np.float32(value), "event": data.hex(), "record": framed(data)}


def version(wall_time):
    data = tf.compat.v1.Event(wall_time=wall_time, file_version="brain.Event:2").SerializeToString(deterministic=True)
    return {"name": "version", "wall_time": wall_time, "event": data.hex(), "record": framed(data)}


def written(folder):
    """Per run the tags and steps of the scalars, in the order of the file."""
    runs = []
    for run in sorted(p.name for p in pathlib.Path(folder).iterdir()):
        scalars = []
        for path in sorted(pathlib.Path(folder, run).iterdir()):
            for event in tf.compat.v1.train.summary_iterator(str(path)):
                for value in event.summary.value:
                    if value.metadata.plugin_data.plugin_name == "scalars":
                        scalars.append([value.tag, event.step])
        runs.append({"run": run, "scalars": scalars})
    return runs


def fit(name, args):
    keras.utils.clear_session()
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mse", metrics=["mae"])
    x, y = np.ones((6, 2), "float32"), np.ones((6, 1), "float32")
    with tempfile.TemporaryDirectory() as folder:
        model.fit(x, y, batch_size=2, epochs=2, validation_data=(x[:2], y[:2]), verbose=0, callbacks=[keras.callbacks.TensorBoard(folder, write_graph=False, **args)])
        return {"name": name, "args": args, "runs": written(folder)}


def run():
    return {
        "version": version(1234567890.5),
        "events": [
            event("first step", 1234567890.5, 0, "epoch_loss", 0.25), event("later", 1.5, 300, "batch_accuracy", 1e-20), event("large step", 2e9 + 0.125, 2**40 + 7, "loss", -3.5),
            event("not finite", 0.5, 1, "epoch_loss", np.nan), event("infinite", 0.5, 1, "epoch_loss", np.inf), event("a long tag", 7.0, 12345, "evaluation_" + "x" * 150 + "_vs_iterations", 12345.678),
            event("zero", 3.0, 1, "epoch_loss", 0.0),
        ],
        "fits": [fit("per epoch", {}), fit("per batch", {"update_freq": "batch"})],
    }  # fmt: skip
