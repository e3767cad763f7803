#include "models/trainer.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <cstring>

namespace keratin {
namespace {

/// The outputs of batches, one behind the other; in one piece from the beginning where it is known how many
/// rows there will be, one for each sample.
class Gathered {
public:
    Gathered(const std::string& owner, std::optional<int64_t> samples)
        : owner_(owner), samples_(samples.value_or(0)), apart_(!samples) {}

    void add(const Tensors& outputs, int64_t rows) {
        if (rows_ == 0) start(outputs, rows);
        if (apart_) {
            parts_.push_back(outputs);
        } else {
            for (size_t i = 0; i < outputs.size(); ++i) place(outputs[i], i, rows);
        }
        rows_ += rows;
    }
    Tensors take() const {
        if (apart_) return joined();
        return all_.map(
            [&](const Tensor& all) { return rows_ < samples_ ? all.view(all.shape().with(0, rows_)) : all; });
    }

private:
    void start(const Tensors& outputs, int64_t rows) {
        for (size_t i = 0; i < outputs.size(); ++i) {
            const Tensor& output = outputs[i];
            if (output.rank() == 0)
                fail<ShapeError>(
                    "{}: predict gathers the rows of batches, but output {} is a scalar; reshape it to (1,), "
                    "or call the model",
                    owner_, i);
            // Keras joins such outputs as well.
            apart_ = apart_ || output.shape()[0] != rows;
        }
        if (apart_) return;
        all_ = outputs.map([&](const Tensor& output) {
            return Tensor::empty(output.shape().with(0, samples_), output.dtype());
        });
    }
    void place(const Tensor& output, size_t i, int64_t rows) {
        const Shape expected = all_[i].shape().with(0, rows);
        if (output.shape() != expected || output.dtype() != all_[i].dtype() || rows_ + rows > samples_)
            fail<ShapeError>(
                "{}: output {} of a batch of {} has shape {}, {} was expected after the batches before it; "
                "give each sample a row, or predict in one batch",
                owner_, i, rows, output.shape(), expected);
        std::memcpy(
            static_cast<char*>(all_[i].mutable_raw()) +
                static_cast<size_t>(rows_ * (rows ? output.size() / rows : 0)) * size_of(output.dtype()),
            output.raw(), static_cast<size_t>(output.size()) * size_of(output.dtype()));
    }
    Tensors joined() const {
        Tensors result;
        for (size_t i = 0; i < (parts_.empty() ? 0 : parts_.front().size()); ++i) {
            std::vector<Tensor> of_one;
            for (const Tensors& part : parts_) of_one.push_back(part[i]);
            result.push_back(concat(of_one, 0));
        }
        return result;
    }

    const std::string& owner_;
    int64_t samples_;
    bool apart_;
    int64_t rows_ = 0;
    Tensors all_;
    std::vector<Tensors> parts_;
};

}  // namespace

Tensors Trainer::predict(Feed& feed, std::optional<int64_t> samples,
                         callbacks::CallbackList& callbacks) const {
    NoGradient pause;
    callbacks.on_predict_begin({});
    Gathered outputs(model_.name(), samples);
    int64_t step = 0;
    while (const std::optional<Batch> batch = feed.next(0, step)) {
        callbacks.on_predict_batch_begin(step, {});
        outputs.add(model_.predict_step(batch->x), batch->x.front().shape()[0]);
        callbacks.on_predict_batch_end(step++, {});
    }
    if (step == 0) fail<ValueError>("{}: predict got no batch; give it data", model_.name());
    callbacks.on_predict_end({});
    return outputs.take();
}

Tensor class_weights(const Tensor& y, const std::map<int64_t, double>& weights) {
    const Tensor flat = y.rank() > 1 && y.shape().back() == 1 ? y.view(y.shape().slice(0, -1)) : y;
    const Tensor labels = convert(flat.rank() > 1 ? argmax(flat, -1) : flat, int64);
    if (labels.rank() != 1)
        fail<ShapeError>("class_weight: targets of shape {} are not one class per sample; use sample_weight",
                         y.shape());
    Tensor result = Tensor::empty(labels.shape(), float32);
    const std::span<float> out = result.mutable_data<float>();
    for (size_t i = 0; i < out.size(); ++i) {
        const auto found = weights.find(labels.data<int64_t>()[i]);
        out[i] = found == weights.end() ? 1.0f : static_cast<float>(found->second);
    }
    return result;
}

}  // namespace keratin
