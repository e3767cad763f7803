#include "fuzz.hpp"

#include "core/config_json.hpp"

#include <string>

using namespace keratin;

FUZZ(source) {
    std::string text(static_cast<size_t>(source->size()), '\0');
    source->read(0, text.data(), text.size());
    const Config config = config_from_json(text, source->name());
    // What was read can be written, and read again as the same.
    if (!(config_from_json(config.to_json(), "again") == config)) __builtin_trap();
}
