#pragma once

#include "io/hdf5/layout.hpp"
#include "io/hdf5/type.hpp"

#include <keratin/core/tensor.hpp>

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace keratin::io::hdf5 {

/// A text, texts, or numbers. A null dataspace gives no texts, or numbers of shape (0,).
using Attribute = std::variant<std::string, std::vector<std::string>, Tensor>;
/// By name; attributes of other types (compounds, references) are left out.
using Attributes = std::map<std::string, Attribute>;

/// An array in the file, to be read by Reader::read. More than one link may lead to it.
struct Dataset {
    Shape shape;
    DType dtype = float32;  ///< what read() gives: the stored type or the next wider one that keratin has
    Attributes attributes;

    std::string unreadable;  ///< why read() refuses it; "" for what can be read
    Type type;
    Layout layout;
    size_t place = 0;  ///< where its name is kept, for messages
};

struct Group {
    Attributes attributes;
    std::map<std::string, const Group*> groups;
    std::map<std::string, const Dataset*> datasets;

    /// Down a path such as "layers/dense/vars"; "" is the group itself. nullptr when there is none.
    const Group* find_group(std::string_view path) const;
    const Dataset* find_dataset(std::string_view path) const;
};

}  // namespace keratin::io::hdf5
