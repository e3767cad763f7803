#include "io/hdf5/tree2.hpp"

#include <algorithm>
#include <bit>
#include <vector>

namespace keratin::io::hdf5 {
namespace {

constexpr uint16_t deepest = 32;
constexpr uint64_t around =
    10;  ///< a node's bytes apart from what it holds: signature, version, type, checksum

/// Bytes of a number up to `most`.
size_t width_of(uint64_t most) {
    return (static_cast<size_t>(std::bit_width(std::max<uint64_t>(most, 1))) - 1) / 8 + 1;
}

/// What nodes of one level hold at most.
struct Level {
    uint64_t records = 0;
    uint64_t below = 0;      ///< records in it and all under it
    size_t below_width = 0;  ///< bytes of such a number; none for leaves
};

class Tree {
public:
    Tree(File& file, uint8_t type, const std::function<void(Fields)>& each)
        : file_(file), type_(type), each_(each) {}

    void read(uint64_t address) {
        const uint64_t bytes = 22u + file_.widths().address + file_.widths().length;
        const Block block = file_.read_checked(address, bytes, "a B-tree's header");
        Fields fields = block.fields();
        fields.expect("BTHD");
        fields.expect_version(0, "a B-tree's header");
        require_type(fields);
        node_bytes_ = fields.u32();
        record_bytes_ = fields.u16();
        const uint16_t depth = fields.u16();
        fields.skip(2);
        const uint64_t root = fields.address();
        const uint16_t records = fields.u16();
        if (depth > deepest) fields.fail("a B-tree of depth {}; at most {} are read", depth, deepest);
        measure(fields, depth);
        if (root == nowhere || records == 0) return;
        std::vector<Node> waiting{{root, records, depth}};
        while (!waiting.empty()) {
            const Node node = waiting.back();
            waiting.pop_back();
            read_node(node, waiting);
        }
    }

private:
    struct Node {
        uint64_t address;
        uint64_t records;
        uint16_t level;
    };

    void require_type(Fields& fields) const {
        const uint8_t type = fields.u8();
        if (type != type_) fields.fail("a B-tree of type {}, and type {} was expected", type, type_);
    }
    size_t pointer_bytes(size_t level) const {
        return file_.widths().address + width_of(levels_[0].records) + levels_[level - 1].below_width;
    }
    void measure(const Fields& fields, uint16_t depth) {
        if (record_bytes_ == 0 || node_bytes_ < around + record_bytes_)
            fields.fail("a B-tree with nodes of {} bytes and records of {}", node_bytes_, record_bytes_);
        const uint64_t in_leaf = (node_bytes_ - around) / record_bytes_;
        levels_.push_back({in_leaf, in_leaf, 0});
        for (size_t level = 1; level <= depth; ++level) {
            const uint64_t pointer = pointer_bytes(level);
            Level next;
            if (node_bytes_ > around + pointer)
                next.records = (node_bytes_ - around - pointer) / (record_bytes_ + pointer);
            uint64_t children = 0;
            if (__builtin_mul_overflow(next.records + 1, levels_.back().below, &children) ||
                __builtin_add_overflow(children, next.records, &next.below))
                fields.fail("a B-tree of depth {} with room for more records than there are numbers", depth);
            next.below_width = width_of(next.below);
            levels_.push_back(next);
        }
    }
    void read_node(const Node& node, std::vector<Node>& waiting) {
        if (node.records > levels_[node.level].records)
            file_.fail(node.address, "a B-tree's node is said to have {} records and has room for {}",
                       node.records, levels_[node.level].records);
        const uint64_t pointers = node.level == 0 ? 0 : (node.records + 1) * pointer_bytes(node.level);
        const uint64_t used = around + node.records * record_bytes_ + pointers;
        const Block block = file_.read_checked(node.address, used, "a B-tree's node");
        Fields fields = block.fields();
        fields.expect(node.level == 0 ? "BTLF" : "BTIN");
        fields.expect_version(0, "a B-tree's node");
        require_type(fields);
        for (uint64_t i = 0; i < node.records; ++i) each_(fields.part(record_bytes_));
        if (node.level == 0) return;
        for (uint64_t i = 0; i <= node.records; ++i) {
            const uint64_t child = fields.address();
            const uint64_t records = fields.number(width_of(levels_[0].records));
            fields.skip(levels_[node.level - 1u].below_width);
            file_.spend(sizeof(Node));
            waiting.push_back({child, records, static_cast<uint16_t>(node.level - 1)});
        }
    }

    File& file_;
    uint8_t type_;
    const std::function<void(Fields)>& each_;
    uint32_t node_bytes_ = 0;
    uint16_t record_bytes_ = 0;
    std::vector<Level> levels_;
};

}  // namespace

void read_tree2(File& file, uint64_t address, uint8_t type, const std::function<void(Fields)>& each) {
    Tree(file, type, each).read(address);
}

}  // namespace keratin::io::hdf5
