#include "io/checkpoint.hpp"

#include "core/config_json.hpp"
#include "io/file.hpp"

#include <keratin/core/error.hpp>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <system_error>

namespace keratin {
namespace {

constexpr int64_t version = 1;
constexpr const char* state_name = "training_state";  ///< the tensor that holds the state as JSON

/// JSON knows no numbers that are not finite.
constexpr const char* not_finite = "not_finite";

Config encoded(const Config& value) {
    if (value.is_list()) {
        Config::List list;
        for (const Config& item : value.as_list()) list.push_back(encoded(item));
        return list;
    }
    if (value.is_object()) {
        Config::Object members;
        for (const auto& [name, item] : value.members()) members.emplace_back(name, encoded(item));
        return Config::object(std::move(members));
    }
    if (!value.is_number() || value.is_integer() || std::isfinite(value.as_number())) return value;
    const double number = value.as_number();
    return Config::object({{not_finite, std::isnan(number) ? 0 : number < 0 ? -1 : 1}});
}

Config decoded(const Config& value) {
    if (value.is_list()) {
        Config::List list;
        for (const Config& item : value.as_list()) list.push_back(decoded(item));
        return list;
    }
    if (!value.is_object()) return value;
    if (const Config* kind = value.find(not_finite); kind && kind->is_integer()) {
        const int64_t sign = kind->as_integer();
        if (sign == 0) return std::numeric_limits<double>::quiet_NaN();
        return sign < 0 ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    }
    Config::Object members;
    for (const auto& [name, item] : value.members()) members.emplace_back(name, decoded(item));
    return Config::object(std::move(members));
}

Tensor text_tensor(const std::string& text) {
    Tensor tensor = Tensor::empty({static_cast<int64_t>(text.size())}, uint8);
    std::memcpy(tensor.mutable_raw(), text.data(), text.size());
    return tensor;
}

Config state_from(const Tensor& tensor, const std::string& file) {
    const std::string_view text(static_cast<const char*>(tensor.raw()), static_cast<size_t>(tensor.size()));
    const Config state = config_from_json(text, fmt::format("{}: {}", file, state_name));
    const Config* const written = state.is_object() ? state.find("version") : nullptr;
    if (!written || !written->is_integer()) fail_at(file, {}, "{} names no version", state_name);
    if (written->as_integer() > version)
        throw LaterFormat(
            file, {},
            fmt::format("it is a checkpoint of format {}; this version of keratin reads up to {}",
                        written->as_integer(), version));
    return decoded(state);
}

}  // namespace

void io::write_checkpoint(const Sink& sink, const TrainingCheckpoint& checkpoint) {
    NamedTensors tensors = checkpoint.tensors;
    Config state = encoded(checkpoint.state);
    state.set("version", version);
    tensors.emplace_back(state_name, text_tensor(state.to_json()));
    write_safetensors(sink, tensors, {.metadata = {{"format", "keratin checkpoint"}}}, true);
}

bool io::is_checkpoint(const NamedTensors& tensors) {
    return tensors.size() > 1 && tensors[tensors.size() - 2].first == state_name;
}

TrainingCheckpoint io::read_checkpoint(const Source& source) {
    TrainingCheckpoint checkpoint;
    checkpoint.tensors = read_safetensors(source, true);
    if (checkpoint.tensors.empty() || checkpoint.tensors.back().first != state_name ||
        checkpoint.tensors.back().second.dtype() != uint8)
        fail_at(source.name(), {}, "it is no checkpoint: its tensor before the last is not \"{}\"",
                state_name);
    checkpoint.state = state_from(checkpoint.tensors.back().second, source.name());
    checkpoint.tensors.pop_back();
    return checkpoint;
}

void write_checkpoint(const std::string& path, const TrainingCheckpoint& checkpoint,
                      const std::string& previous) {
    io::AtomicFile file(path);
    io::write_checkpoint([&](const void* data, size_t bytes) { file.write(data, bytes); }, checkpoint);
    file.commit(previous);
}

TrainingCheckpoint read_checkpoint(const std::string& path) {
    return io::read_checkpoint(io::InputFile(path));
}

TrainingCheckpoint read_newest_checkpoint(const std::string& path, const std::string& otherwise) {
    std::string complaint = path + " is missing";
    bool damaged = false;
    try {
        if (otherwise.empty() || io::file_exists(path)) return read_checkpoint(path);
    } catch (const LaterFormat&) {
        throw;  // whole, and more than we know of
    } catch (const FormatError& error) {
        if (otherwise.empty() || !io::file_exists(otherwise)) throw;
        complaint = error.what();
        damaged = true;
    }
    TrainingCheckpoint older = read_checkpoint(otherwise);
    fmt::print(stderr, "keratin: {}; going on from the one before, {}\n", complaint, otherwise);
    std::error_code ignored;  // it can be read, that is what matters
    if (damaged) std::filesystem::rename(path, path + ".damaged", ignored);
    std::filesystem::rename(otherwise, path, ignored);
    return older;
}

}  // namespace keratin
