#include <keratin/layers/registry.hpp>

#include "core/registered.hpp"
#include "core/registry.hpp"
#include "layers/builtin.hpp"
#include "layers/layer_state.hpp"
#include "layers/operations/plan.hpp"
#include "layers/shared_layer.hpp"

#include <keratin/layers/activation.hpp>
#include <keratin/layers/activity_regularization.hpp>
#include <keratin/layers/alpha_dropout.hpp>
#include <keratin/layers/attention.hpp>
#include <keratin/layers/average_pooling1d.hpp>
#include <keratin/layers/average_pooling2d.hpp>
#include <keratin/layers/batch_normalization.hpp>
#include <keratin/layers/bidirectional.hpp>
#include <keratin/layers/category_encoding.hpp>
#include <keratin/layers/center_crop.hpp>
#include <keratin/layers/concatenate.hpp>
#include <keratin/layers/conv1d.hpp>
#include <keratin/layers/conv1d_transpose.hpp>
#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/conv2d_transpose.hpp>
#include <keratin/layers/cropping1d.hpp>
#include <keratin/layers/cropping2d.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/depthwise_conv1d.hpp>
#include <keratin/layers/depthwise_conv2d.hpp>
#include <keratin/layers/discretization.hpp>
#include <keratin/layers/dot.hpp>
#include <keratin/layers/dropout.hpp>
#include <keratin/layers/einsum_dense.hpp>
#include <keratin/layers/elu.hpp>
#include <keratin/layers/embedding.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/layers/gaussian_dropout.hpp>
#include <keratin/layers/gaussian_noise.hpp>
#include <keratin/layers/global_average_pooling1d.hpp>
#include <keratin/layers/global_average_pooling2d.hpp>
#include <keratin/layers/global_max_pooling1d.hpp>
#include <keratin/layers/global_max_pooling2d.hpp>
#include <keratin/layers/group_normalization.hpp>
#include <keratin/layers/gru.hpp>
#include <keratin/layers/identity.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/lambda.hpp>
#include <keratin/layers/layer_normalization.hpp>
#include <keratin/layers/leaky_relu.hpp>
#include <keratin/layers/lookup.hpp>
#include <keratin/layers/lstm.hpp>
#include <keratin/layers/masking.hpp>
#include <keratin/layers/max_pooling1d.hpp>
#include <keratin/layers/max_pooling2d.hpp>
#include <keratin/layers/merging.hpp>
#include <keratin/layers/multi_head_attention.hpp>
#include <keratin/layers/normalization.hpp>
#include <keratin/layers/operation.hpp>
#include <keratin/layers/permute.hpp>
#include <keratin/layers/prelu.hpp>
#include <keratin/layers/random_color.hpp>
#include <keratin/layers/random_crop.hpp>
#include <keratin/layers/random_flip.hpp>
#include <keratin/layers/random_transform.hpp>
#include <keratin/layers/recurrent_cells.hpp>
#include <keratin/layers/relu.hpp>
#include <keratin/layers/repeat_vector.hpp>
#include <keratin/layers/rescaling.hpp>
#include <keratin/layers/reshape.hpp>
#include <keratin/layers/resizing.hpp>
#include <keratin/layers/rms_normalization.hpp>
#include <keratin/layers/rnn.hpp>
#include <keratin/layers/rnn_cell.hpp>
#include <keratin/layers/separable_conv1d.hpp>
#include <keratin/layers/separable_conv2d.hpp>
#include <keratin/layers/simple_rnn.hpp>
#include <keratin/layers/softmax.hpp>
#include <keratin/layers/spatial_dropout.hpp>
#include <keratin/layers/text_vectorization.hpp>
#include <keratin/layers/time_distributed.hpp>
#include <keratin/layers/unit_normalization.hpp>
#include <keratin/layers/up_sampling1d.hpp>
#include <keratin/layers/up_sampling2d.hpp>
#include <keratin/layers/zero_padding1d.hpp>
#include <keratin/layers/zero_padding2d.hpp>

#include <map>
#include <typeindex>
#include <typeinfo>

namespace keratin {
namespace {

struct LayerRegistry {
    Registry<Layer> classes{"layer", "keras.layers", "register_layer()", {}};
    std::mutex mutex;
    std::map<std::string, std::type_index> types;  ///< of keratin's classes
    std::map<std::type_index, std::shared_ptr<Layer> (*)(const Layer&)> copies;

