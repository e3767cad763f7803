#include "onnx/import/file.hpp"

#include <keratin/core/error.hpp>

#include <climits>
#include <limits>

namespace keratin::onnx {
namespace {

/// What a field of a message is, as far as memory goes.
enum class Field : uint8_t { other, text, wide, halves, message };
struct Message;
struct Member {
    uint32_t number;
    Field field;
    const Message* message = nullptr;
};
struct Message {
    std::vector<Member> members;
};

const Message& model_message() {
    using enum Field;
    static const Message leaf{}, entry{{{1, text}, {2, text}}};
    static const Message tensor{{{1, wide},
                                 {4, other},
                                 {5, halves},
                                 {6, text},
                                 {7, wide},
                                 {8, text},
                                 {9, text},
                                 {11, wide},
                                 {13, message, &entry}}};
    static const Message attribute{
        {{1, text}, {4, text}, {5, message, &tensor}, {6, text}, {8, wide}, {9, text}}};
    static const Message shape{{{1, message, &entry}}}, tensor_type{{{2, message, &shape}}};
    static const Message type{{{1, message, &tensor_type}}}, info{{{1, text}, {2, message, &type}}};
    static const Message node{
        {{1, text}, {2, text}, {3, text}, {4, text}, {5, message, &attribute}, {7, text}}};
    static const Message graph{
        {{1, message, &node}, {5, message, &tensor}, {11, message, &info}, {12, message, &info}, {15, text}}};
    static const Message model{
        {{7, message, &graph}, {8, message, &leaf}, {14, message, &entry}, {25, text}}};
    return model;
}

/// Walks the bytes of a message without taking anything apart, and adds up what protobuf would ask for.
class Scan {
public:
    Scan(const std::string& file, const std::vector<uint8_t>& bytes) : file_(file), bytes_(bytes) {}

    uint64_t memory() {
        walk(model_message(), 0, bytes_.size());
        return memory_;
    }

private:
    static constexpr uint64_t of_text = 48, of_message = 200;

    uint64_t varint(size_t& at, size_t end) const {
        uint64_t value = 0;
        for (unsigned shift = 0; shift < 70; shift += 7) {
            if (at >= end) fail_at(file_, at, "a number is cut off; this is no ONNX file, or not all of it");
            const uint64_t byte = bytes_[at++];
            if (shift < 64) value |= (byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        fail_at(file_, at, "a number takes more than ten bytes; this is no ONNX file");
    }

    /// As deep as the messages of ONNX go.
    void walk(const Message& message, size_t at, size_t end) {
        while (at < end) {
            const size_t begin = at;
            const uint64_t tag = varint(at, end);
            const auto kind = static_cast<unsigned>(tag & 7);
            const uint64_t left = end - at;
            uint64_t length = kind == 1 ? 8 : kind == 5 ? 4 : 0;
            if (kind == 0)
                varint(at, end);
            else if (kind == 2)
                length = varint(at, end);
            else if (kind != 1 && kind != 5)
                fail_at(file_, begin, "a field is of wire type {}; this is no ONNX file", kind);
            if (length > left || length > end - at)
                fail_at(file_, begin, "a field of {} bytes goes beyond what holds it", length);
            if (const Member* member = find(message, tag >> 3))
                count(*member, kind, at, static_cast<size_t>(length));
            at += static_cast<size_t>(length);
        }
    }

    static const Member* find(const Message& message, uint64_t number) {
        for (const Member& member : message.members)
            if (member.number == number) return &member;
        return nullptr;
    }

    void count(const Member& member, unsigned kind, size_t at, size_t length) {
        switch (member.field) {
            case Field::text:
                memory_ += of_text + length;
                break;
            case Field::wide:
                memory_ += kind == 2 ? 8 * static_cast<uint64_t>(length) : 8;
                break;
            case Field::halves:
                memory_ += kind == 2 ? 4 * static_cast<uint64_t>(length) : 4;
                break;
            case Field::other:
                memory_ += length;
                break;
            case Field::message:
                memory_ += of_message;
                if (kind == 2) walk(*member.message, at, at + length);
        }
    }

    const std::string& file_;
    const std::vector<uint8_t>& bytes_;
    uint64_t memory_ = 0;
};

void check_versions(const pb::ModelProto& model, const std::string& path) {
    if (!model.has_graph()) fail_at(path, {}, "it holds no graph; this is no ONNX file");
    if (model.ir_version() < 3 || model.ir_version() > newest_ir_version)
        fail_at(path, {}, "its IR version is {}; keratin reads 3 to {}", model.ir_version(),
                newest_ir_version);
    if (model.functions_size() > 0)
        fail_at(path, {}, "it defines functions of its own, which keratin does not read");
    if (model.graph().sparse_initializer_size() > 0)
        fail_at(path, {}, "it holds sparse initializers, which keratin does not read");
    int ours = 0;
    for (const pb::OperatorSetIdProto& set : model.opset_import()) {
        if (!set.domain().empty() && set.domain() != "ai.onnx") continue;  // as long as no node uses it
        if (++ours > 1) fail_at(path, {}, "it imports the operators of ONNX twice");
        if (set.version() < 1 || set.version() > newest_opset)
            fail_at(path, {}, "its operators are of opset {}; keratin reads 1 to {}", set.version(),
                    newest_opset);
    }
    if (ours == 0) fail_at(path, {}, "it does not say of what opset its operators are");
}

}  // namespace

pb::ModelProto read_model(const io::Source& file) {
    const std::string& path = file.name();
    if (file.size() > INT_MAX)
        fail_at(path, {}, "it has {} bytes; an ONNX file has less than 2 GiB", file.size());
    std::vector<uint8_t> bytes(static_cast<size_t>(file.size()));
    file.read(0, bytes.data(), bytes.size());
    const uint64_t memory = Scan(path, bytes).memory();
    constexpr uint64_t spare = uint64_t{48} << 20;
    if (memory > spare + bytes.size())
        fail_at(path, {}, "its {} bytes unpack to {}, most of it empty; this is no honest ONNX file",
                bytes.size(), memory);
    pb::ModelProto model;
    if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        fail_at(path, {}, "it is no ONNX file: protobuf cannot read it");
    check_versions(model, path);
    return model;
}

}  // namespace keratin::onnx
