#include "onnx/import/graph.hpp"

namespace keratin::onnx {
namespace {

/// Depth, in two orders, becomes pixels.
void depth_to_space(const Node& node) {
    const std::string mode = node.text("mode", "DCR");
    const int64_t block = node.integer("blocksize", 0);
    const Operand x = node.natural(node.input(0));
    if (x.rank() != 4 || block < 1 || block > INT32_MAX)
        node.wrong("input of shape {} and a blocksize of {}", x.shape(), block);
    const Shape in = x.shape();
    const bool back = node.op() == "SpaceToDepth";
    if (!in.slice(1, 4).is_static() || (back ? in[2] % block || in[3] % block : in[1] % (block * block)))
        node.wrong("input of shape {} and a blocksize of {}", in, block);
    const auto reshaped = [&](const Operand& y, Ints extents) {
        return node.call("numpy.Reshape", {y},
                         Config::object({{"newshape", Config::List(extents.begin(), extents.end())}}));
    };
    const auto turned = [&](const Operand& y, Ints axes) {
        return node.call("numpy.Transpose", {y},
                         Config::object({{"axes", Config::List(axes.begin(), axes.end())}}));
    };
    if (back) {
        const Operand apart = reshaped(x, {-1, in[1], in[2] / block, block, in[3] / block, block});
        return node.give(reshaped(turned(apart, {0, 3, 5, 1, 2, 4}),
                                  {-1, in[1] * block * block, in[2] / block, in[3] / block}));
    }
    const int64_t depth = in[1] / (block * block);
    const bool columns = mode == "CRD";
    const Operand apart = columns ? reshaped(x, {-1, depth, block, block, in[2], in[3]})
                                  : reshaped(x, {-1, block, block, depth, in[2], in[3]});
    const Operand ordered = turned(apart, columns ? Ints{0, 1, 4, 2, 5, 3} : Ints{0, 3, 4, 1, 5, 2});
    node.give(reshaped(ordered, {-1, depth, in[2] * block, in[3] * block}));
}

}  // namespace

void add_depth(OperatorReaders& readers) {
    readers["DepthToSpace"] = readers["SpaceToDepth"] = depth_to_space;
}

}  // namespace keratin::onnx