    LayerRegistry() {
        add_all();
        // Goes by its function's name, which layers have as well: nodes of its own module say which is meant.
        const auto operation = detail::LayerClass::of<layers::Operation>();
        copies.emplace(operation.type, operation.copy);
    }

    void add(std::string name, std::string module, detail::LayerClass layer, LayerFactory factory) {
        {
            const std::lock_guard lock(mutex);
            types.emplace(name, layer.type);
            copies.emplace(layer.type, layer.copy);
        }
        classes.add_builtin({std::move(name), {}, std::move(factory), std::move(module)});
    }
    template <class L>
    void add(const char* name) {
        add(name, {}, detail::LayerClass::of<L>(), L::from_config);
    }
    void add_all() {
        add<layers::Activation>("Activation");
        add<layers::ActivityRegularization>("ActivityRegularization");
        add<layers::Add>("Add");
        add<layers::AlphaDropout>("AlphaDropout");
        add<layers::Average>("Average");
        add<layers::AdditiveAttention>("AdditiveAttention");
        add<layers::Attention>("Attention");
        add<layers::AveragePooling1D>("AveragePooling1D");
        add<layers::AveragePooling2D>("AveragePooling2D");
        add<layers::BatchNormalization>("BatchNormalization");
        add<layers::Bidirectional>("Bidirectional");
        add<layers::CategoryEncoding>("CategoryEncoding");
        add<layers::CenterCrop>("CenterCrop");
        add<layers::Concatenate>("Concatenate");
        add<layers::Conv1D>("Conv1D");
        add<layers::Conv1DTranspose>("Conv1DTranspose");
        add<layers::Conv2D>("Conv2D");
        add<layers::Conv2DTranspose>("Conv2DTranspose");
        add<layers::Cropping1D>("Cropping1D");
        add<layers::Cropping2D>("Cropping2D");
        add<layers::Dense>("Dense");
        add<layers::DepthwiseConv1D>("DepthwiseConv1D");
        add<layers::DepthwiseConv2D>("DepthwiseConv2D");
        add<layers::Discretization>("Discretization");
        add<layers::Dot>("Dot");
        add<layers::Dropout>("Dropout");
        add<layers::ELU>("ELU");
        add<layers::EinsumDense>("EinsumDense");
        add<layers::Embedding>("Embedding");
        add<layers::Flatten>("Flatten");
        add<layers::GaussianDropout>("GaussianDropout");
        add<layers::GaussianNoise>("GaussianNoise");
        add<layers::GlobalAveragePooling1D>("GlobalAveragePooling1D");
        add<layers::GlobalAveragePooling2D>("GlobalAveragePooling2D");
        add<layers::GlobalMaxPooling1D>("GlobalMaxPooling1D");
        add<layers::GlobalMaxPooling2D>("GlobalMaxPooling2D");
        add<layers::GRU>("GRU");
        add<layers::GRUCell>("GRUCell");
        add<layers::GroupNormalization>("GroupNormalization");
        add<layers::Identity>("Identity");
        add<layers::InputLayer>("InputLayer");
        add<layers::IntegerLookup>("IntegerLookup");
        add<layers::LSTM>("LSTM");
        add<layers::LSTMCell>("LSTMCell");
        add<layers::LayerNormalization>("LayerNormalization");
        add<layers::Lambda>("Lambda");
        add<layers::LeakyReLU>("LeakyReLU");
        add<layers::Masking>("Masking");
        add<layers::Maximum>("Maximum");
        add<layers::MaxPooling1D>("MaxPooling1D");
        add<layers::MaxPooling2D>("MaxPooling2D");
        add<layers::Minimum>("Minimum");
        add<layers::MultiHeadAttention>("MultiHeadAttention");
        add<layers::Multiply>("Multiply");
        add<layers::Normalization>("Normalization");
        add<layers::PReLU>("PReLU");
        add<layers::Permute>("Permute");
        add<layers::RNN>("RNN");
        add<layers::RandomBrightness>("RandomBrightness");
        add<layers::RandomContrast>("RandomContrast");
        add<layers::RandomCrop>("RandomCrop");
        add<layers::RandomFlip>("RandomFlip");
        add<layers::RandomRotation>("RandomRotation");
        add<layers::RandomTranslation>("RandomTranslation");
        add<layers::RandomZoom>("RandomZoom");
        add<layers::ReLU>("ReLU");
        add<layers::RepeatVector>("RepeatVector");
        add<layers::Rescaling>("Rescaling");
        add<layers::Reshape>("Reshape");
        add<layers::RMSNormalization>("RMSNormalization");
        add<layers::Resizing>("Resizing");
        add<layers::SeparableConv1D>("SeparableConv1D");
        add<layers::SeparableConv2D>("SeparableConv2D");
        add<layers::SimpleRNN>("SimpleRNN");
        add<layers::SimpleRNNCell>("SimpleRNNCell");
        add<layers::Softmax>("Softmax");
        add<layers::SpatialDropout1D>("SpatialDropout1D");
        add<layers::SpatialDropout2D>("SpatialDropout2D");
        add<layers::StackedRNNCells>("StackedRNNCells");
        add<layers::StringLookup>("StringLookup");
        add<layers::Subtract>("Subtract");
        add<layers::TextVectorization>("TextVectorization");
        add<layers::TimeDistributed>("TimeDistributed");
        add<layers::UnitNormalization>("UnitNormalization");
        add<layers::UpSampling1D>("UpSampling1D");
        add<layers::UpSampling2D>("UpSampling2D");
        add<layers::ZeroPadding1D>("ZeroPadding1D");
        add<layers::ZeroPadding2D>("ZeroPadding2D");
    }
    /// A class derived from one of keratin's that goes under its name would come back as the base.
    bool is_other_class(const Layer& layer, const std::string& class_name) {
        const std::lock_guard lock(mutex);
        const auto type = types.find(class_name);
        return type != types.end() && type->second != typeid(layer);
    }
};

LayerRegistry& registry() {
    static LayerRegistry all;
    return all;
}

}  // namespace

namespace detail {
std::vector<std::string> registered_layers() {
    return registry().classes.builtin_names();
}

BuiltinLayer::BuiltinLayer(std::string class_name, std::string module, LayerClass type,
                           LayerFactory factory) {
    registry().add(std::move(class_name), std::move(module), type, std::move(factory));
}

void register_layer_class(const LayerClass& type) {
    const std::lock_guard lock(registry().mutex);
    registry().copies.emplace(type.type, type.copy);
}

std::shared_ptr<Layer> shared_layer(const Layer& layer) {
    if (const std::shared_ptr<const Layer> held = layer.weak_from_this().lock())
        return std::const_pointer_cast<Layer>(held);
    const std::lock_guard lock(registry().mutex);
    const auto copy = registry().copies.find(typeid(layer));
    if (copy == registry().copies.end())
        fail<ValueError>(
            "{}: a functional model keeps its layers, and does not know how to copy a {}; call "
            "register_layer<{}>() once, or make the layer by std::make_shared",
            layer.name(), layer.class_name(), layer.class_name());
    return copy->second(layer);
}
}  // namespace detail

Config serialize(const Layer& layer) {
    if (const auto* operation = dynamic_cast<const layers::Operation*>(&layer))
        return operations::node_of(*operation);
    const std::string class_name = layer.class_name();
    if (registry().is_other_class(layer, class_name))
        fail<ValueError>(
            "{}: its class derives from {} and goes under that name; override class_name() and get_config(), "
            "and "
            "make it known with register_layer()",
            layer.name(), class_name);
    if (!registry().classes.has(class_name))
        fail<ValueError>(
            "{}: no layer class is registered as \"{}\"; make it known with register_layer(\"{}\", factory)",
            layer.name(), class_name, class_name);
    Config node = registry().classes.serialize(class_name, layer.get_config());
    const auto state = detail::LayerState::of(layer);
    if (class_name == "InputLayer") return node;  // holds its shape itself
    const std::vector<Shape> shapes = state->input_shapes();
    if (state->built() && shapes.size() == 1)
        node.set("build_config", Config::object({{"input_shape", shapes.front()}}));
    else if (state->built() && !shapes.empty())
        node.set("build_config",
                 Config::object({{"input_shape", Config::List(shapes.begin(), shapes.end())}}));
    return node;
}

std::shared_ptr<Layer> layer_from_config(const Config& node) {
    if (operations::is_operation(node)) return operations::operation_of(node);
    std::shared_ptr<Layer> layer = registry().classes.from_config(node);
    if (!layer)
        fail<ValueError>("layer_from_config: the node, or what its class's factory made of it, is null");
    return layer;
}

void register_layer(std::string class_name, LayerFactory factory) {
    registry().classes.add(std::move(class_name), std::move(factory));
}

}  // namespace keratin
