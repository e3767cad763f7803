#include <keratin/callbacks/tensor_board.hpp>

#include "callbacks/event_file.hpp"

#include <keratin/models/model.hpp>

#include <filesystem>

namespace keratin::callbacks {

class TensorBoard::Writer : public events::EventFile {
public:
    using EventFile::EventFile;
};

TensorBoard::TensorBoard(std::string log_dir, TensorBoardOptions options)
    : directory_(std::move(log_dir)), options_(options) {
    if (options_.update_freq && *options_.update_freq < 1)
        fail<ValueError>("TensorBoard: update_freq is {}; it must be at least 1", *options_.update_freq);
}

TensorBoard::Writer& TensorBoard::writer(std::shared_ptr<Writer>& kept, const char* run) {
    if (!kept) kept = std::make_shared<Writer>((std::filesystem::path(directory_) / run).string());
    return *kept;
}

void TensorBoard::on_train_begin(const Logs&) {
    batches_ = 0;
}

void TensorBoard::on_epoch_begin(int64_t, const Logs&) {
    batches_before_epoch_ = batches_;
    epoch_begin_ = Clock::now();
}

void TensorBoard::on_train_batch_begin(int64_t, const Logs&) {
    ++batches_;
    batch_begin_ = Clock::now();
}

void TensorBoard::on_train_batch_end(int64_t, const Logs& logs) {
    if (!options_.update_freq || batches_ % *options_.update_freq != 0) return;
    if (options_.write_steps_per_second) {
        const std::chrono::duration<double> took = Clock::now() - batch_begin_;
        train().add(batches_, "batch_steps_per_second", 1 / took.count());
    }
    for (const auto& [name, value] : logs) train().add(batches_, "batch_" + name, value);
}

void TensorBoard::on_epoch_end(int64_t epoch, Logs& logs) {
    for (const auto& [name, value] : logs) {
        const bool held_out = name.starts_with("val_");
        (held_out ? validation() : train()).add(epoch, "epoch_" + (held_out ? name.substr(4) : name), value);
    }
    if (!logs.contains("learning_rate"))
        train().add(epoch, "epoch_learning_rate", model->optimizer().learning_rate());
    if (options_.write_steps_per_second) {
        const std::chrono::duration<double> took = Clock::now() - epoch_begin_;
        train().add(epoch, "epoch_steps_per_second",
                    static_cast<double>(batches_ - batches_before_epoch_) / took.count());
    }
    for (const auto& kept : {train_, validation_})
        if (kept) kept->flush();
}

void TensorBoard::on_test_end(const Logs& logs) {
    if (!model->compiled()) return;
    for (const auto& [name, value] : logs)
        validation().add(model->optimizer().iterations(), "evaluation_" + name + "_vs_iterations", value);
    validation().flush();
}

void TensorBoard::on_train_end(const Logs&) {
    for (const auto& kept : {train_, validation_})
        if (kept) kept->flush();
    train_.reset();
    validation_.reset();
}

CallbackState TensorBoard::state() const {
    return {Config::object({{"batches", batches_}, {"before_epoch", batches_before_epoch_}})};
}

void TensorBoard::restore(const CallbackState& state) {
    batches_ = state.values["batches"].as_integer();
    batches_before_epoch_ = state.values["before_epoch"].as_integer();
}

}  // namespace keratin::callbacks
