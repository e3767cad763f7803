#include "io/hdf5/writer.hpp"

#include "io/elements.hpp"
#include "io/hdf5/encode.hpp"
#include "io/hdf5/file.hpp"
#include "io/hdf5/group_index.hpp"
#include "io/hdf5/header.hpp"
#include "io/hdf5/superblock.hpp"
#include "io/hdf5/text_heap.hpp"

#include <algorithm>
#include <array>

namespace keratin::io::hdf5 {
namespace {

constexpr size_t superblock_bytes = 96;
constexpr size_t alignment = 64;
constexpr size_t deepest = 64;
constexpr size_t longest_name = 1024;
constexpr size_t longest_message = 65528;
constexpr std::array<uint8_t, alignment> padding{};
const std::string bfloat16_name = "bfloat16";

uint64_t aligned(uint64_t size) {
    return (size + alignment - 1) / alignment * alignment;
}

/// The texts, groups and headers of a file, children before parents. Where they and the data will stand must
/// be known before; a first try, whose addresses are wrong, tells how long they are.
class Structure {
public:
    Structure(const NewGroup& root, uint64_t groups_at, uint64_t data_at)
        : texts_(superblock_bytes), groups_at_(groups_at), data_at_(data_at) {
        root_ = add_group(root, "", 0);
    }

    const Output& texts() { return texts_.finish(); }
    const Output& groups() const { return out_; }
    const std::vector<Tensor>& tensors() const { return tensors_; }
    uint64_t root() const { return root_; }
    uint64_t end() const { return data_at_; }

private:
    struct Messages {
        Output out;
        size_t count = 0;
        const std::string& path;  ///< of their object

        void add(MessageType type, const Output& content);
    };

    uint64_t here() const { return groups_at_ + out_.size(); }
    uint64_t add_group(const NewGroup& group, const std::string& path, size_t depth);
    uint64_t add_dataset(const NewDataset& dataset, const std::string& path);
    uint64_t add_header(const Messages& messages);
    void add_attributes(Messages& messages, const Attributes& attributes);
    void add_attribute(Messages& messages, const std::string& name, const Attribute& value);
    void encode_value(const Attribute& value, Output& type, Output& space, Output& data);

