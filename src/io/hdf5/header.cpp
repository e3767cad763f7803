#include "io/hdf5/header.hpp"

#include <vector>

namespace keratin::io::hdf5 {
namespace {

class HeaderReader {
public:
    HeaderReader(File& file, const std::function<void(Message)>& each) : file_(file), each_(each) {}

    void read(uint64_t address) {
        if (file_.peek(address, 1).bytes()[0] == 'O')
            read_newer(address);
        else
            read_older(address);
        // A list, not a recursion. File sees to it that none comes twice.
        for (size_t i = 0; i < more_.size(); ++i) read_continuation(more_[i]);
    }

private:
    struct Run {
        uint64_t address;
        uint64_t bytes;
    };

    void read_older(uint64_t address) {
        const Block start = file_.read(address, 16, "an object header");
        Fields fields = start.fields();
        fields.expect_version(1, "an object header");
        fields.skip(7);  // how many messages there are, and links to here
        more_.push_back({address + 16, fields.u32()});
    }

    void read_newer(uint64_t address) {
        newer_ = true;
        const Block start = file_.peek(address, 6);
        Fields fields = start.fields();
        fields.expect("OHDR");
        fields.expect_version(2, "an object header");
        const uint8_t flags = fields.u8();
        ordered_ = flags & 4;
        const uint64_t skipped = (flags & 0x20 ? 16u : 0u) + (flags & 0x10 ? 4u : 0u);  // times and limits
        const uint64_t width = uint64_t{1} << (flags & 3);
        const uint64_t prefix = 6 + skipped + width;
        const uint64_t bytes = file_.peek(address + 6 + skipped, width).fields().number(width);
        if (bytes > file_.source().size()) fields.fail("an object header of {} bytes", bytes);
        const Block block = file_.read_checked(address, prefix + bytes + 4, "an object header");
        fields = block.fields();
        fields.skip(prefix);
        read_messages(fields);
    }

    void read_continuation(Run run) {
        if (!newer_) {
            const Block block = file_.read(run.address, run.bytes, "an object header's messages");
            return read_messages(block.fields());
        }
        const Block block = file_.read_checked(run.address, run.bytes, "an object header's continuation");
        Fields fields = block.fields();
        fields.expect("OCHK");
        read_messages(fields);
    }

    void read_messages(Fields fields) {
        const uint64_t prefix = newer_ ? (ordered_ ? 6 : 4) : 8;
        while (fields.left() >= prefix) {  // less than that is a gap
            const uint64_t place = fields.place();
            const auto type = static_cast<MessageType>(newer_ ? fields.u8() : fields.u16());
            const uint16_t bytes = fields.u16();
            const uint8_t flags = fields.u8();
            if (!newer_) fields.skip(3);
            if (ordered_) fields.skip(2);
            Fields content = fields.part(bytes);
            if (type == MessageType::nil) continue;
            if (type == MessageType::continuation) {
                const uint64_t address = content.address();
                more_.push_back({address, content.length()});
                file_.spend(sizeof(Run));
            } else if (type <= MessageType::last_known) {
                each_({type, (flags & 2) != 0, content});
            } else if (flags & 0x80) {
                fail_at(file_.name(), place,
                        "a message of the unknown kind {}, which says that nobody may pass over it",
                        static_cast<unsigned>(type));
            }
        }
    }

    File& file_;
    const std::function<void(Message)>& each_;
    std::vector<Run> more_;
    bool newer_ = false;
    bool ordered_ = false;  ///< messages say when they were made
};

}  // namespace

void read_header(File& file, uint64_t address, const std::function<void(Message)>& each) {
    HeaderReader(file, each).read(address);
}

}  // namespace keratin::io::hdf5
