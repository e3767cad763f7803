#include <keratin/callbacks/csv_logger.hpp>

#include "core/float_format.hpp"

#include <keratin/core/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace keratin::callbacks {

struct CSVLogger::File {
    explicit File(std::FILE* opened) : stream(opened) {}
    ~File() { std::fclose(stream); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    std::FILE* stream;
};

CSVLogger::CSVLogger(std::string filename, std::string separator, bool append)
    : filename_(std::move(filename)), separator_(std::move(separator)), append_(append) {}

void CSVLogger::on_train_begin(const Logs&) {
    std::FILE* stream = std::fopen(filename_.c_str(), "ae");
    if (!stream) fail<IoError>("{}: cannot be written: {}", filename_, std::strerror(errno));
    file_ = std::make_shared<File>(stream);
    kept_ = append_ ? size() : 0;
    begun_ = false;
    keys_.clear();
}

int64_t CSVLogger::size() const {
    std::fseek(file_->stream, 0, SEEK_END);
    return std::ftell(file_->stream);
}

void CSVLogger::begin_lines() {
    if (begun_) return;
    if (size() > kept_ && ::ftruncate(::fileno(file_->stream), kept_) != 0)
        fail<IoError>("{}: cannot be shortened: {}", filename_, std::strerror(errno));
    begun_ = true;
}

void CSVLogger::write(const std::string& line) {
    if (std::fputs(line.c_str(), file_->stream) < 0 || std::fflush(file_->stream) != 0)
        fail<IoError>("{}: cannot be written: {}", filename_, std::strerror(errno));
}

void CSVLogger::on_epoch_end(int64_t epoch, Logs& logs) {
    begin_lines();
    if (keys_.empty()) {
        bool validated = false;
        for (const auto& [name, value] : logs) {
            keys_.push_back(name);
            validated = validated || name.starts_with("val_");
        }
        // Validation may begin in a later epoch; its columns are there from the start.
        const size_t count = keys_.size();
        if (!validated)
            for (size_t i = 0; i < count; ++i) keys_.push_back("val_" + keys_[i]);
    }
    if (size() == 0) write(fmt::format("epoch{}{}\r\n", separator_, fmt::join(keys_, separator_)));
    std::string line = std::to_string(epoch);
    for (const std::string& key : keys_) {
        const double* value = logs.find(key);
        line += separator_ + (value ? float_text(*value) : "NA");
    }
    write(line + "\r\n");
}

void CSVLogger::on_train_end(const Logs&) {
    begin_lines();
    file_.reset();
}

CallbackState CSVLogger::state() const {
    Config keys = Config::List();
    for (const std::string& key : keys_) keys.append(key);
    return {Config::object({{"bytes", file_ && begun_ ? size() : kept_}, {"keys", std::move(keys)}})};
}

void CSVLogger::restore(const CallbackState& state) {
    std::vector<std::string> keys;
    for (const Config& key : state.values["keys"].as_list()) keys.push_back(key.as_string());
    const int64_t bytes = state.values["bytes"].as_integer();
    if (bytes < 0) fail<ValueError>("CSVLogger: a file of {} bytes was saved", bytes);
    keys_ = std::move(keys);
    kept_ = std::min(bytes, size());
    begun_ = false;
}

}  // namespace keratin::callbacks
