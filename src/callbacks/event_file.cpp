#include "callbacks/event_file.hpp"

#include "io/file.hpp"

#include <keratin/core/error.hpp>

#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include <unistd.h>

namespace keratin::events {
namespace {

template <class T>
std::string little_endian(T value) {
    std::string bytes;
    for (size_t i = 0; i < sizeof(T); ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
    return bytes;
}

uint32_t masked(uint32_t crc) {
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

std::string varint(uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
}

/// The fields of a protobuf message: a key of number and wire type, then the value.
std::string number_field(uint32_t field, uint64_t value) {
    return varint(field << 3) + varint(value);
}
std::string double_field(uint32_t field, double value) {
    return varint(field << 3 | 1) + little_endian(std::bit_cast<uint64_t>(value));
}
std::string bytes_field(uint32_t field, std::string_view bytes) {
    return varint(field << 3 | 2) + varint(bytes.size()) + std::string(bytes);
}

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string file_name() {
    static std::atomic<int> made{0};
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) std::strcpy(host.data(), "localhost");
    return fmt::format("events.out.tfevents.{}.{}.{}.{}.v2", static_cast<int64_t>(now()), host.data(),
                       ::getpid(), made++);
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
    uint32_t crc = 0xffffffffu;
    for (const char byte : bytes) {
        crc ^= static_cast<uint8_t>(byte);
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0u);
    }
    return ~crc;
}

std::string record(std::string_view data) {
    const std::string length = little_endian(static_cast<uint64_t>(data.size()));
    return length + little_endian(masked(crc32c(length))) + std::string(data) +
           little_endian(masked(crc32c(data)));
}

std::string version_event(double wall_time) {
    return double_field(1, wall_time) + bytes_field(3, "brain.Event:2");
}

std::string scalar_event(double wall_time, int64_t step, std::string_view tag, float value) {
    constexpr uint64_t float_type = 1, scalar_class = 1;  // DT_FLOAT, DATA_CLASS_SCALAR
    const std::string number = little_endian(std::bit_cast<uint32_t>(value));
    const std::string tensor = number_field(1, float_type) + bytes_field(2, "") + bytes_field(5, number);
    const std::string metadata = bytes_field(1, bytes_field(1, "scalars")) + number_field(4, scalar_class);
    const std::string entry = bytes_field(1, tag) + bytes_field(8, tensor) + bytes_field(9, metadata);
    std::string event = double_field(1, wall_time);
    if (step != 0) event += number_field(2, static_cast<uint64_t>(step));
    return event + bytes_field(5, bytes_field(1, entry));
}

EventFile::EventFile(const std::string& directory)
    : path_((std::filesystem::path(directory) / file_name()).string()), file_(nullptr, std::fclose) {
    io::make_directories(directory);
    file_.reset(std::fopen(path_.c_str(), "wbx"));
    if (!file_) fail<IoError>("{}: cannot be written: {}", path_, std::strerror(errno));
    write(version_event(now()));
}

void EventFile::add(int64_t step, std::string_view tag, double value) {
    write(scalar_event(now(), step, tag, static_cast<float>(value)));
}

void EventFile::write(std::string_view event) {
    const std::string bytes = record(event);
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
        fail<IoError>("{}: cannot be written: {}", path_, std::strerror(errno));
}

void EventFile::flush() {
    if (std::fflush(file_.get()) != 0)
        fail<IoError>("{}: cannot be written: {}", path_, std::strerror(errno));
}

}  // namespace keratin::events
