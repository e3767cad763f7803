#include "io/hdf5/group_index.hpp"

#include "io/hdf5/file.hpp"

#include <algorithm>

namespace keratin::io::hdf5 {
namespace {

constexpr size_t node_bytes = 24 + 8 * (2 * internal_k + 1) + 8 * 2 * internal_k;  ///< of the B-tree

/// A node that its parent refers to.
struct Child {
    uint64_t address;
    uint64_t last_name;  ///< the greatest below it, as its place in the heap of names
};

class IndexWriter {
public:
    IndexWriter(std::vector<Link> links, uint64_t base, Output& out)
        : links_(std::move(links)), base_(base), out_(out) {
        std::sort(links_.begin(), links_.end(), [](const Link& a, const Link& b) { return a.name < b.name; });
    }

    Output write() {
        const uint64_t heap = add_names();
        std::vector<Child> children = add_links();
        for (uint8_t level = 0; level == 0 || children.size() > 1; ++level)
            children = add_level(children, level);
        Output message;
        message.u64(children.front().address);
        message.u64(heap);
        return message;
    }

private:
    uint64_t here() const { return base_ + out_.size(); }

    uint64_t add_names() {
        Output names;
        names.zeros(8);  // the empty name, which is before all others
        for (const Link& link : links_) {
            offsets_.push_back(names.size());
            names.text(link.name);
            names.u8(0);
            names.align(8);
        }
        const uint64_t address = here();
        constexpr size_t header_bytes = 32;
        constexpr uint64_t no_free_space = 1;
        out_.text("HEAP");
        out_.u32(0);
        out_.u64(names.size());
        out_.u64(no_free_space);
        out_.u64(address + header_bytes);
        out_.bytes(names.content());
        return address;
    }

    std::vector<Child> add_links() {
        std::vector<Child> nodes;
        for (size_t i = 0; i < links_.size(); i += 2 * leaf_k) {
            const size_t end = std::min(i + 2 * leaf_k, links_.size());
            nodes.push_back({here(), offsets_[end - 1]});
            out_.text("SNOD");
            out_.u16(1);
            out_.u16(end - i);
            constexpr size_t entry_bytes = 40;
            for (size_t link = i; link < end; ++link) {
                out_.u64(offsets_[link]);
                out_.u64(links_[link].header);
                out_.zeros(entry_bytes - 16);
            }
            out_.zeros((i + 2 * leaf_k - end) * entry_bytes);
        }
        return nodes;
    }

    std::vector<Child> add_level(const std::vector<Child>& children, uint8_t level) {
        constexpr size_t most = 2 * internal_k;
        std::vector<Child> nodes;
        for (size_t i = 0; i == 0 || i < children.size(); i += most) {
            const size_t end = std::min(i + most, children.size());
            const size_t begin = out_.size();
            const uint64_t address = here();
            nodes.push_back({address, end > 0 ? children[end - 1].last_name : 0});
            out_.text("TREE");
            out_.u8(0);  // of a group
            out_.u8(level);
            out_.u16(end - i);
            out_.u64(i == 0 ? nowhere : address - node_bytes);
            out_.u64(end == children.size() ? nowhere : address + node_bytes);
            out_.u64(i == 0 ? 0 : children[i - 1].last_name);
            for (size_t child = i; child < end; ++child) {
                out_.u64(children[child].address);
                out_.u64(children[child].last_name);
            }
            out_.zeros(begin + node_bytes - out_.size());
        }
        return nodes;
    }

    std::vector<Link> links_;
    std::vector<uint64_t> offsets_;  ///< of the names
    uint64_t base_;
    Output& out_;
};

}  // namespace

Output write_group_index(std::vector<Link> links, uint64_t base, Output& out) {
    return IndexWriter(std::move(links), base, out).write();
}

}  // namespace keratin::io::hdf5
