#include "onnx/tensors.hpp"
#include "io/file.hpp"
#include "onnx/import/file.hpp"

#include <keratin/core/error.hpp>

#include <charconv>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace keratin::onnx {

struct ExternalFiles::Place {
    std::string path;
    uint64_t offset = 0, length = 0;
};

namespace {

/// A file that is no link, of the directory itself; closes itself.
class PlainFile {
public:
    PlainFile(const std::string& path, const std::string& model)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {
        struct stat status {};
        if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
            const int why = errno;
            if (descriptor_ >= 0) ::close(descriptor_);
            const bool link_or_socket = why == ELOOP || why == ENXIO;
            if (descriptor_ < 0 && !link_or_socket)
                fail<IoError>("{}: cannot be opened: {}", path, std::strerror(why));
            fail_at(model, {}, "its external data is in '{}', which is not a plain file", path);
        }
        size_ = static_cast<uint64_t>(status.st_size);
    }
    ~PlainFile() { ::close(descriptor_); }
    PlainFile(const PlainFile&) = delete;
    PlainFile& operator=(const PlainFile&) = delete;

    uint64_t size() const { return size_; }
    bool read(uint64_t offset, void* to, uint64_t bytes) const {
        auto* out = static_cast<char*>(to);
        while (bytes > 0) {
            const ssize_t got = ::pread(descriptor_, out, bytes, static_cast<off_t>(offset));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return false;
            out += got, offset += static_cast<uint64_t>(got), bytes -= static_cast<uint64_t>(got);
        }
        return true;
    }

private:
    int descriptor_;
    uint64_t size_ = 0;
};

/// Numbers of a typed field as elements.
template <class To, class From>
void fill(Tensor& tensor, const From& from) {
    auto to = tensor.mutable_data<To>();
    for (size_t i = 0; i < to.size(); ++i) to[i] = static_cast<To>(from[static_cast<int>(i)]);
}

/// Elements that are stored as their bits in int32_data.
void fill_bits(Tensor& tensor, const pb::TensorProto& proto) {
    auto* to = static_cast<char*>(tensor.mutable_raw());
    const size_t size = size_of(tensor.dtype());
    for (int i = 0; i < proto.int32_data_size(); ++i) {
        const int32_t number = proto.int32_data(i);
        const auto bits = static_cast<uint32_t>(tensor.dtype() == bool_ ? number != 0 : number);
        std::memcpy(to + static_cast<size_t>(i) * size, &bits, size);
    }
}

uint64_t numbers_in(const pb::TensorProto& proto, DType dtype) {
    switch (dtype) {
        case float32:
            return static_cast<uint64_t>(proto.float_data_size());
        case float64:
            return static_cast<uint64_t>(proto.double_data_size());
        case int64:
            return static_cast<uint64_t>(proto.int64_data_size());
        default:
            return static_cast<uint64_t>(proto.int32_data_size());
    }
}

/// Bools are 0 or 1, whatever a file says.
void make_plain(Tensor& tensor) {
    if (tensor.dtype() != bool_) return;
    auto* bytes = static_cast<uint8_t*>(tensor.mutable_raw());
    for (int64_t i = 0; i < tensor.size(); ++i) bytes[i] = bytes[i] != 0;
}

struct Layout {
    DType dtype;
    Shape shape;
    uint64_t elements, bytes;
};

Layout layout_of(const pb::TensorProto& proto, const std::string& file, const std::string& what) {
    const std::optional<DType> dtype = dtype_of_element(proto.data_type());
    if (!dtype)
        fail_at(file, {}, "{} is of {}, which keratin has no dtype for", what,
                element_name(proto.data_type()));
    if (proto.dims_size() > Shape::max_rank)
        fail_at(file, {}, "{} has {} axes; there may be {}", what, proto.dims_size(), Shape::max_rank);
    uint64_t elements = 1;
    constexpr uint64_t most = uint64_t{1} << 48;
    bool empty = false;
    for (const int64_t extent : proto.dims()) {
        empty = empty || extent == 0;
        const auto factor = static_cast<uint64_t>(std::max<int64_t>(extent, 1));
        if (extent < 0 || factor > most || __builtin_mul_overflow(elements, factor, &elements) ||
            elements > most)
            fail_at(file, {}, "{} has extents [{}], which is no shape that can be", what,
                    fmt::join(proto.dims(), ", "));
    }
    if (empty) elements = 0;
    return {*dtype, Shape(std::vector<int64_t>(proto.dims().begin(), proto.dims().end())), elements,
            elements * size_of(*dtype)};
}

}  // namespace

