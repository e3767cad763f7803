#pragma once

#include "io/hdf5/file.hpp"

#include <cstdint>
#include <functional>

namespace keratin::io::hdf5 {

/// Kinds of messages in an object's header.
enum class MessageType : uint16_t {
    nil = 0,
    space = 1,
    link_info = 2,
    type = 3,
    old_fill = 4,
    fill = 5,
    link = 6,
    external_files = 7,
    layout = 8,
    group_info = 10,
    filters = 11,
    attribute = 12,
    continuation = 16,
    symbol_table = 17,
    attribute_info = 21,
    last_known = 24
};

struct Message {
    MessageType type;
    bool shared;  ///< the bytes say where the content is, and are not it
    Fields fields;
};

/// Hands every message of an object's header of version 1 or 2 on, continuations included; their bytes live
/// as long as the call.
void read_header(File& file, uint64_t address, const std::function<void(Message)>& each);

}  // namespace keratin::io::hdf5
