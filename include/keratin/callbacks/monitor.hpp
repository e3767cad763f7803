#pragma once

#include <keratin/models/callback.hpp>

#include <limits>
#include <optional>
#include <string>

namespace keratin::callbacks {

/// Which way a monitored value improves.
enum class Mode : uint8_t { automatic, min, max };
/// "auto", "min" or "max"; throws ValueError for another word.
KERATIN_EXPORT Mode mode(std::string_view name);

/// What EarlyStopping, ModelCheckpoint and ReduceLROnPlateau share (Keras's MonitorCallback): a name in the
/// logs, and when its value is an improvement. "auto" means min for losses, else what the metric of that name
/// says; ValueError when no metric has it.
class KERATIN_EXPORT Monitor : public Callback {
protected:
    Monitor(std::string monitor, Mode mode, double min_delta, std::optional<double> start);

    /// The value in the logs, or null after a warning on standard error.
    const double* monitored(const Logs& logs) const;
    /// True when the value is better than best by more than min_delta.
    bool improves(double value);
    void resolve_mode();
    CallbackState state() const override;
    void restore(const CallbackState& state) override;

    std::string monitor_;
    Mode mode_;
    double min_delta_;
    std::optional<double> best_;
};

}  // namespace keratin::callbacks
