#pragma once

#include <keratin/initializers/initializer.hpp>
#include <keratin/layers/keras_tensor.hpp>
#include <keratin/models/application.hpp>
#include <keratin/models/model.hpp>

#include <string>

/// What the named networks are built of.
namespace keratin::models {

/// The input that options ask for; throws ValueError, beginning with `owner`, where Keras does
/// (obtain_input_shape, validate_activation).
KerasTensor application_input(const std::string& owner, const ApplicationOptions& options,
                              int64_t default_side, int64_t min_side);

/// Which BatchNormalization stands behind a convolution.
struct NormOptions {
    double momentum = 0.99;
    double epsilon = 0.001;
    int axis = -1;
};

/// A convolution without activation.
struct ConvOptions {
    int64_t kernel = 3;
    int64_t strides = 1;
    Padding padding = "valid";
    bool use_bias = true;
    InitializerHandle initializer = "glorot_uniform";
};
KerasTensor conv(const KerasTensor& x, int64_t filters, const std::string& name, const ConvOptions& options);
KerasTensor norm(const KerasTensor& x, const std::string& name, const NormOptions& options);
KerasTensor pad(const KerasTensor& x, PadPair both, const std::string& name);
KerasTensor relu(const KerasTensor& x, const std::string& name);   ///< Activation("relu")
KerasTensor relu6(const KerasTensor& x, const std::string& name);  ///< ReLU(6)
KerasTensor add(const KerasTensor& a, const KerasTensor& b, const std::string& name);

/// Names of the layers of features(); automatic ones when empty.
struct PoolingNames {
    std::string avg = {}, max = {};
};
/// The feature maps as options.pooling says.
KerasTensor features(const KerasTensor& x, const ApplicationOptions& options, const PoolingNames& names);
/// Global average pooling, then Dense; or features() when there is no top.
KerasTensor classified(const KerasTensor& x, const ApplicationOptions& options, const PoolingNames& names);

/// The model, with its weights read when options ask for them.
Model finished(const KerasTensor& input, const KerasTensor& output, const ApplicationOptions& options,
               const std::string& default_name);

}  // namespace keratin::models
