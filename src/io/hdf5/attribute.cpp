#include "io/hdf5/attribute.hpp"

#include <optional>

namespace keratin::io::hdf5 {
namespace {

std::vector<std::string> read_texts(Fields& fields, const Type& type, uint64_t count, GlobalHeap& heap,
                                    File& file) {
    std::vector<std::string> texts;
    for (uint64_t i = 0; i < count; ++i) {
        Fields element = fields.part(type.size);
        file.spend(sizeof(std::string) + type.size);
        texts.push_back(type.kind == Type::Kind::variable_text ? heap.text(element)
                                                               : fixed_text(type, element.bytes(type.size)));
    }
    return texts;
}

std::optional<Attribute> read_value(Fields& fields, const Type& type, const Space& space, GlobalHeap& heap,
                                    File& file) {
    uint64_t bytes = 0;
    if (__builtin_mul_overflow(space.elements, type.size, &bytes) || bytes > fields.left())
        fields.fail("an attribute of {} elements of {} bytes; {} bytes are left for it", space.elements,
                    type.size, fields.left());
    if (type.is_text()) {
        std::vector<std::string> texts = read_texts(fields, type, space.elements, heap, file);
        if (space.extents.empty()) return std::move(texts.front());
        return texts;
    }
    if (!type.is_number() || space.extents.size() > static_cast<size_t>(Shape::max_rank)) return {};
    const Shape shape(std::vector<int64_t>(space.extents.begin(), space.extents.end()));
    file.spend(space.elements * size_of(type.dtype) + 128);
    Tensor tensor = Tensor::empty(shape, type.dtype);
    if (!convert_elements(type, fields.bytes(bytes).data(), space.elements, tensor.mutable_raw()))
        fields.fail("an attribute with a number that its type cannot hold");
    return tensor;
}

}  // namespace

void read_attribute(Fields fields, GlobalHeap& heap, File& file, std::unordered_set<std::string>& names,
                    Attributes& to) {
    const uint8_t version = fields.u8();
    if (version < 1 || version > 3)
        fields.fail("an attribute of version {}; versions 1 to 3 are read", version);
    const uint8_t flags = fields.u8();
    const uint16_t name_bytes = fields.u16();
    const uint16_t type_bytes = fields.u16();
    const uint16_t space_bytes = fields.u16();
    if (version == 3) fields.skip(1);  // how the name is encoded
    const auto padded = [&](uint16_t bytes) -> uint64_t {
        return version == 1 ? (bytes + 7u) / 8 * 8 : bytes;
    };
    file.spend(128 + 2 * uint64_t{name_bytes});
    const std::string name = fields.text(padded(name_bytes));
    if (!names.insert(name).second) fields.fail("the attribute \"{}\" is there twice", name);
    Fields type_fields = fields.part(padded(type_bytes));
    Fields space_fields = fields.part(padded(space_bytes));
    if (version > 1 && flags & 3) return;  // of a type that stands elsewhere, as compounds' do
    const Type type = read_type(type_fields);
    std::optional<Attribute> value = read_value(fields, type, read_space(space_fields), heap, file);
    if (value) to.emplace(name, std::move(*value));
}

}  // namespace keratin::io::hdf5
