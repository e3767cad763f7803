"""model.summary() as an 80-column terminal shows it, without colour and (for one model) with it."""

import os

import rich.console

from . import common
from .common import keras, np

layers = keras.layers
COLUMNS = 80


def lenet5(name=None, **first):
    return keras.Sequential(
        [
            layers.Conv2D(6, 5, padding="same", activation="tanh", **first),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="tanh"),
            layers.Dense(84, activation="tanh"),
            layers.Dense(10, activation="softmax"),
        ],
        name=name,
    )


def built(model, shape):
    model.build(shape)
    return model


def with_input(model, shape):
    return keras.Sequential([keras.Input(shape), *model.layers])


def trained(model, shape, optimizer):
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")
    model.fit(np.zeros((2, *shape), "float32"), np.zeros(2, "int32"), verbose=0)
    return model


def compiled(model, optimizer):
    model.compile(optimizer=optimizer, loss="mse")
    return model


def long_names():
    return built(
        keras.Sequential(
            [
                layers.Conv2D(6, 5, name="the_first_convolution_of_a_network_with_very_long_names"),
                layers.GlobalAveragePooling2D(name="pool"),
                layers.Dense(10, name="a_dense_layer_whose_name_needs_two_lines"),
                layers.Dense(10, name="d"),
            ],
            name="a_model_with_a_name_so_long_that_it_does_not_fit_into_one_line_of_the_terminal_by_far",
        ),
        (None, 28, 28, 1),
    )


def nested():
    block = keras.Sequential([layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D(2)], name="block")
    inner = keras.Sequential([block, layers.Flatten()], name="features")
    return built(keras.Sequential([inner, layers.Dense(3)], name="outer"), (None, 10, 10, 1))


def normalized():
    return built(
        keras.Sequential([layers.Conv2D(8, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU(), layers.GlobalAveragePooling2D(), layers.Dropout(0.5), layers.Dense(10)]),
        (None, 28, 28, 3),
    )


def frozen():
    model = lenet5()
    model.layers[0].trainable = False
    return built(model, (None, 28, 28, 1))


def large():
    return built(keras.Sequential([layers.Dense(1024), layers.Dense(1024)]), (None, 1500))


def functional():
    x = keras.Input((8, 8, 3), name="image")
    y = layers.Conv2D(4, 3, padding="same", name="a")(x)
    z = layers.Conv2D(4, 3, padding="same", name="b")(x)
    y = layers.GlobalAveragePooling2D()(layers.Add()([y, z]))
    return keras.Model(x, layers.Dense(2)(y))


def chain():
    x = keras.Input((28, 28, 1))
    return keras.Model(x, layers.Dense(10)(layers.Flatten()(layers.Conv2D(4, 3)(x))), name="chain")


def rendered(model, **options):
    lines = []
    model.summary(print_fn=lines.append, **options)
    return "".join(lines)


def coloured(model, **options):
    """What a terminal with 256 colours receives."""
    plain, chunks = rich.console.Console, []

    class Terminal(plain):
        def __init__(self, **arguments):
            super().__init__(**{**arguments, "force_terminal": True, "color_system": "256", "legacy_windows": False})
            self.begin_capture()
            chunks.append(self)

    rich.console.Console = Terminal
    try:
        model.summary(**options)
        return "".join(c.end_capture() for c in chunks)
    finally:
        rich.console.Console = plain


def case(name, make, colours=False, **options):
    keras.backend.clear_session()
    common.keras.utils.set_random_seed(0)
    model = make()
    result = {
        "name": name,
        "options": options,
        "config": common.plain(model.get_config()),
        "weights": [{"path": w.path, "shape": list(w.shape), "trainable": w.trainable} for w in model.weights],
        "text": rendered(model, **options),
    }
    if colours:
        result["coloured"] = coloured(model, **options)
    return result


def run():
    os.environ["COLUMNS"] = str(COLUMNS)
    mnist = (None, 28, 28, 1)
    return [
        case("LeNet-5 not built", lenet5, colours=True),
        case("LeNet-5 built by build((None, 28, 28, 1))", lambda: built(lenet5(), mnist), colours=True),
        case("LeNet-5 built by build((64, 28, 28, 1))", lambda: built(lenet5(), (64, 28, 28, 1))),
        case("LeNet-5 with an Input", lambda: with_input(lenet5(), (28, 28, 1))),
        case("LeNet-5 compiled with Adam, not trained", lambda: compiled(built(lenet5(), mnist), "adam")),
        case("LeNet-5 after fit with Adam", lambda: trained(lenet5(), (28, 28, 1), "adam"), colours=True),
        case("LeNet-5 after fit with SGD", lambda: trained(lenet5(), (28, 28, 1), "sgd")),
        case("LeNet-5 with a frozen layer", frozen),
        case("LeNet-5 with a frozen layer, show_trainable", frozen, colours=True, show_trainable=True),
        case("LeNet-5, line_length=100", lambda: built(lenet5(), mnist), line_length=100),
        case("LeNet-5, line_length=50", lambda: built(lenet5(), mnist), line_length=50),
        case("LeNet-5, positions", lambda: built(lenet5(), mnist), positions=[0.3, 0.6, 1.0]),
        case("LeNet-5, layer_range", lambda: built(lenet5(), mnist), layer_range=["conv2d_1", "dense"]),
        case("LeNet-5 with a name", lambda: built(lenet5("lenet5"), mnist)),
        case("long names", long_names),
        case("nested", nested),
        case("nested, expand_nested", nested, colours=True, expand_nested=True),
        case("BatchNormalization has parameters that are not trained", normalized),
        case("BatchNormalization after fit with Adam", lambda: trained(normalized(), (28, 28, 3), "adam")),
        case("large", large),
        case("empty", lambda: keras.Sequential()),
        case("brackets in names are not markup", lambda: built(keras.Sequential([layers.Dense(2, name="[bold]dense[0]")], name="[red]"), (None, 3))),
        case("functional chain", chain),
        case("functional with branches", functional),
    ]
