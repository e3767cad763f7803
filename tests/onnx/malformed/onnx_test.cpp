#include "onnx/graphs.hpp"
#include "support/catch.hpp"
#include "support/malformed.hpp"
#include "support/processor_time.hpp"

#include <fmt/format.h>
#include <keratin/core/error.hpp>

#include <filesystem>

/// Files from strangers (beside the conformance::LayerCases of files that are whole).
namespace {

using namespace keratin;
using onnx_graphs::Ints;
using onnx_graphs::load;
using onnx_graphs::Names;
using onnx_graphs::SmallGraph;

/// x (batch, 3) -> y = Relu(x), of which a change makes something else.
template <class Change>
std::string model(const Change& change) {
    SmallGraph small = SmallGraph().input("x", {-1, 3}).node("Relu", {"x"}, {"y"}).outputs({"y"});
    change(small);
    return small.bytes();
}

template <class Change>
void refused(const std::string& reason, const Change& change) {
    INFO(reason);
    test::check_refused(model(change), load, reason);
}

/// y is made by another node, which takes x, and a list of integers.
void refused_node(const char* op, const Ints& list, const std::string& reason) {
    refused(reason, [&](SmallGraph& small) {
        const bool alone = std::string_view(op) == "ConstantOfShape";
        small.graph().clear_node();
        small.constant("list", list).node(op, alone ? Names{"list"} : Names{"x", "list"}, {"y"});
    });
}

}  // namespace

TEST_CASE("Models changed at random are refused or read", "[onnx][malformed]") {
    size_t files = 0;
    for (const char* name : {"lenet", "mobilenet", "sequences"}) {
        INFO(name);
        const std::string valid = test::read_file(test::golden_file(fmt::format("onnx/{}.onnx", name)));
        // The graph is at the beginning, weights are most of the rest.
        files += test::check_malformed(valid, load, {.bits_of = 24, .random = 120, .ends_at = 64}).files;
    }
    CHECK(files >= 1000);
}

TEST_CASE("A graph that is none is refused, naming what is wrong", "[onnx][malformed]") {
    load(model([](SmallGraph&) {}));
    refused("its IR version is 99", [](SmallGraph& g) { g.model().set_ir_version(99); });
    refused("of opset 22; keratin reads 1 to 21",
            [](SmallGraph& g) { g.model().mutable_opset_import(0)->set_version(22); });
    refused("of opset -1", [](SmallGraph& g) { g.model().mutable_opset_import(0)->set_version(-1); });
    refused("imports the operators of ONNX twice",
            [](SmallGraph& g) { g.model().add_opset_import()->set_version(17); });
    refused("it does not say of what opset", [](SmallGraph& g) { g.model().clear_opset_import(); });
    refused("holds no graph", [](SmallGraph& g) { g.model().clear_graph(); });
    refused("functions of its own", [](SmallGraph& g) { g.model().add_functions("f"); });
    refused("sparse initializers", [](SmallGraph& g) { g.graph().add_sparse_initializer("s"); });
    refused("node 'y' (Relu): operators of the domain 'com.evil'",
            [](SmallGraph& g) { g.graph().mutable_node(0)->set_domain("com.evil"); });
    refused("node 'y' (If): keratin has nothing for this operator",
            [](SmallGraph& g) { g.graph().mutable_node(0)->set_op_type("If"); });
    refused("node 'y' (Loop): keratin has nothing",
            [](SmallGraph& g) { g.graph().mutable_node(0)->set_op_type("Loop"); });
    refused("'y' is made twice", [](SmallGraph& g) { g.node("Relu", {"x"}, {"y"}); });
    refused("'x' is made twice", [](SmallGraph& g) { g.node("Relu", {"y"}, {"x"}); });
    refused("'y' is used before anything makes it",
            [](SmallGraph& g) { g.graph().mutable_node(0)->set_input(0, "y"); });
    refused("'z' is used before anything makes it", [](SmallGraph& g) {
        g.graph().mutable_node(0)->set_input(0, "z");
        g.node("Relu", {"y"}, {"z"});
    });
    refused("'nowhere' is used before anything makes it",
            [](SmallGraph& g) { g.graph().mutable_output(0)->set_name("nowhere"); });
    refused("the graph has no outputs", [](SmallGraph& g) { g.graph().clear_output(); });
    refused("the graph has no inputs", [](SmallGraph& g) {
        g.graph().clear_input(), g.graph().clear_node(), g.raw("y", 1, {1}, "1234");
    });
    refused("node 'y' (Relu) has no outputs",
            [](SmallGraph& g) { g.graph().mutable_node(0)->clear_output(); });
    refused("input 0 is missing", [](SmallGraph& g) { g.graph().mutable_node(0)->clear_input(); });
    refused("input 'x' is of string", [](SmallGraph& g) {
        g.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(8);
    });
    refused("input 'x' is no tensor", [](SmallGraph& g) { g.graph().mutable_input(0)->clear_type(); });
    refused("attribute 'alpha' is of type 2, it must be of 1", [](SmallGraph& g) {
        g.graph().mutable_node(0)->set_op_type("Elu");
        auto& attribute = *g.graph().mutable_node(0)->add_attribute();
        attribute.set_name("alpha"), attribute.set_type(2), attribute.set_i(7);
    });
}

