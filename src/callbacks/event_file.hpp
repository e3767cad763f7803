#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

/// The files that TensorBoard reads: TFRecords, each an Event of TensorFlow's protobufs.
namespace keratin::events {

/// CRC-32C (Castagnoli) of bytes.
uint32_t crc32c(std::string_view bytes);
/// A TFRecord: length, its checksum, the data, its checksum; little-endian, checksums masked.
std::string record(std::string_view data);

/// The Event that every file begins with.
std::string version_event(double wall_time);
/// The Event of one number, as tf.summary.scalar writes it.
std::string scalar_event(double wall_time, int64_t step, std::string_view tag, float value);

/// An event file, written to its end; every failure is an IoError that names path and cause.
class EventFile {
public:
    /// Makes directories and file: events.out.tfevents.<time>.<host>.<process>.<number>.v2.
    explicit EventFile(const std::string& directory);

    void add(int64_t step, std::string_view tag, double value);
    void flush();
    const std::string& path() const { return path_; }

private:
    void write(std::string_view event);

    std::string path_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

}  // namespace keratin::events
