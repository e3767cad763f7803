#include "layers/builtin.hpp"

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

namespace keratin::detail {
namespace {

template <class L>
constexpr BuiltinClass builtin(const char* name) {
    return {name, LayerClass::of<L>, L::from_config};
}

constexpr BuiltinClass classes[] = {
    builtin<layers::Activation>("Activation"),
    builtin<layers::ActivityRegularization>("ActivityRegularization"),
    builtin<layers::Add>("Add"),
    builtin<layers::AlphaDropout>("AlphaDropout"),
    builtin<layers::Average>("Average"),
    builtin<layers::AdditiveAttention>("AdditiveAttention"),
    builtin<layers::Attention>("Attention"),
    builtin<layers::AveragePooling1D>("AveragePooling1D"),
    builtin<layers::AveragePooling2D>("AveragePooling2D"),
    builtin<layers::BatchNormalization>("BatchNormalization"),
    builtin<layers::Bidirectional>("Bidirectional"),
    builtin<layers::CategoryEncoding>("CategoryEncoding"),
    builtin<layers::CenterCrop>("CenterCrop"),
    builtin<layers::Concatenate>("Concatenate"),
    builtin<layers::Conv1D>("Conv1D"),
    builtin<layers::Conv1DTranspose>("Conv1DTranspose"),
    builtin<layers::Conv2D>("Conv2D"),
    builtin<layers::Conv2DTranspose>("Conv2DTranspose"),
    builtin<layers::Cropping1D>("Cropping1D"),
    builtin<layers::Cropping2D>("Cropping2D"),
    builtin<layers::Dense>("Dense"),
    builtin<layers::DepthwiseConv1D>("DepthwiseConv1D"),
    builtin<layers::DepthwiseConv2D>("DepthwiseConv2D"),
    builtin<layers::Discretization>("Discretization"),
    builtin<layers::Dot>("Dot"),
    builtin<layers::Dropout>("Dropout"),
    builtin<layers::ELU>("ELU"),
    builtin<layers::EinsumDense>("EinsumDense"),
    builtin<layers::Embedding>("Embedding"),
    builtin<layers::Flatten>("Flatten"),
    builtin<layers::GaussianDropout>("GaussianDropout"),
    builtin<layers::GaussianNoise>("GaussianNoise"),
    builtin<layers::GlobalAveragePooling1D>("GlobalAveragePooling1D"),
    builtin<layers::GlobalAveragePooling2D>("GlobalAveragePooling2D"),
    builtin<layers::GlobalMaxPooling1D>("GlobalMaxPooling1D"),
    builtin<layers::GlobalMaxPooling2D>("GlobalMaxPooling2D"),
    builtin<layers::GRU>("GRU"),
    builtin<layers::GRUCell>("GRUCell"),
    builtin<layers::GroupNormalization>("GroupNormalization"),
    builtin<layers::Identity>("Identity"),
    builtin<layers::InputLayer>("InputLayer"),
    builtin<layers::IntegerLookup>("IntegerLookup"),
    builtin<layers::LSTM>("LSTM"),
    builtin<layers::LSTMCell>("LSTMCell"),
    builtin<layers::LayerNormalization>("LayerNormalization"),
    builtin<layers::Lambda>("Lambda"),
    builtin<layers::LeakyReLU>("LeakyReLU"),
    builtin<layers::Masking>("Masking"),
    builtin<layers::Maximum>("Maximum"),
    builtin<layers::MaxPooling1D>("MaxPooling1D"),
    builtin<layers::MaxPooling2D>("MaxPooling2D"),
    builtin<layers::Minimum>("Minimum"),
    builtin<layers::MultiHeadAttention>("MultiHeadAttention"),
    builtin<layers::Multiply>("Multiply"),
    builtin<layers::Normalization>("Normalization"),
    builtin<layers::PReLU>("PReLU"),
    builtin<layers::Permute>("Permute"),
    builtin<layers::RNN>("RNN"),
    builtin<layers::RandomBrightness>("RandomBrightness"),
    builtin<layers::RandomContrast>("RandomContrast"),
    builtin<layers::RandomCrop>("RandomCrop"),
    builtin<layers::RandomFlip>("RandomFlip"),
    builtin<layers::RandomRotation>("RandomRotation"),
    builtin<layers::RandomTranslation>("RandomTranslation"),
    builtin<layers::RandomZoom>("RandomZoom"),
    builtin<layers::ReLU>("ReLU"),
    builtin<layers::RepeatVector>("RepeatVector"),
    builtin<layers::Rescaling>("Rescaling"),
    builtin<layers::Reshape>("Reshape"),
    builtin<layers::RMSNormalization>("RMSNormalization"),
    builtin<layers::Resizing>("Resizing"),
    builtin<layers::SeparableConv1D>("SeparableConv1D"),
    builtin<layers::SeparableConv2D>("SeparableConv2D"),
    builtin<layers::SimpleRNN>("SimpleRNN"),
    builtin<layers::SimpleRNNCell>("SimpleRNNCell"),
    builtin<layers::Softmax>("Softmax"),
    builtin<layers::SpatialDropout1D>("SpatialDropout1D"),
    builtin<layers::SpatialDropout2D>("SpatialDropout2D"),
    builtin<layers::StackedRNNCells>("StackedRNNCells"),
    builtin<layers::StringLookup>("StringLookup"),
    builtin<layers::Subtract>("Subtract"),
    builtin<layers::TextVectorization>("TextVectorization"),
    builtin<layers::TimeDistributed>("TimeDistributed"),
    builtin<layers::UnitNormalization>("UnitNormalization"),
    builtin<layers::UpSampling1D>("UpSampling1D"),
    builtin<layers::UpSampling2D>("UpSampling2D"),
    builtin<layers::ZeroPadding1D>("ZeroPadding1D"),
    builtin<layers::ZeroPadding2D>("ZeroPadding2D"),
};

}  // namespace

std::span<const BuiltinClass> layer_classes() {
    return classes;
}

}  // namespace keratin::detail