TEST_CASE("A tensor that is not what it says is refused before memory is taken", "[onnx][malformed]") {
    const auto tensor = [](const Ints& dims, const std::string& reason, int type = 1) {
        refused(reason, [&](SmallGraph& g) { g.raw("w", type, dims, "12345678"); });
    };
    tensor({int64_t{1} << 40},
           "initializer 'w' of shape (1099511627776,) takes 4398046511104 bytes, its data has 8");
    tensor({int64_t{1} << 62, 4}, "which is no shape that can be");
    tensor({INT64_MAX, INT64_MAX}, "which is no shape that can be");
    tensor({-2}, "which is no shape that can be");
    tensor({0, int64_t{1} << 62}, "which is no shape that can be");
    tensor({0, int64_t{1} << 40, int64_t{1} << 40}, "which is no shape that can be");
    tensor({3}, "takes 12 bytes, its data has 8");
    tensor({1, 1, 1, 1, 1, 1, 1, 1, 2}, "has 9 axes; there may be 8");
    tensor({8}, "is of int8, which keratin has no dtype for", 3);
    tensor({8}, "is of type 77, which keratin has no dtype for", 77);
    refused_node("Expand", {int64_t{1} << 40, 3}, "its result would have the shape");
    refused_node("Tile", {1, int64_t{1} << 30}, "its result would have the shape");
    refused_node("Tile", {1, INT64_MAX}, "it repeats");
    refused_node("Pad", {0, 0, 0, int64_t{1} << 40}, "a pad is");
    refused_node("Pad", {0, 0, 0, int64_t{1} << 30}, "its result would have the shape");
    refused_node("Reshape", {-1, int64_t{1} << 40}, "its result would have the shape");
    refused_node("Reshape", {INT64_MAX, INT64_MAX, 2}, "beyond what can be");
    refused_node("ConstantOfShape", {int64_t{1} << 31, 7}, "its result would have the shape");
    // Many small messages of nothing take a hundred times the memory that they take in the file.
    std::string nodes;
    for (int i = 0; i < 1 << 20; ++i) nodes += std::string("\x0a\x00", 2);
    std::string whole = "\x3a";
    for (size_t length = nodes.size(); length; length >>= 7)
        whole += static_cast<char>((length & 0x7f) | (length >> 7 ? 0x80 : 0));
    test::check_refused(whole + nodes, load, "most of it empty");
}

TEST_CASE("External data is of the model's own directory, or refused", "[onnx][malformed]") {
    namespace fs = std::filesystem;
    const test::TemporaryDirectory outside, directory;
    test::write_file(outside.file("secret"), "12345678");
    test::write_file(directory.file("data"), "12345678");
    fs::create_symlink(outside.file("secret"), directory.file("link"));
    fs::create_directory(directory.file("folder"));
    const auto read = [&](const std::string& location, const std::string& offset, const std::string& length) {
        test::write_file(directory.file("model.onnx"), model([&](SmallGraph& g) {
                             g.graph().clear_node();
                             g.raw("w", 1, {1}, "").node("Mul", {"x", "w"}, {"y"});
                             auto& tensor = *g.graph().mutable_initializer(0);
                             tensor.clear_raw_data();
                             tensor.set_data_location(1);
                             for (const auto& [key, value] :
                                  {std::pair("location", location), {"offset", offset}, {"length", length}}) {
                                 auto& entry = *tensor.add_external_data();
                                 entry.set_key(key), entry.set_value(value);
                             }
                         }));
        return io::load_onnx(directory.file("model.onnx"));
    };
    CHECK(read("data", "4", "4")->apply({ones({1, 3})}).front().shape() == Shape{1, 3});
    const auto refuses = [&](const std::string& location, const std::string& offset,
                             const std::string& length, const std::string& reason) {
        INFO(location << " " << offset << " " << length);
        CHECK_THROWS_WITH(read(location, offset, length), Catch::Matchers::Contains(reason));
    };
    for (const std::string& way :
         {outside.file("secret"), std::string("../secret"), std::string(".."), std::string("."),
          std::string(""), std::string("folder/../data"), std::string("a\\b"), std::string("da\0ta", 5)})
        refuses(way, "0", "4", "tensor 'w' wants data from '");
    refuses("link", "0", "4", "which is not a plain file");
    refuses("folder", "0", "4", "which is not a plain file");
    refuses("data", "5", "4", "wants 4 bytes from 5 on");
    refuses("data", "18446744073709551615", "4", "wants 4 bytes from");
    refuses("data", "0", "8", "needs 4 bytes, its external data has 8");
    refuses("data", "x", "4", "with offset 'x', which is no number");
    refuses("data", "-1", "4", "which is no number");
    CHECK_THROWS_AS(read("missing", "0", "4"), IoError);
    CHECK_THROWS_WITH(read(std::string(300, 'n'), "0", "4"), Catch::Matchers::EndsWith("File name too long"));
}

