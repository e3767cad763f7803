#include "core/unknown_class.hpp"

namespace keratin {

void throw_with_place(const std::string& text) {
    try {
        throw;
    } catch (const UnknownClass&) {
        throw UnknownClass(text);
    } catch (...) {
        throw ValueError(text);
    }
}

}  // namespace keratin
