#include "models/trainer.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <cstring>

namespace keratin {
namespace {

/// The outputs of batches, one behind the other.
class Gathered {
public:
    explicit Gathered(std::optional<int64_t> samples) : samples_(samples.value_or(0)), apart_(!samples) {}

    /// Of a batch of `rows`: as a rule an output has as many, and its place is known beforehand.
    void add(const Tensors& outputs, int64_t rows) {
        if (!apart_ && !fits(outputs, rows)) {
            if (rows_ > 0) parts_.push_back(take());
            apart_ = true;
        }
        if (apart_) return parts_.push_back(outputs);
        for (size_t i = 0; i < outputs.size(); ++i) {
            const Tensor& output = outputs[i];
            if (rows_ == 0) all_.push_back(Tensor::empty(output.shape().with(0, samples_), output.dtype()));
            const int64_t row = output.shape()[0] ? output.size() / output.shape()[0] : 0;
            const size_t element = size_of(output.dtype());
            std::memcpy(
                static_cast<char*>(all_[i].mutable_raw()) + static_cast<size_t>(rows_ * row) * element,
                output.raw(), static_cast<size_t>(output.size()) * element);
        }
        rows_ += rows;
    }
    Tensors take() const {
        if (apart_) return joined();
        return all_.map(
            [&](const Tensor& all) { return rows_ < samples_ ? all.view(all.shape().with(0, rows_)) : all; });
    }

private:
    bool fits(const Tensors& outputs, int64_t rows) const {
        bool all = rows <= samples_ - rows_;
        for (size_t i = 0; i < outputs.size(); ++i) {
            const Tensor& output = outputs[i];
            all = all && output.rank() > 0 && output.shape()[0] == rows &&
                  (rows_ == 0 || (output.dtype() == all_[i].dtype() &&
                                  output.shape().with(0, samples_) == all_[i].shape()));
        }
        return all;
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
    Gathered outputs(samples);
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
