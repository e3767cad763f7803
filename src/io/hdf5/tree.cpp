#include "io/hdf5/tree.hpp"

namespace keratin::io::hdf5 {

const Group* Group::find_group(std::string_view path) const {
    const Group* at = this;
    while (!path.empty()) {
        const size_t slash = std::min(path.find('/'), path.size());
        const auto next = at->groups.find(std::string(path.substr(0, slash)));
        if (next == at->groups.end()) return nullptr;
        at = next->second;
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return at;
}

const Dataset* Group::find_dataset(std::string_view path) const {
    const size_t slash = path.rfind('/');
    const Group* parent = slash == std::string_view::npos ? this : find_group(path.substr(0, slash));
    if (!parent) return nullptr;
    const auto found = parent->datasets.find(std::string(path.substr(slash + 1)));  // npos + 1 is 0
    return found == parent->datasets.end() ? nullptr : found->second;
}

}  // namespace keratin::io::hdf5
