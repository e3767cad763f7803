#include "io/zip_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace keratin::io {

using namespace zip;

namespace {

constexpr size_t longest_name = 1024;

}  // namespace

bool zip::widen(Piece extra, std::initializer_list<uint64_t*> values) {
    std::vector<uint64_t*> missing;
    for (uint64_t* value : values)
        if (*value == in_zip64_32) missing.push_back(value);
    if (missing.empty()) return true;
    while (extra.size() >= 4) {
        const uint64_t kind = little_endian(extra.data(), 2);
        const uint64_t bytes = little_endian(extra.data() + 2, 2);
        extra = extra.subspan(4);
        if (bytes > extra.size()) return false;
        if (kind == zip64_field) {
            if (bytes < 8 * missing.size()) return false;
            for (size_t i = 0; i < missing.size(); ++i) *missing[i] = little_endian(&extra[8 * i], 8);
            return true;
        }
        extra = extra.subspan(static_cast<size_t>(bytes));
    }
    return false;
}

std::string zip::fault_of_name(std::string_view name) {
    if (name.empty()) return "is empty";
    if (name.size() > longest_name) return fmt::format("has more than {} bytes", longest_name);
    if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }))
        return "has a control character";
    if (name.find('\\') != name.npos) return "has a backslash";
    if (name.front() == '/' || (name.size() > 1 && name[1] == ':')) return "is an absolute path";
    for (size_t at = 0; at <= name.size();) {
        const size_t end = std::min(name.find('/', at), name.size());
        if (name.substr(at, end - at) == "..") return "leads out of the archive";
        at = end + 1;
    }
    return "";
}

}  // namespace keratin::io
