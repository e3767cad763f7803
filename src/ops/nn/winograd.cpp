#include <keratin/ops/nn/conv.hpp>

#include <atomic>
#include <cstdlib>
#include <string_view>

namespace keratin::nn {
namespace {

bool wanted_at_start() {
    const char* wanted = std::getenv("KERATIN_WINOGRAD");
    return !wanted || std::string_view(wanted) != "0";
}

std::atomic<bool>& allowed() {
    static std::atomic<bool> value{wanted_at_start()};
    return value;
}

}  // namespace

void allow_winograd(bool allow) {
    allowed().store(allow, std::memory_order_relaxed);
}

bool winograd_allowed() {
    return allowed().load(std::memory_order_relaxed);
}

}  // namespace keratin::nn
