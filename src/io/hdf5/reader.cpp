#include "io/hdf5/reader.hpp"

#include "io/hdf5/chunk_copy.hpp"
#include "io/hdf5/filters.hpp"
#include "io/hdf5/tree_reader.hpp"

#include <algorithm>
#include <cstring>

namespace keratin::io::hdf5 {

Reader::Reader(std::shared_ptr<const Source> file, const ReadLimits& limits) : source_(std::move(file)) {
    TreeReader(*this, limits).read();
}

Tensor Reader::read(const Dataset& dataset) const {
    if (!dataset.unreadable.empty()) refuse(dataset, dataset.unreadable);
    Tensor result = Tensor::empty(dataset.shape, dataset.dtype);
    read_elements(dataset, static_cast<uint8_t*>(result.mutable_raw()));
    return result;
}

void Reader::read_into(const Dataset& dataset, Tensor& into) const {
    if (!dataset.unreadable.empty()) refuse(dataset, dataset.unreadable);
    if (into.shape() != dataset.shape)
        fail<ValueError>("{}: dataset \"{}\" has shape {}, and {} is needed", source_->name(), path(dataset),
                         dataset.shape, into.shape());
    if (into.dtype() != dataset.dtype)
        into = keratin::convert(read(dataset), into.dtype());
    else
        read_elements(dataset, static_cast<uint8_t*>(into.mutable_raw()));
}

std::string Reader::path(const Dataset& dataset) const {
    return path(dataset.place);
}

std::string Reader::path(size_t place) const {
    std::string result;
    for (; places_[place].name; place = places_[place].parent)
        result = result.empty() ? *places_[place].name : *places_[place].name + "/" + result;
    return result;
}

void Reader::refuse(const Dataset& dataset, const std::string& why) const {
    throw FormatError(source_->name(), {},
                      fmt::format("dataset \"{}\" cannot be read: {}", path(dataset), why));
}

void Reader::read_elements(const Dataset& dataset, uint8_t* to) const {
    if (dataset.shape.size() == 0) return;
    switch (dataset.layout.kind) {
        case Layout::Kind::compact:
            return convert(dataset, dataset.layout.content.data(), static_cast<size_t>(dataset.shape.size()),
                           to);
        case Layout::Kind::contiguous:
            return read_contiguous(dataset, to);
        case Layout::Kind::chunked:
            return read_chunks(dataset, to);
    }
}

void Reader::convert(const Dataset& dataset, const uint8_t* from, size_t count, uint8_t* to) const {
    if (!convert_elements(dataset.type, from, count, to))
        refuse(dataset, fmt::format("it holds a number that {} cannot", dataset.dtype));
}

void Reader::read_contiguous(const Dataset& dataset, uint8_t* to) const {
    if (dataset.layout.address == nowhere) return fill(dataset, to);
    const auto count = static_cast<size_t>(dataset.shape.size());
    uint64_t at = base_ + dataset.layout.address;
    if (dataset.type.is_direct() && dataset.type.kind != Type::Kind::boolean)
        return source_->read(at, to, count * dataset.type.size);
    constexpr size_t elements = 8192;
    std::vector<uint8_t> piece(std::min(count, elements) * dataset.type.size);
    for (size_t done = 0; done < count; done += elements) {
        const size_t now = std::min(elements, count - done);
        source_->read(at, piece.data(), now * dataset.type.size);
        convert(dataset, piece.data(), now, to + done * size_of(dataset.dtype));
        at += now * dataset.type.size;
    }
}

void Reader::fill(const Dataset& dataset, uint8_t* to) const {
    const size_t width = size_of(dataset.dtype);
    const size_t bytes = static_cast<size_t>(dataset.shape.size()) * width;
    std::memset(to, 0, width);
    if (!dataset.layout.fill.empty()) convert(dataset, dataset.layout.fill.data(), 1, to);
    for (size_t done = width; done < bytes; done *= 2)
        std::memcpy(to + done, to, std::min(done, bytes - done));
}

void Reader::read_chunks(const Dataset& dataset, uint8_t* to) const {
    const Layout& layout = dataset.layout;
    const ChunkCopy copy(dataset.shape.extents(), layout.chunk_extents);
    if (layout.chunks.size() < copy.chunks()) fill(dataset, to);
    const size_t chunk_bytes = copy.chunk_elements() * dataset.type.size;
    const size_t width = size_of(dataset.dtype);
    const bool as_it_is = dataset.type.is_direct() && dataset.type.kind != Type::Kind::boolean;
    std::vector<uint8_t> bytes;
    std::vector<uint8_t> spare;
    const File file(*source_);  // names the file in messages
    for (const Chunk& chunk : layout.chunks) {
        bytes.resize(chunk.bytes);
        source_->read(base_ + chunk.address, bytes.data(), bytes.size());
        undo_filters(layout.filters, chunk.skipped, chunk_bytes, Fields(file, {}, base_ + chunk.address),
                     bytes, spare);
        copy.each_run(chunk.index, [&](size_t from, size_t at, size_t count) {
            if (as_it_is)
                std::memcpy(to + at * width, &bytes[from * width], count * width);
            else
                convert(dataset, &bytes[from * dataset.type.size], count, to + at * width);
        });
    }
}

}  // namespace keratin::io::hdf5
