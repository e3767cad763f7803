#pragma once

#include <keratin/models/callback.hpp>

#include <memory>
#include <string>
#include <vector>

namespace keratin::callbacks {

/// Writes a line per epoch into a CSV file: epoch (from 0), then the logs by name
/// (keras.callbacks.CSVLogger). Without `append` what the file held before goes when the first line comes; a
/// fit() that goes on from a checkpoint keeps the lines up to there. Throws IoError when the file cannot be
/// written.
class KERATIN_EXPORT CSVLogger : public Callback {
public:
    explicit CSVLogger(std::string filename, std::string separator = ",", bool append = false);
    void on_train_begin(const Logs&) override;
    void on_epoch_end(int64_t epoch, Logs& logs) override;
    void on_train_end(const Logs&) override;
    CallbackState state() const override;
    void restore(const CallbackState& state) override;

private:
    struct File;
    void write(const std::string& line);
    int64_t size() const;  ///< of the file
    void begin_lines();

    std::string filename_;
    std::string separator_;
    bool append_;
    int64_t kept_ = 0;    ///< bytes of what the file held before
    bool begun_ = false;  ///< and the rest is cut off
    std::vector<std::string> keys_;
    std::shared_ptr<File> file_;
};

}  // namespace keratin::callbacks
