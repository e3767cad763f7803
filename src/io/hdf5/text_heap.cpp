#include "io/hdf5/text_heap.hpp"

#include <algorithm>

namespace keratin::io::hdf5 {
namespace {

constexpr size_t least = 4096;  ///< bytes of a collection
constexpr size_t header = 16;   ///< of a collection, and of an object

}  // namespace

Output TextHeap::add(std::string_view text) {
    const size_t bytes = header + (text.size() + 7) / 8 * 8;
    if (objects_ > 0 && out_.size() - begin_ + bytes > least) end();
    if (objects_ == 0) begin();
    ++objects_;
    out_.u16(objects_);
    out_.u16(0);
    out_.u32(0);
    out_.u64(text.size());
    out_.text(text);
    out_.align(8);
    Output element;
    element.u32(text.size());
    element.u64(address_ + begin_);
    element.u32(objects_);
    return element;
}

void TextHeap::begin() {
    begin_ = out_.size();
    out_.text("GCOL");
    out_.u32(1);
    out_.u64(0);  // its size, when known
}

void TextHeap::end() {
    if (objects_ == 0) return;
    const size_t used = out_.size() - begin_;
    const size_t whole = std::max(used, least);
    out_.put_u64(begin_ + 8, whole);
    if (whole - used >= header) {  // what is free is object 0
        out_.u64(0);
        out_.u64(whole - used);
    }
    out_.zeros(begin_ + whole - out_.size());
    objects_ = 0;
}

const Output& TextHeap::finish() {
    end();
    return out_;
}

}  // namespace keratin::io::hdf5
