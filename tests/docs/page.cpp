#include "page.hpp"

#include <fmt/format.h>
#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace docs {
namespace {

const char* page = "";
std::FILE* output = nullptr;
off_t seen = 0;  ///< bytes of the output that earlier claims have looked at
int claims = 0;
int failures = 0;

std::string new_output() {
    std::fflush(stdout);
    std::string text;
    char buffer[4096];
    while (const ssize_t n = pread(fileno(output), buffer, sizeof buffer, seen)) {
        if (n < 0) break;
        text.append(buffer, static_cast<size_t>(n));
        seen += n;
    }
    return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (size_t end = 0; !text.empty(); text.remove_prefix(end)) {
        end = text.find('\n');
        lines.push_back(text.substr(0, end));
        end = end == std::string_view::npos ? text.size() : end + 1;
    }
    return lines;
}

bool matches(std::string_view text, std::string_view pattern) {
    const size_t gap = pattern.find("...");
    if (gap == std::string_view::npos) return text == pattern;
    if (!text.starts_with(pattern.substr(0, gap))) return false;
    const std::string_view rest = pattern.substr(gap + 3);
    for (size_t from = gap; from <= text.size(); ++from)
        if (matches(text.substr(from), rest)) return true;
    return false;
}

bool ends_with(const std::vector<std::string_view>& lines, const std::vector<std::string_view>& claimed) {
    if (lines.size() < claimed.size()) return false;
    const size_t skip = lines.size() - claimed.size();
    for (size_t i = 0; i < claimed.size(); ++i)
        if (!matches(lines[skip + i], claimed[i])) return false;
    return true;
}

}  // namespace

void begin(const char* name) {
    page = name;
    output = std::tmpfile();
    if (!output || dup2(fileno(output), STDOUT_FILENO) < 0) {
        std::perror("standard output");
        std::exit(1);
    }
}

void run(int line, void (*block)()) {
    keratin::clear_session();
    keratin::set_random_seed(0);
    new_output();  // what earlier blocks left behind
    try {
        block();
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}:{}: the block throws: {}\n", page, line, error.what());
        ++failures;
    }
}

void printed(int line, const char* claim) {
    ++claims;
    const std::string text = new_output();
    if (ends_with(lines_of(text), lines_of(claim))) return;
    fmt::print(stderr, "{}:{}: claimed:\n{}\nprinted:\n{}\n", page, line, claim, text);
    ++failures;
}

int end() {
    fmt::print(stderr, "{}: {} claims, {} failures\n", page, claims, failures);
    return failures ? 1 : 0;
}

}  // namespace docs
