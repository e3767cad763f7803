#pragma once

#include <keratin/layers/layer.hpp>

#include <memory>
#include <string>
#include <vector>

namespace keratin::layers {

/// What every merging layer takes.
struct MergeOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "add", "add_1", ... when not given
};

/// What merging layers have in common (keras.src.layers.merging.base_merge.Merge): they take a list of
/// tensors whose extents, but for the batch, broadcast as NumPy's; shorter shapes get ones behind the batch.
/// Throws ValueError for a wrong number of inputs, ShapeError for shapes that do not go together.
///
///     layers::Add()({a, b});
class KERATIN_EXPORT Merge : public ListLayer {
public:
    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;
    std::string class_name() const override;
    bool supports_masking() const override { return true; }
    /// A position counts where it does in any input; no mask unless all inputs have one.
    std::vector<Tensor> compute_mask(const std::vector<Tensor>& inputs,
                                     const std::vector<Tensor>& outputs) const override;
    Config get_config() const override;

    MergeOptions options;

protected:
    Merge(MergeOptions options, const char* class_name);
    /// Tensors of one rank to one.
    virtual Tensor merge(const std::vector<Tensor>& inputs) const = 0;
    virtual void check_count(size_t inputs) const;
    void build_list_variables(const std::vector<Shape>& input_shapes) override;

private:
    const char* class_name_;
};

/// The sum of its inputs (keras.layers.Add).
class KERATIN_EXPORT Add : public Merge {
public:
    explicit Add(MergeOptions options = {});
    static std::shared_ptr<Layer> from_config(const Config& config);

protected:
    Tensor merge(const std::vector<Tensor>& inputs) const override;
};

/// The first input less the second; there must be two (keras.layers.Subtract).
class KERATIN_EXPORT Subtract : public Merge {
public:
    explicit Subtract(MergeOptions options = {});
    static std::shared_ptr<Layer> from_config(const Config& config);

protected:
    Tensor merge(const std::vector<Tensor>& inputs) const override;
    void check_count(size_t inputs) const override;
};

/// The product of its inputs (keras.layers.Multiply).
class KERATIN_EXPORT Multiply : public Merge {
public:
    explicit Multiply(MergeOptions options = {});
    static std::shared_ptr<Layer> from_config(const Config& config);

protected:
    Tensor merge(const std::vector<Tensor>& inputs) const override;
};

/// The mean of its inputs (keras.layers.Average).
class KERATIN_EXPORT Average : public Merge {
public:
    explicit Average(MergeOptions options = {});
    static std::shared_ptr<Layer> from_config(const Config& config);

protected:
    Tensor merge(const std::vector<Tensor>& inputs) const override;
};

/// The largest of its inputs, element by element (keras.layers.Maximum).
class KERATIN_EXPORT Maximum : public Merge {
public:
    explicit Maximum(MergeOptions options = {});
    static std::shared_ptr<Layer> from_config(const Config& config);

protected:
    Tensor merge(const std::vector<Tensor>& inputs) const override;
};

/// The smallest of its inputs, element by element (keras.layers.Minimum).
class KERATIN_EXPORT Minimum : public Merge {
public:
    explicit Minimum(MergeOptions options = {});
    static std::shared_ptr<Layer> from_config(const Config& config);

protected:
    Tensor merge(const std::vector<Tensor>& inputs) const override;
};

}  // namespace keratin::layers