ExternalFiles::Place ExternalFiles::place_of(const pb::TensorProto& tensor, uint64_t bytes) const {
    Place place;
    place.length = bytes;
    bool located = false;
    for (const pb::StringStringEntryProto& entry : tensor.external_data()) {
        const std::string& value = entry.value();
        uint64_t number = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        const bool is_number = error == std::errc() && end == value.data() + value.size();
        if (entry.key() == "location") {
            // Of the directory itself: anything else may lead out of it.
            if (value.empty() || value == "." || value == ".." || value.find('/') != std::string::npos ||
                value.find('\0') != std::string::npos || value.find('\\') != std::string::npos)
                fail_at(model_path_, {},
                        "tensor '{}' wants data from '{}'; it must be a file beside the model's",
                        tensor.name(), value);
            const size_t slash = model_path_.rfind('/');
            place.path = (slash == std::string::npos ? "" : model_path_.substr(0, slash + 1)) + value;
            located = true;
        } else if (entry.key() == "offset" || entry.key() == "length") {
            if (!is_number)
                fail_at(model_path_, {}, "tensor '{}' has external data with {} '{}', which is no number",
                        tensor.name(), entry.key(), value);
            (entry.key() == "offset" ? place.offset : place.length) = number;
        }
    }
    if (!located) fail_at(model_path_, {}, "tensor '{}' has external data without a location", tensor.name());
    if (place.length != bytes)
        fail_at(model_path_, {}, "tensor '{}' needs {} bytes, its external data has {}", tensor.name(), bytes,
                place.length);
    return place;
}

void ExternalFiles::check(const pb::TensorProto& tensor, uint64_t bytes) const {
    const Place place = place_of(tensor, bytes);
    const PlainFile file(place.path, model_path_);
    if (place.offset > file.size() || bytes > file.size() - place.offset)
        fail_at(model_path_, {}, "tensor '{}' wants {} bytes from {} on of '{}', which has {}", tensor.name(),
                bytes, place.offset, place.path, file.size());
}

void ExternalFiles::read(const pb::TensorProto& tensor, void* to, uint64_t bytes) const {
    check(tensor, bytes);
    const Place place = place_of(tensor, bytes);
    if (!PlainFile(place.path, model_path_).read(place.offset, to, bytes))
        fail<IoError>("{}: cannot be read", place.path);
}

uint64_t bytes_of(const pb::TensorProto& proto, const ExternalFiles* external, const std::string& file,
                  const std::string& what) {
    const Layout layout = layout_of(proto, file, what);
    if (proto.data_location() == 1) {
        if (!external) fail_at(file, {}, "{} has external data, which an attribute cannot have", what);
        external->check(proto, layout.bytes);
    } else if (proto.data_location() != 0) {
        fail_at(file, {}, "{} has data location {}, which is none", what, proto.data_location());
    } else if (proto.has_raw_data()) {
        if (proto.raw_data().size() != layout.bytes)
            fail_at(file, {}, "{} of shape {} takes {} bytes, its data has {}", what, layout.shape,
                    layout.bytes, proto.raw_data().size());
    } else if (numbers_in(proto, layout.dtype) != layout.elements) {
        fail_at(file, {}, "{} of shape {} holds {} numbers, its data has {}", what, layout.shape,
                layout.elements, numbers_in(proto, layout.dtype));
    }
    return layout.bytes;
}

Tensor tensor_of(const pb::TensorProto& proto, const ExternalFiles* external, const std::string& file,
                 const std::string& what) {
    const uint64_t bytes = bytes_of(proto, external, file, what);
    const Layout layout = layout_of(proto, file, what);
    Tensor tensor = Tensor::empty(layout.shape, layout.dtype);
    if (proto.data_location() == 1) {
        external->read(proto, tensor.mutable_raw(), bytes);
    } else if (proto.has_raw_data()) {
        if (bytes > 0) std::memcpy(tensor.mutable_raw(), proto.raw_data().data(), static_cast<size_t>(bytes));
    } else {
        switch (layout.dtype) {
            case float32:
                fill<float>(tensor, proto.float_data());
                break;
            case float64:
                fill<double>(tensor, proto.double_data());
                break;
            case int64:
                fill<int64_t>(tensor, proto.int64_data());
                break;
            default:
                fill_bits(tensor, proto);
        }
    }
    make_plain(tensor);
    return tensor;
}

}  // namespace keratin::onnx
