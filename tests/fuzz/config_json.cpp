#include "fuzz/fuzz.hpp"

#include "core/config_json.hpp"

#include <string>

using namespace keratin;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    return fuzz::try_reading(bytes, size, [](const auto& source) {
        std::string text(static_cast<size_t>(source->size()), '\0');
        source->read(0, text.data(), text.size());
        const Config config = config_from_json(text, source->name());
        try {  // what was read can be written, and read again as the same
            if (config_from_json(config.to_json(), "again") == config) return;
        } catch (const Error&) {
        }
        __builtin_trap();
    });
}
