#pragma once

#include <keratin/io/limits.hpp>
#include <keratin/models/model.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// Whole models as files: Keras's own formats, read and written.
namespace keratin {

/// Arguments of Model::save() and Model::save_weights().
struct SaveOptions {
    bool overwrite = true;          ///< false: throws IoError when the file is there already
    bool include_optimizer = true;  ///< what compile() was given, and the optimizer's state
    /// Inputs that a ".keras" file keeps together with what the model predicts for them, for run_self_test().
    Tensors self_test = {};
    /// GiB of numbers in each of the files that save_weights("NAME.weights.json") writes as
    /// "NAME_00000.weights.h5", ... beside that index of them.
    std::optional<double> max_shard_size = {};
};

/// Arguments of Model::load_weights().
struct LoadWeightsOptions {
    /// Leaves alone what the file does not have, or has in another shape, instead of throwing. By their
    /// order, files of Keras 2 must still have as many layers with weights as the model.
    bool skip_mismatch = false;
    bool by_name = false;  ///< ".h5" files of Keras 2: layers by their names instead of their order
    io::ReadLimits limits = {};
};

/// Arguments of load_model().
struct LoadOptions {
    bool compile = true;  ///< as the file says, with the optimizer's state
    io::ReadLimits limits = {};
};

/// What load_model() found, which reads like a model and like a pointer to one: it is the model in the file,
/// whatever its class, and shares everything with it.
///
///     auto model = load_model("lenet5.keras");
///     model.predict(x);
///     model->predict(x);
///     Sequential& layers = model.as<Sequential>();
///     std::shared_ptr<Model> shared = model;
class KERATIN_EXPORT LoadedModel : public Model {
public:
    explicit LoadedModel(std::shared_ptr<Model> model);

    Model* operator->() const { return model_.get(); }
    Model& operator*() const { return *model_; }
    const std::shared_ptr<Model>& pointer() const { return model_; }
    operator std::shared_ptr<Model>() const { return model_; }  // NOLINT: reads like the pointer
    /// The model as its own class; throws ValueError when it is another.
    template <std::derived_from<Model> M>
    M& as() const {
        if (M* model = dynamic_cast<M*>(model_.get())) return *model;
        wrong_class();
    }

    void build(const Shape& input_shape) override { model_->build(input_shape); }
    Tensor call(const Tensor& x) override { return model_->call(x); }
    Shape compute_output_shape(const Shape& input) const override {
        return model_->compute_output_shape(input);
    }
    void build_list(const std::vector<Shape>& input_shapes) override { model_->build_list(input_shapes); }
    std::vector<Tensor> call_list(const std::vector<Tensor>& inputs) override;
    std::vector<Shape> compute_output_shapes(const std::vector<Shape>& inputs) const override;
    DType compute_output_dtype(const std::vector<DType>& inputs) const override;
    bool supports_masking() const override { return model_->supports_masking(); }
    bool makes_mask() const override { return model_->makes_mask(); }
    std::vector<Tensor> compute_mask(const std::vector<Tensor>& inputs,
                                     const std::vector<Tensor>& outputs) const override;
    std::string class_name() const override { return model_->class_name(); }
    Config get_config() const override { return model_->get_config(); }
    std::optional<Shape> input_shape() const override { return model_->input_shape(); }
    std::vector<LayerReference> layers() const override { return model_->layers(); }
    std::optional<Logs> train_step(const Batch& batch) override { return model_->train_step(batch); }
    std::optional<Logs> test_step(const Batch& batch) const override { return model_->test_step(batch); }
    Tensors predict_step(const Tensors& x) const override { return model_->predict_step(x); }
    Logs compute_metrics(const Batch& batch, const Tensors& y_pred) const override {
        return model_->compute_metrics(batch, y_pred);
    }

protected:
    std::string_view final_activation(size_t output) const override {
        return model_->final_activation(output);
    }
    size_t output_count() const override { return model_->output_count(); }
    std::vector<std::vector<Shape>> output_shapes_of_layers() const override {
        return model_->output_shapes_of_layers();
    }
    std::vector<std::shared_ptr<detail::LayerState>> inner_states() const override {
        return model_->inner_states();
    }
    void own_variables(std::vector<Variable>& list) const override { model_->own_variables(list); }
    void build_variables(const Shape& input_shape) override { model_->build_variables(input_shape); }
    void build_list_variables(const std::vector<Shape>& shapes) override {
        model_->build_list_variables(shapes);
    }

private:
    [[noreturn]] void wrong_class() const;

    std::shared_ptr<Model> model_;
};

/// Model::save() (keras.saving.save_model).
inline void save_model(const Model& model, const std::string& path, const SaveOptions& options = {}) {
    model.save(path, options);
}

/// Reads a model with its weights, and compiles it as it was: a ".keras" file of Keras 3 or of Model::save(),
/// the same unzipped into a folder, or an ".h5" file as Keras 1 to 3 wrote them. Classes of one's own must be
/// known by register_layer() and its like; code in a file, such as a Lambda's, is refused, never run. Throws
/// IoError, FormatError for a file that is damaged or whose weights are not those of its config, ValueError
/// for what keratin does not offer.
KERATIN_EXPORT LoadedModel load_model(const std::string& path, const LoadOptions& options = {});
/// The same of a ".keras" or ".h5" file in memory.
KERATIN_EXPORT LoadedModel load_model(std::vector<uint8_t> file, const LoadOptions& options = {});

/// How far the predictions of a ".keras" file's model are from those that SaveOptions::self_test put into the
/// file: the largest difference, relative where the number is above 1; NaN for a number that is not one.
/// Nothing when the file has no self-test. Throws what load_model() throws.
KERATIN_EXPORT std::optional<double> run_self_test(const std::string& path, const LoadOptions& options = {});

}  // namespace keratin
