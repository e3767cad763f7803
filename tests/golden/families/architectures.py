"""Named networks: layers, weights and outputs of keras.applications, and of papers' networks written in Keras."""

from . import common
from .common import keras, np, tensor

L = keras.layers
A = keras.applications
# What a layer's config must say; the rest are initializers and the like, which are Keras's defaults.
KEYS = ("filters", "kernel_size", "strides", "padding", "use_bias", "activation", "axis", "momentum", "epsilon", "pool_size", "rate", "units", "max_value", "depth_multiplier", "target_shape", "keepdims", "batch_shape")


def alexnet(include_top=True, input_shape=(227, 227, 3), classes=1000):
    x = y = keras.Input(input_shape)
    for i, (filters, kernel, strides, pooled) in enumerate([(96, 11, 4, True), (256, 5, 1, True), (384, 3, 1, False), (384, 3, 1, False), (256, 3, 1, True)], 1):
        y = L.Conv2D(filters, kernel, strides=strides, padding="same" if i > 1 else "valid", activation="relu", name=f"conv{i}")(y)
        y = L.MaxPooling2D(3, strides=2, name=f"pool{i}")(y) if pooled else y
    if include_top:
        y = L.Flatten(name="flatten")(y)
        for i in (6, 7):
            y = L.Dropout(0.5, name=f"dropout{i}")(L.Dense(4096, activation="relu", name=f"fc{i}")(y))
        y = L.Dense(classes, activation="softmax", name="predictions")(y)
    return keras.Model(x, y, name="alexnet")


def resnet20(n=3, input_shape=(32, 32, 3), classes=10, include_top=True):
    """The network for CIFAR of He and others (2015), with shortcuts that have no weights."""

    def convolve(x, filters, strides, name):
        x = L.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False, kernel_initializer="he_normal", name=f"{name}_conv")(x)
        return L.BatchNormalization(name=f"{name}_bn")(x)

    def relu(x, name):
        return L.Activation("relu", name=name)(x)

    x = keras.Input(input_shape)
    y = relu(convolve(x, 16, 1, "conv1"), "conv1_relu")
    for stage, filters in enumerate((16, 32, 64)):
        for block in range(n):
            name = f"conv{stage + 2}_block{block + 1}"
            halves = stage > 0 and block == 0
            z = relu(convolve(y, filters, 2 if halves else 1, f"{name}_1"), f"{name}_1_relu")
            if halves:
                y = L.MaxPooling2D(1, strides=2, name=f"{name}_0_pool")(y)
                image = y.shape[1:3]
                y = L.Reshape((-1, filters // 2, 1), name=f"{name}_0_flat")(y)
                y = L.ZeroPadding2D(((0, 0), (0, filters // 2)), name=f"{name}_0_pad")(y)
                y = L.Reshape((*image, filters), name=f"{name}_0_image")(y)
            y = relu(L.Add(name=f"{name}_add")([y, convolve(z, filters, 1, f"{name}_2")]), f"{name}_out")
    if include_top:
        y = L.Dense(classes, activation="softmax", name="predictions")(L.GlobalAveragePooling2D(name="avg_pool")(y))
    return keras.Model(x, y, name=f"resnet{6 * n + 2}")


def inputs(node):
    """[layer, shape] of every tensor that a call takes."""
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            return [[node["config"]["keras_history"][0], node["config"]["shape"]]]
        node = list(node.values())
    return [found for part in node for found in inputs(part)] if isinstance(node, (list, tuple)) else []


def row(layer):
    said = {key: layer["config"][key] for key in KEYS if key in layer["config"]}
    return [layer["name"], layer["class_name"], said, inputs(layer["inbound_nodes"])]


def case(name, make, image=None, **args):
    """`image`: height and width of the pictures to look at."""
    keras.backend.clear_session()
    model = make(**args)
    found = {
        "name": name, "model": model.name, "layers": [row(layer) for layer in common.plain(model.get_config())["layers"]],
        "output_shape": common.plain(model.outputs[0].shape), "weights": [[w.path, list(w.shape), w.trainable] for w in model.weights],
        "params": model.count_params(), "trainable_params": sum(int(np.prod(w.shape)) for w in model.trainable_weights),
    }  # fmt: skip
    if image:
        common.scrambled_weights(model)
        found["images"] = [2, *image, 3]
        output = model.predict_on_batch(common.scrambled((2, *image, 3), 1000).astype("float32"))
        found["output"] = tensor(output[..., ::7])
    return found


def preprocessed():
    x = common.rng(5).integers(0, 256, (2, 2, 3)).astype("uint8")
    call = A.imagenet_utils.preprocess_input
    return [{"name": mode, "input": tensor(x), "output": tensor(call(x.copy(), mode=mode))} for mode in ("caffe", "tf", "torch")]


def run():
    bare = dict(weights=None, include_top=False)
    cases = [
        case("vgg16", A.VGG16, weights=None),
        case("vgg16, small", A.VGG16, (32, 32), weights=None, input_shape=(32, 32, 3), classes=7),
        case("vgg16, no top", A.VGG16, (48, 40), **bare),
        case("resnet50", A.ResNet50, weights=None),
        case("resnet50, no top, max", A.ResNet50, (61, 47), **bare, pooling="max"),
        case("resnet50_v2", A.ResNet50V2, weights=None),
        case("resnet50_v2, no top", A.ResNet50V2, (64, 48), **bare, input_shape=(64, 48, 3)),
        case("mobilenet", A.MobileNet, weights=None),
        case("mobilenet, half", A.MobileNet, (40, 32), weights=None, alpha=0.5, dropout=0.25, input_shape=(40, 32, 3), classes=9, classifier_activation=None),
        case("mobilenet, no top, avg", A.MobileNet, (47, 64), **bare, alpha=0.25, depth_multiplier=2, pooling="avg"),
        case("mobilenet_v2", A.MobileNetV2, weights=None),
        case("mobilenet_v2, half", A.MobileNetV2, (45, 63), weights=None, alpha=0.5, input_shape=(45, 63, 3), classes=9),
        case("mobilenet_v2, wide, no top", A.MobileNetV2, (64, 32), **bare, alpha=1.3),
        case("alexnet", alexnet),
        case("alexnet, no top", alexnet, (67, 99), include_top=False, input_shape=(None, None, 3)),
        case("resnet20", resnet20, (32, 32)),
        case("resnet32, odd", resnet20, (17, 13), n=5, input_shape=(17, 13, 3), include_top=False),
    ]
    return {"made_with": common.MADE_WITH, "cases": cases, "preprocessed": preprocessed()}
