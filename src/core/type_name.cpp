#include "core/type_name.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace keratin {

std::string plain_name(const std::type_info& type) {
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> text(
        abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
    std::string name = status == 0 ? text.get() : type.name();
    if (name.ends_with('>')) {
        int depth = 0;
        size_t end = name.size();
        while (end > 0) {
            const char c = name[--end];
            depth += c == '>' ? 1 : c == '<' ? -1 : 0;
            if (depth == 0) break;
        }
        name.resize(end);
    }
    const size_t scope = name.rfind("::");
    return scope == std::string::npos ? name : name.substr(scope + 2);
}

}  // namespace keratin
