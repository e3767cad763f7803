#include "io/hdf5/tree1.hpp"

#include <vector>

namespace keratin::io::hdf5 {

void read_tree1(File& file, uint64_t address, uint8_t type, uint64_t key_bytes,
                const std::function<void(Fields key, uint64_t child)>& each) {
    struct Node {
        uint64_t address;
        int level;  ///< -1: any, for the root
    };
    std::vector<Node> waiting{{address, -1}};
    while (!waiting.empty()) {
        const Node node = waiting.back();
        waiting.pop_back();
        const uint64_t prefix = 8u + 2u * file.widths().address;
        Block start = file.peek(node.address, prefix);
        Fields fields = start.fields();
        fields.expect("TREE");
        if (const uint8_t found = fields.u8(); found != type)
            fields.fail("a B-tree node of type {}, and type {} was expected", found, type);
        const int level = fields.u8();
        if (node.level >= 0 && level != node.level)
            fields.fail("a B-tree node of level {} under one of level {}", level, node.level + 1);
        const uint64_t entries = fields.u16();
        const uint64_t used = prefix + entries * (key_bytes + file.widths().address) + key_bytes;
        const Block block = file.read(node.address, used, "a B-tree node");
        fields = block.fields();
        fields.skip(prefix);
        for (uint64_t i = 0; i < entries; ++i) {
            const Fields key = fields.part(key_bytes);
            const uint64_t child = fields.address();
            file.spend(sizeof(Node));
            if (level == 0)
                each(key, child);
            else
                waiting.push_back({child, level - 1});
        }
    }
}

}  // namespace keratin::io::hdf5
