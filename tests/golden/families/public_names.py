"""Keras's public names, by kind, each with how much it matters: tier 1 for the usual networks of images, 2 for what is
widely used, 3 for the rest. The names are Keras's own list; the tiers below are ours."""

import inspect

from .common import keras

TIERS = {
    "layers": {
        1: """Layer InputSpec InputLayer Dense Identity Conv2D Conv2DTranspose DepthwiseConv2D SeparableConv2D
            MaxPooling2D AveragePooling2D GlobalAveragePooling2D GlobalMaxPooling2D BatchNormalization Activation ReLU
            LeakyReLU Softmax Dropout Flatten Reshape ZeroPadding2D UpSampling2D Add Multiply Concatenate Rescaling
            Normalization""",
        2: """EinsumDense Embedding Lambda Masking Wrapper Conv1D Conv1DTranspose DepthwiseConv1D SeparableConv1D
            MaxPooling1D AveragePooling1D GlobalAveragePooling1D GlobalMaxPooling1D LayerNormalization
            GroupNormalization RMSNormalization ELU PReLU SpatialDropout1D SpatialDropout2D GaussianNoise
            GaussianDropout ActivityRegularization Permute RepeatVector Cropping1D Cropping2D ZeroPadding1D
            UpSampling1D Average Maximum Minimum Subtract Dot LSTM GRU SimpleRNN RNN LSTMCell GRUCell SimpleRNNCell
            StackedRNNCells Bidirectional TimeDistributed MultiHeadAttention Attention AdditiveAttention Resizing
            CenterCrop RandomFlip RandomCrop RandomRotation RandomTranslation RandomZoom RandomContrast
            RandomBrightness CategoryEncoding Discretization IntegerLookup StringLookup TextVectorization""",
    },
    "activations": {
        1: "linear relu relu6 leaky_relu softmax sigmoid tanh silu hard_silu hard_sigmoid",
        2: "elu selu gelu softplus softsign exponential log_softmax log_sigmoid mish",
    },
    "initializers": {
        1: """Initializer Zeros Ones Constant RandomNormal RandomUniform TruncatedNormal VarianceScaling GlorotUniform
            GlorotNormal HeUniform HeNormal""",
        2: "LecunNormal LecunUniform Orthogonal",
    },
    "regularizers": {1: "Regularizer L1 L2 L1L2"},
    "constraints": {2: "Constraint MaxNorm NonNeg UnitNorm MinMaxNorm"},
    "losses": {
        1: """Loss MeanSquaredError MeanAbsoluteError BinaryCrossentropy CategoricalCrossentropy
            SparseCategoricalCrossentropy""",
        2: """Huber LogCosh Hinge SquaredHinge CategoricalHinge KLDivergence Poisson CosineSimilarity
            MeanAbsolutePercentageError MeanSquaredLogarithmicError BinaryFocalCrossentropy
            CategoricalFocalCrossentropy""",
    },
    "metrics": {
        1: """Metric Mean Sum MeanMetricWrapper Accuracy BinaryAccuracy CategoricalAccuracy SparseCategoricalAccuracy
            TopKCategoricalAccuracy SparseTopKCategoricalAccuracy MeanSquaredError MeanAbsoluteError""",
        2: """Precision Recall AUC F1Score FBetaScore TruePositives TrueNegatives FalsePositives FalseNegatives
            RootMeanSquaredError R2Score BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy
            KLDivergence Poisson CosineSimilarity MeanAbsolutePercentageError MeanSquaredLogarithmicError LogCoshError
            MeanIoU IoU BinaryIoU""",
    },
    "optimizers": {
        1: "Optimizer SGD Adam AdamW RMSprop",
        2: "Adagrad Adadelta Adamax Nadam Lion LossScaleOptimizer",
    },
    "schedules": {
        1: "LearningRateSchedule ExponentialDecay PiecewiseConstantDecay CosineDecay PolynomialDecay",
        2: "InverseTimeDecay CosineDecayRestarts",
    },
    "callbacks": {
        1: """Callback CallbackList History ProgbarLogger EarlyStopping ModelCheckpoint ReduceLROnPlateau
            LearningRateScheduler CSVLogger TerminateOnNaN LambdaCallback""",
        2: "BackupAndRestore SwapEMAWeights TensorBoard",
    },
    "datasets": {1: "mnist fashion_mnist cifar10 cifar100", 2: "imdb reuters"},
    "models": {
        1: """Model Sequential compile fit evaluate predict train_on_batch test_on_batch predict_on_batch summary
            get_layer save save_weights load_weights get_weights set_weights count_params to_json get_config
            from_config reset_metrics layers inputs outputs trainable trainable_variables non_trainable_variables
            losses metrics metrics_names add pop build Input load_model save_model clone_model model_from_json""",
        2: "compute_loss train_step test_step predict_step add_loss compute_metrics",
    },
    "utilities": {
        1: "to_categorical image_dataset_from_directory set_random_seed clear_session",
        2: """split_dataset pad_sequences timeseries_dataset_from_array text_dataset_from_directory
            audio_dataset_from_directory get_file load_img img_to_array array_to_img save_img normalize Progbar
            PyDataset FeatureSpace""",
    },
}
MODULES = {
    "layers": keras.layers, "activations": keras.activations, "initializers": keras.initializers,
    "regularizers": keras.regularizers, "constraints": keras.constraints, "losses": keras.losses,
    "metrics": keras.metrics, "optimizers": keras.optimizers, "schedules": keras.optimizers.schedules,
    "callbacks": keras.callbacks, "datasets": keras.datasets,
}  # fmt: skip
MACHINERY = ["get", "serialize", "deserialize", "deserialize_keras_object"]


def public(kind, module):
    """The classes of a module, of keras.activations the functions, of keras.datasets the modules; what has two names
    stands under its own."""
    wanted = {"activations": inspect.isfunction, "datasets": inspect.ismodule}.get(kind, inspect.isclass)
    found = {}
    for name in dir(module):
        value = getattr(module, name)
        if wanted(value) and not name.startswith("_") and name not in MACHINERY:
            own = getattr(value, "__name__", name).rsplit(".", 1)[-1]
            if id(value) not in found or name == own:
                found[id(value)] = name
    return sorted(found.values(), key=str.lower)


def of_models():
    """What one calls on a model or makes one with; not every member is for users."""
    tiers = TIERS["models"]
    named = " ".join(tiers.values()).split() + ["export", "quantize", "get_state_tree", "set_state_tree"]
    owners = [keras, keras.Model, keras.Sequential, keras.models]
    functional = keras.Model(x := keras.Input((1,)), x)  # has inputs and outputs, which its class has not
    unknown = [name for name in named if not any(hasattr(owner, name) for owner in [*owners, functional])]
    if unknown:
        raise ValueError(f"Keras has no {unknown}")
    return sorted(named, key=str.lower)


def of_utilities():
    return sorted(
        {name for name in dir(keras.utils) if not name.startswith("_") and callable(getattr(keras.utils, name))}
        - {"Sequence", "custom_object_scope", *MACHINERY},
        key=str.lower,
    )


def run():
    names = {kind: public(kind, module) for kind, module in MODULES.items()}
    names["models"] = of_models()
    names["utilities"] = of_utilities()
    content = {}
    for kind, list_of_kind in names.items():
        tiers = {name: tier for tier, text in TIERS[kind].items() for name in text.split()}
        if unknown := set(tiers) - set(list_of_kind):
            raise ValueError(f"{kind}: Keras has no {sorted(unknown)}")
        content[kind] = [{"name": name, "tier": tiers.get(name, 3)} for name in list_of_kind]
    return content
