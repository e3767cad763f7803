#include <keratin/callbacks/swap_ema_weights.hpp>

#include <keratin/models/model.hpp>

namespace keratin::callbacks {

void SwapEMAWeights::show(bool averages) {
    if (averages == averages_shown_) return;
    const auto pairs = model->optimizer().averages();
    if (pairs.empty())
        fail<ValueError>(
            "SwapEMAWeights: {} keeps no averages; make it with .use_ema = true, and train before",
            model->optimizer().name());
    for (const auto& [variable, average] : pairs) {
        const Tensor weights = variable.storage();
        variable.assign(average.storage());
        average.assign(weights);
    }
    averages_shown_ = averages;
}

void SwapEMAWeights::on_epoch_begin(int64_t, const Logs&) {
    if (swap_on_epoch_) show(false);
}

void SwapEMAWeights::on_epoch_end(int64_t epoch, Logs&) {
    if (!swap_on_epoch_ || averages_shown_) return;
    show(true);
    if (epoch != params.epochs - 1) return;
    // The end of fit() writes the averages into the weights: they must be found there.
    for (const auto& [variable, average] : model->optimizer().averages()) average.assign(variable.storage());
}

CallbackState SwapEMAWeights::state() const {
    return {Config::object({{"averages_shown", averages_shown_}})};
}

void SwapEMAWeights::restore(const CallbackState& state) {
    averages_shown_ = state.values["averages_shown"].as_bool();
}

}  // namespace keratin::callbacks
