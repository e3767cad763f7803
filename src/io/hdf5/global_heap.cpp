#include "io/hdf5/global_heap.hpp"

namespace keratin::io::hdf5 {

std::string GlobalHeap::text(Fields& element) {
    const Fields at = element;
    const uint32_t length = element.u32();
    const uint64_t address = element.address();
    const uint32_t number = element.u32();
    if (length == 0) return "";
    const Collection& from = collection(address);
    const auto object = from.objects.find(static_cast<uint16_t>(number));
    if (number > UINT16_MAX || object == from.objects.end())
        at.fail("a text is object {} of the global heap at address {}, which has no such object", number,
                address);
    if (length > object->second.bytes)
        at.fail("a text of {} bytes in an object of {} bytes", length, object->second.bytes);
    file_.spend(length);
    const auto bytes = from.block.bytes().subspan(object->second.begin, length);
    return std::string(bytes.begin(), bytes.end());
}

const GlobalHeap::Collection& GlobalHeap::collection(uint64_t address) {
    const auto known = collections_.find(address);
    if (known != collections_.end()) return known->second;
    const uint64_t prefix = 8u + file_.widths().length;
    const Block start = file_.peek(address, prefix);
    Fields fields = start.fields();
    fields.expect("GCOL");
    fields.expect_version(1, "a global heap");
    fields.skip(3);
    Collection collection{file_.read(address, fields.length(), "a global heap"), {}};
    fields = collection.block.fields();
    fields.skip(prefix);
    while (fields.left() >= prefix) {
        const uint16_t number = fields.u16();
        fields.skip(6);
        const uint64_t bytes = fields.length();
        if (number == 0) break;  // the rest is free
        const uint64_t begin = fields.place() - collection.block.place();
        if (!collection.objects.insert({number, {begin, bytes}}).second)
            fields.fail("the global heap has two objects {}", number);
        file_.spend(64);
        fields.skip(bytes);
        fields.align(8);
    }
    return collections_.emplace(address, std::move(collection)).first->second;
}

}  // namespace keratin::io::hdf5
