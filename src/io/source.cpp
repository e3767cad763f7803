#include "io/source.hpp"

#include <keratin/core/error.hpp>

#include <cstring>

namespace keratin::io {
namespace {

class Part : public Source {
public:
    Part(std::shared_ptr<const Source> whole, std::string name, uint64_t begin, uint64_t size)
        : Source(std::move(name), size), whole_(std::move(whole)), begin_(begin) {}

private:
    void read_within(uint64_t offset, void* to, size_t bytes) const override {
        whole_->read(begin_ + offset, to, bytes);
    }
    std::shared_ptr<const Source> whole_;
    uint64_t begin_;
};

class Memory : public Source {
public:
    Memory(std::string name, std::vector<uint8_t> bytes)
        : Source(std::move(name), bytes.size()), bytes_(std::move(bytes)) {}

private:
    void read_within(uint64_t offset, void* to, size_t bytes) const override {
        if (bytes > 0) std::memcpy(to, bytes_.data() + offset, bytes);
    }
    std::vector<uint8_t> bytes_;
};

}  // namespace

void Source::read(uint64_t offset, void* to, size_t bytes) const {
    if (offset > size_ || bytes > size_ - offset)
        fail_at(name_, offset, "{} bytes were expected here, and all ends at byte {}", bytes, size_);
    read_within(offset, to, bytes);
}

std::string Source::text(uint64_t offset, size_t bytes) const {
    std::string text(bytes, '\0');
    read(offset, text.data(), text.size());
    return text;
}

std::shared_ptr<const Source> part_of(std::shared_ptr<const Source> whole, std::string name, uint64_t begin,
                                      uint64_t size) {
    if (begin > whole->size() || size > whole->size() - begin)
        fail_at(name, begin, "a part of {} bytes was expected here, and all ends at byte {}", size,
                whole->size());
    return std::make_shared<Part>(std::move(whole), std::move(name), begin, size);
}

std::shared_ptr<const Source> source_of(std::string name, std::vector<uint8_t> bytes) {
    return std::make_shared<Memory>(std::move(name), std::move(bytes));
}

bool begins_with(const Source& source, std::string_view mark, uint64_t offset) {
    if (offset > source.size() || source.size() - offset < mark.size()) return false;
    return source.text(offset, mark.size()) == mark;
}

std::string quoted(std::string_view text) {
    constexpr size_t most = 80;
    std::string result = "\"";
    for (const char c : text.substr(0, most)) {
        if (c >= ' ' && c <= '~')
            result += c;
        else
            result += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    }
    return result + (text.size() > most ? "...\"" : "\"");
}

}  // namespace keratin::io
