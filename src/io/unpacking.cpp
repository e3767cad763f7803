#include "io/unpacking.hpp"

#include <keratin/core/error.hpp>

#include <zlib.h>

#include <algorithm>
#include <array>

namespace keratin::io {
namespace {

constexpr size_t step = 128 * 1024;

}  // namespace

struct Unpacking::Stream : z_stream {
    explicit Stream(int window) : z_stream() {
        // Fails for want of memory only.
        if (inflateInit2(this, window) != Z_OK) fail<ValueError>("memory: nothing is left to unpack with");
    }
    ~Stream() { inflateEnd(this); }
};

Unpacking::Unpacking(const Source& packed, Form form) : packed_(packed), form_(form) {
    if (form == Form::plain) return;
    stream_ = std::make_unique<Stream>(form == Form::gzip ? MAX_WBITS + 16 : -MAX_WBITS);
    piece_.resize(static_cast<size_t>(std::min<uint64_t>(step, packed.size())));
}

Unpacking::~Unpacking() = default;

uint64_t Unpacking::most() const {
    return form_ == Form::plain
               ? packed_.size()
               : most_deflate_gain * std::min(packed_.size(), ~uint64_t{0} / most_deflate_gain);
}

void Unpacking::damaged(const char* why) const {
    fail_at(packed_.name(), taken_ - stream_->avail_in,
            "the packed data is damaged, after {} unpacked bytes: {}", given_, why);
}

void Unpacking::refill() {
    if (stream_->avail_in > 0) return;
    const auto count = static_cast<size_t>(std::min<uint64_t>(piece_.size(), packed_.size() - taken_));
    packed_.read(taken_, piece_.data(), count);
    taken_ += count;
    stream_->next_in = piece_.data();
    stream_->avail_in = static_cast<uInt>(count);
}

void Unpacking::end_member() {
    refill();
    if (stream_->avail_in == 0)
        ended_ = true;
    else if (form_ == Form::deflated || inflateReset(stream_.get()) != Z_OK)
        damaged("other bytes follow");
}

size_t Unpacking::read(void* to, size_t bytes) {
    const size_t asked = bytes;
    if (plain()) {
        bytes = static_cast<size_t>(std::min<uint64_t>(bytes, packed_.size() - taken_));
        packed_.read(taken_, to, bytes);
        taken_ += bytes;
        return bytes;
    }
    auto* out = static_cast<uint8_t*>(to);
    while (bytes > 0 && !ended_) {
        refill();
        const auto room = static_cast<uInt>(std::min<size_t>(bytes, size_t{1} << 30));
        stream_->next_out = out;
        stream_->avail_out = room;
        const int state = inflate(stream_.get(), Z_NO_FLUSH);
        const size_t done = room - stream_->avail_out;
        out += done;
        bytes -= done;
        given_ += done;
        if (state == Z_STREAM_END)
            end_member();
        else if (state == Z_BUF_ERROR)
            damaged("it is cut off");
        else if (state != Z_OK)
            damaged(stream_->msg ? stream_->msg : "it is not what zlib writes");
    }
    return asked - bytes;
}

Unpacking::Form form_of(const Source& source) {
    std::array<uint8_t, 2> magic{};
    if (source.size() < magic.size()) return Unpacking::Form::plain;
    source.read(0, magic.data(), magic.size());
    return magic[0] == 0x1F && magic[1] == 0x8B ? Unpacking::Form::gzip : Unpacking::Form::plain;
}

}  // namespace keratin::io
