#pragma once

#include <keratin/models/callback.hpp>

#include <memory>
#include <string>
#include <vector>

namespace keratin::callbacks {

/// Writes a line per epoch into a CSV file: epoch (from 0), then the logs by name
/// (keras.callbacks.CSVLogger). Throws IoError when the file cannot be written.
class KERATIN_EXPORT CSVLogger : public Callback {
public:
    explicit CSVLogger(std::string filename, std::string separator = ",", bool append = false);
    void on_train_begin(const Logs&) override;
    void on_epoch_end(int64_t epoch, Logs& logs) override;
    void on_train_end(const Logs&) override;

private:
    struct File;
    void write(const std::string& line);

    std::string filename_;
    std::string separator_;
    bool append_;
    bool header_ = true;
    std::vector<std::string> keys_;
    std::shared_ptr<File> file_;
};

}  // namespace keratin::callbacks
