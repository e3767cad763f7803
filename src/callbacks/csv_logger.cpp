#include <keratin/callbacks/csv_logger.hpp>

#include "core/float_format.hpp"

#include <keratin/core/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

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
    std::FILE* stream = std::fopen(filename_.c_str(), append_ ? "ae" : "we");
    if (!stream) fail<IoError>("{}: cannot be written: {}", filename_, std::strerror(errno));
    file_ = std::make_shared<File>(stream);
    std::fseek(stream, 0, SEEK_END);
    header_ = std::ftell(stream) == 0;
    keys_.clear();
}

void CSVLogger::write(const std::string& line) {
    if (std::fputs(line.c_str(), file_->stream) < 0 || std::fflush(file_->stream) != 0)
        fail<IoError>("{}: cannot be written: {}", filename_, std::strerror(errno));
}

void CSVLogger::on_epoch_end(int64_t epoch, Logs& logs) {
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
        if (header_) write(fmt::format("epoch{}{}\r\n", separator_, fmt::join(keys_, separator_)));
    }
    std::string line = std::to_string(epoch);
    for (const std::string& key : keys_) {
        const double* value = logs.find(key);
        line += separator_ + (value ? float_text(*value) : "NA");
    }
    write(line + "\r\n");
}

void CSVLogger::on_train_end(const Logs&) {
    file_.reset();
}

}  // namespace keratin::callbacks
