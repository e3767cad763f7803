#include <keratin/layers/layer.hpp>

#include <cctype>
#include <map>
#include <mutex>

namespace keratin {
namespace {

struct Counters {
    std::mutex mutex;
    std::map<std::string, int64_t> used;
};

Counters& counters() {
    static Counters all;
    return all;
}

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

/// re.sub("(.)([A-Z][a-z]+)", r"\1_\2", text)
std::string split_words(const std::string& text) {
    std::string result;
    size_t i = 0;
    while (i < text.size()) {
        result += text[i++];
        if (i + 1 < text.size() && is_upper(text[i]) && is_lower(text[i + 1])) {
            result += '_';
            result += text[i++];
            while (i < text.size() && is_lower(text[i])) result += text[i++];
        }
    }
    return result;
}

}  // namespace

std::string to_snake_case(std::string_view class_name) {
    std::string word;
    for (const char c : class_name)
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') word += c;
    word = split_words(word);
    std::string result;
    for (size_t i = 0; i < word.size(); ++i) {
        if (i > 0 && is_lower(word[i - 1]) && is_upper(word[i])) result += '_';
        result += static_cast<char>(std::tolower(static_cast<unsigned char>(word[i])));
    }
    return result.empty() ? "layer" : result;
}

std::string unique_name(const std::string& base) {
    Counters& all = counters();
    const std::lock_guard lock(all.mutex);
    const int64_t n = all.used[base]++;
    return n == 0 ? base : fmt::format("{}_{}", base, n);
}

void clear_session() {
    Counters& all = counters();
    const std::lock_guard lock(all.mutex);
    all.used.clear();
}

}  // namespace keratin