TEST_CASE("What a small file asks to be worked out is bounded", "[onnx][malformed]") {
    const auto base = [] {
        return SmallGraph()
            .input("x", {-1, 3})
            .constant("million", Ints{1 << 20})
            .constant("most", Ints{1 << 24})
            .constant("place", Tensor::scalar(int64_t{1} << 20, int64))
            .constant("zero", Tensor::scalar(0, int64))
            .constant("one", Tensor::scalar(1, int64))
            .constant("last", Ints{-1})
            .outputs({"y"});
    };
    const auto named = [](const char* letter, int i) { return fmt::format("{}{}", letter, i); };
    SmallGraph held = base(), worked = base(), joined = base(), outer = base(), product = base();
    for (int i = 0; i < 200; ++i) held.node("ConstantOfShape", {"million"}, {named("c", i)});
    Names all;
    for (int i = 0; i < 200; ++i) all.push_back(named("c", i));
    held.node("Concat", all, {"y"}, {{"axis", int64_t{0}}});
    test::check_refused(held.bytes(), load, "(ConstantOfShape): its result is constant and has 1048576");
    test::check_refused(base().node("ConstantOfShape", {"most"}, {"y"}).bytes(), load,
                        "node 'y' (ConstantOfShape): its result is constant and has 16777216 elements");
    worked.node("ConstantOfShape", {"million"}, {"c0"});
    for (int i = 0; i < 200; ++i) worked.node("Sin", {named("c", i)}, {named("c", i + 1)});
    test::check_refused(worked.bytes(), load, "(Sin): it and others before it are constant, and take more");
    joined.node("ConstantOfShape", {"million"}, {"c"})
        .node("Concat", Names(1000, "c"), {"y"}, {{"axis", int64_t{0}}});
    test::check_refused(joined.bytes(), load, "node 'y' (Concat): its result is constant and has 1048576000");
    outer.node("Range", {"zero", "place", "one"}, {"row"})
        .node("Unsqueeze", {"row", "last"}, {"column"})
        .node("Add", {"row", "column"}, {"y"});
    test::check_refused(outer.bytes(), load, "node 'y' (Add): its result is constant and has 1099511627776");
    // A million additions for each of a thousand results, and so on.
    product.constant("wide", Ints{1 << 10, 1 << 10}).node("ConstantOfShape", {"wide"}, {"c0"});
    for (int i = 0; i < 200; ++i) product.node("MatMul", {named("c", i), "c0"}, {named("c", i + 1)});
    test::check_refused(product.bytes(), load, "(MatMul): it and others before it are constant");
    test::check_refused(base()
                            .node("ConstantOfShape", {"million"}, {"c"})
                            .node("Einsum", {"c", "c"}, {"y"}, {{"equation", "i,j->ij"}})
                            .bytes(),
                        load, "node 'y' (Einsum): its result is constant and has 1099511627776");
    // What is read for the last time is let go.
    SmallGraph passed = base();
    passed.node("ConstantOfShape", {"million"}, {"c0"});
    for (int i = 0; i < 20; ++i) passed.node("Neg", {named("c", i)}, {named("c", i + 1)});
    passed.node("ReduceMax", {"c20"}, {"z"}, {{"keepdims", int64_t{0}}}).node("Add", {"x", "z"}, {"y"});
    load(passed.bytes());
}

TEST_CASE("Many nodes of one name, and many inputs of many readers, are read in no time",
          "[onnx][malformed]") {
    SmallGraph names, hub;
    names.input("v0", {-1, 4}).outputs({"v5000"});
    Names inputs;
    for (int i = 0; i < 5000; ++i) {
        names.node("Relu", {fmt::format("v{}", i)}, {fmt::format("v{}", i + 1)});
        names.graph().mutable_node(i)->set_name("a");
    }
    for (int i = 0; i < 2000; ++i) {
        inputs.push_back(fmt::format("i{}", i));
        hub.input(inputs.back(), {-1, 2, 4, 4});
    }
    hub.node("Concat", inputs, {"hub"}, {{"axis", int64_t{1}}}).outputs({"r0"});
    for (int i = 0; i < 2000; ++i) hub.node("Relu", {"hub"}, {fmt::format("r{}", i)});
    for (const SmallGraph& graph : {names, hub}) {
        const std::string bytes = graph.bytes();
        const double begin = test::processor_seconds();
        load(bytes);
        CHECK(test::processor_seconds() - begin < 1);
    }
}
