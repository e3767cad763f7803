#include "io/npy.hpp"

#include <keratin/core/error.hpp>

#include "io/elements.hpp"
#include "io/file.hpp"
#include "io/npy_header.hpp"
#include "io/zip.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace keratin::io {
namespace {

constexpr std::string_view suffix = ".npy";

/// The elements of an array whose first axis varies fastest, with its last one doing so.
Tensor in_c_order(const Tensor& fortran) {
    const Shape& shape = fortran.shape();
    Tensor result = Tensor::empty(shape, fortran.dtype());
    const size_t width = size_of(fortran.dtype());
    std::array<size_t, Shape::max_rank> strides{};  // bytes
    size_t stride = width;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        strides[static_cast<size_t>(axis)] = stride;
        stride *= static_cast<size_t>(shape[axis]);
    }
    std::array<int64_t, Shape::max_rank> index{};
    const auto* from = static_cast<const uint8_t*>(fortran.raw());
    auto* to = static_cast<uint8_t*>(result.mutable_raw());
    size_t at = 0;
    for (int64_t i = 0; i < result.size(); ++i, to += width) {
        std::memcpy(to, from + at, width);
        for (int axis = shape.rank() - 1; axis >= 0; --axis) {
            const auto a = static_cast<size_t>(axis);
            at += strides[a];
            if (++index[a] < shape[axis]) break;
            at -= strides[a] * static_cast<size_t>(shape[axis]);
            index[a] = 0;
        }
    }
    return result;
}

std::string header_of(const std::string& call, const std::string& name, const Tensor& tensor) {
    const std::string owner = call + ": the tensor" + (name.empty() ? "" : " \"" + name + "\"");
    if (!tensor.defined()) fail<ValueError>("{} is undefined", owner);
    return npy_header(tensor, owner);
}

}  // namespace

Tensor read_npy(const Source& file) {
    const NpyHeader header = read_npy_header(file);
    Tensor tensor = Tensor::empty(header.shape, header.dtype);
    auto* bytes = static_cast<uint8_t*>(tensor.mutable_raw());
    const size_t count = bytes_of(tensor);
    const size_t width = size_of(header.dtype);
    file.read(header.bytes, bytes, count);
    if (header.big_endian && width > 1)
        for (uint8_t* element = bytes; element != bytes + count; element += width)
            std::reverse(element, element + width);
    if (header.dtype == bool_) require_bools(tensor, file.name(), header.bytes);
    return header.fortran_order ? in_c_order(tensor) : tensor;
}

NamedTensors read_npz(const std::shared_ptr<const Source>& file, const ReadLimits& limits) {
    const ZipReader archive(file, limits);
    NamedTensors tensors;
    for (const std::string& member : archive.names()) {
        if (!member.ends_with(suffix))
            fail_at(file->name(), {}, "the archive has {}; a .npz has members that end with .npy only",
                    quoted(member));
        tensors.emplace_back(member.substr(0, member.size() - suffix.size()),
                             read_npy(*archive.open(member)));
    }
    return tensors;
}

Tensor load_npy(const std::string& path) {
    return read_npy(InputFile(path));
}

void save_npy(const std::string& path, const Tensor& tensor) {
    const std::string header = header_of("save_npy", "", tensor);
    AtomicFile file(path);
    file.write(header.data(), header.size());
    file.write(tensor.raw(), bytes_of(tensor));
    file.commit();
}

NamedTensors load_npz(const std::string& path, const ReadLimits& limits) {
    return read_npz(std::make_shared<InputFile>(path), limits);
}

void save_npz(const std::string& path, const NamedTensors& tensors, const NpzOptions& options) {
    std::vector<std::string> headers;  // before there is a file
    for (const auto& [name, tensor] : tensors) headers.push_back(header_of("save_npz", name, tensor));
    AtomicFile file(path);
    ZipWriter archive(file);
    for (size_t i = 0; i < tensors.size(); ++i) {
        const std::array<Piece, 2> pieces = {piece_of(headers[i]), piece_of(tensors[i].second)};
        const std::string member = tensors[i].first + std::string(suffix);
        if (options.compressed)
            archive.add_deflated(member, pieces);
        else
            archive.add(member, pieces);
    }
    archive.finish();
    file.commit();
}

}  // namespace keratin::io
