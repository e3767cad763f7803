#pragma once

#include <keratin/core/word.hpp>
#include <keratin/layers/layer.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace keratin::layers {

inline constexpr std::array<std::string_view, 4> bin_words = {"int", "one_hot", "multi_hot", "count"};
using BinMode = Word<bin_words>;

/// Arguments of Discretization, in Keras's order and with Keras's defaults.
struct DiscretizationOptions {
    std::vector<double> bin_boundaries = {};  ///< ascending; or
    std::optional<int64_t> num_bins = {};     ///< so many, whose boundaries adapt() finds
    double epsilon = 0.01;                    ///< how exact they are, as a share of the data
    BinMode output_mode = "int";
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "discretization", "discretization_1", ... when not given
};

/// In which bin numbers fall (keras.layers.Discretization): with boundaries 0 and 1, -0.5 in 0, 0 in 1 and 1
/// in
/// 2. Any shape; int32 of the same shape, or encoded as by CategoryEncoding. Throws ValueError unless exactly
/// one of bin_boundaries and num_bins is given, and when called before there are boundaries. Boundaries that
/// adapt() finds are shared by the layer's copies.
class KERATIN_EXPORT Discretization : public Layer {
public:
    explicit Discretization(DiscretizationOptions options);

    /// Finds boundaries that leave as much of the data in each bin. Throws ValueError when they were given.
    void adapt(const Tensor& data);
    /// Given, or found; empty before.
    const std::vector<double>& bin_boundaries() const { return *boundaries_; }

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    DType compute_output_dtype(const std::vector<DType>& inputs) const override;
    std::string class_name() const override { return "Discretization"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    DiscretizationOptions options;

protected:
    void build_variables(const Shape& input_shape) override;

private:
    int64_t depth() const;

    std::shared_ptr<std::vector<double>> boundaries_;
    std::shared_ptr<bool> known_;  ///< given, or found
};

}  // namespace keratin::layers