    Output out_;
    TextHeap texts_;
    uint64_t groups_at_;
    uint64_t data_at_;  ///< of the next tensor
    std::vector<Tensor> tensors_;
    uint64_t root_ = 0;
};

std::string joined(const std::string& path, const std::string& name) {
    if (name.empty() || name == "." || name.size() > longest_name || name.find('/') != std::string::npos ||
        name.find('\0') != std::string::npos)
        fail<ValueError>("hdf5: \"{}\" in group \"/{}\" cannot be a name; 1 to {} characters without / are",
                         name.c_str(), path, longest_name);
    return path.empty() ? name : path + "/" + name;
}

void Structure::Messages::add(MessageType type, const Output& content) {
    const size_t bytes = (content.size() + 7) / 8 * 8;
    if (bytes > longest_message)
        fail<ValueError>(
            "hdf5: an attribute of \"/{}\" takes {} bytes; the format allows {}. Split it, or store it as a "
            "dataset",
            path, bytes, longest_message);
    ++count;
    out.u16(static_cast<uint64_t>(type));
    out.u16(bytes);
    out.u32(type == MessageType::type ? 1 : 0);  // a datatype never changes
    out.bytes(content.content());
    out.align(8);
}

uint64_t Structure::add_group(const NewGroup& group, const std::string& path, size_t depth) {
    if (depth > deepest) fail<ValueError>("hdf5: group \"/{:.80}...\" lies more than {} deep", path, deepest);
    std::vector<Link> links;
    for (const auto& [name, child] : group.groups) {
        if (group.datasets.contains(name))
            fail<ValueError>("hdf5: \"/{}\" is to be a group and a dataset", joined(path, name));
        links.push_back({name, add_group(child, joined(path, name), depth + 1)});
    }
    for (const auto& [name, child] : group.datasets)
        links.push_back({name, add_dataset(child, joined(path, name))});
    Output content = write_group_index(links, groups_at_, out_);
    Messages messages{{}, 0, path};
    messages.add(MessageType::symbol_table, content);
    add_attributes(messages, group.attributes);
    return add_header(messages);
}

uint64_t Structure::add_dataset(const NewDataset& dataset, const std::string& path) {
    const Tensor& tensor = dataset.tensor;
    if (!tensor.defined()) fail<ValueError>("hdf5: the tensor of \"/{}\" is undefined", path);
    const uint64_t bytes = bytes_of(tensor);
    Messages messages{{}, 0, path};
    messages.add(MessageType::space, encode_space(tensor.shape()));
    messages.add(MessageType::type, encode_type(tensor.dtype()));
    messages.add(MessageType::fill, encode_fill());
    messages.add(MessageType::layout, encode_layout(bytes == 0 ? nowhere : data_at_, bytes));
    add_attributes(messages, dataset.attributes);
    if (tensor.dtype() == bfloat16 && !dataset.attributes.contains("dtype"))
        add_attribute(messages, "dtype", bfloat16_name);
    if (bytes > 0) {
        tensors_.push_back(tensor);
        data_at_ = aligned(data_at_ + bytes);
    }
    return add_header(messages);
}

uint64_t Structure::add_header(const Messages& messages) {
    if (messages.count > UINT16_MAX) fail<ValueError>("hdf5: \"/{}\" has too many attributes", messages.path);
    const uint64_t address = here();
    out_.u16(1);  // the version
    out_.u16(messages.count);
    out_.u32(1);  // links to it
    out_.u32(messages.out.size());
    out_.align(8);
    out_.bytes(messages.out.content());
    return address;
}

void Structure::add_attributes(Messages& messages, const Attributes& attributes) {
    for (const auto& [name, value] : attributes) add_attribute(messages, name, value);
}

void Structure::add_attribute(Messages& messages, const std::string& name, const Attribute& value) {
    if (name.empty() || name.size() > longest_name || name.find('\0') != std::string::npos)
        fail<ValueError>("hdf5: an attribute of \"/{}\" cannot have the name \"{}\"", messages.path,
                         name.c_str());
    Output type;
    Output space;
    Output data;
    encode_value(value, type, space, data);
    Output out;
    out.u16(1);  // the version
    out.u16(name.size() + 1);
    out.u16(type.size());
    out.u16(space.size());
    out.text(name);
    out.u8(0);
    for (const Output* part : {&type, &space}) {
        out.align(8);
        out.bytes(part->content());
    }
    out.align(8);
    out.bytes(data.content());
    messages.add(MessageType::attribute, out);
}

void Structure::encode_value(const Attribute& value, Output& type, Output& space, Output& data) {
    if (const auto* single = std::get_if<std::string>(&value)) {
        type = encode_variable_text_type();
        space = encode_space({});
        data = texts_.add(*single);
    } else if (const auto* several = std::get_if<std::vector<std::string>>(&value)) {
        size_t longest = 1;
        for (const std::string& text : *several) longest = std::max(longest, text.size());
        type = encode_fixed_text_type(longest);
        space = encode_space({static_cast<int64_t>(several->size())});
        for (const std::string& text : *several) {
            data.text(text);
            data.zeros(longest - text.size());
        }
    } else {
        const Tensor& tensor = std::get<Tensor>(value);
        if (!tensor.defined()) fail<ValueError>("hdf5: an attribute's tensor is undefined");
        type = encode_type(tensor.dtype());
        space = encode_space(tensor.shape());
        data.bytes({static_cast<const uint8_t*>(tensor.raw()), bytes_of(tensor)});
    }
}

Output superblock(uint64_t root, uint64_t end) {
    Output out;
    out.text(signature);
    out.zeros(5);  // versions 0
    out.u8(8);     // bytes of an address, and of a length
    out.u8(8);
    out.u8(0);
    out.u16(leaf_k);
    out.u16(internal_k);
    out.u32(0);
    out.u64(0);  // the file begins here
    out.u64(nowhere);
    out.u64(end);
    out.u64(nowhere);
    out.u64(0);
    out.u64(root);
    out.zeros(24);
    return out;
}

}  // namespace

NewGroup& NewGroup::group(std::string_view path) {
    if (const auto slashes = std::count(path.begin(), path.end(), '/');
        static_cast<size_t>(slashes) >= deepest)  // before there are groups, which go away recursively
        fail<ValueError>("hdf5: group \"/{:.80}...\" lies more than {} deep", path, deepest);
    NewGroup* at = this;
    while (!path.empty()) {
        const size_t slash = std::min(path.find('/'), path.size());
        at = &at->groups[std::string(path.substr(0, slash))];
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return *at;
}

Image write(const NewGroup& root) {
    Structure first(root, 0, 0);
    const uint64_t groups_at = superblock_bytes + first.texts().size();
    const uint64_t data_at = aligned(groups_at + first.groups().size());
    Structure structure(root, groups_at, data_at);

    Output out = superblock(structure.root(), structure.end());
    out.bytes(structure.texts().content());
    out.bytes(structure.groups().content());
    out.align(alignment);
    Image image;
    image.structure_ = std::move(out.content());
    image.tensors_ = structure.tensors();
    image.size_ = structure.end();
    image.pieces_.emplace_back(image.structure_);
    for (const Tensor& tensor : image.tensors_) {
        const uint64_t bytes = bytes_of(tensor);
        image.pieces_.emplace_back(static_cast<const uint8_t*>(tensor.raw()), bytes);
        if (aligned(bytes) > bytes) image.pieces_.emplace_back(padding.data(), aligned(bytes) - bytes);
    }
    return image;
}

}  // namespace keratin::io::hdf5
