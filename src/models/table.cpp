#include "models/table.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace keratin {
namespace {

/// Characters on the screen of a UTF-8 text.
int display_width(const std::string& text) {
    return static_cast<int>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// The first n characters of a UTF-8 text, and what follows them.
std::pair<std::string, std::string> split_at(const std::string& text, int n) {
    size_t end = 0;
    for (; end < text.size(); ++end)
        if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80 && n-- == 0) break;
    return {text.substr(0, end), text.substr(end)};
}

/// The text in words, each with the spaces behind it, the first with those before it too.
std::vector<std::string> words(const std::string& text) {
    std::vector<std::string> list;
    size_t start = 0;
    size_t inside = text.find_first_not_of(' ');
    while (inside != std::string::npos) {
        const size_t end = text.find(' ', inside);
        inside = end == std::string::npos ? end : text.find_first_not_of(' ', end);
        list.push_back(text.substr(start, inside == std::string::npos ? inside : inside - start));
        start = inside;
    }
    return list;
}

std::string without_spaces_behind(std::string text) {
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

/// Lines of at most `width` characters, broken at spaces. What is longer than a line is folded, or left
/// whole.
std::vector<std::string> broken(const std::string& text, int width, bool fold) {
    std::vector<std::string> lines;
    std::string line;
    for (std::string word : words(text)) {
        const int length = display_width(without_spaces_behind(word));
        if (display_width(line) + length <= width) {
            line += word;
            continue;
        }
        if (!line.empty()) lines.push_back(line);
        while (fold && length > width && display_width(word) > width) {
            auto [head, tail] = split_at(word, width);
            lines.push_back(head);
            word = tail;
        }
        line = word;
    }
    lines.push_back(line);
    return lines;
}

/// The lines of a cell; what does not fit into one is cut off with an ellipsis, as rich does.
std::vector<std::string> wrap(const std::string& text, int width) {
    std::vector<std::string> lines = broken(text, width, false);
    for (std::string& line : lines) {
        line = without_spaces_behind(line);
        if (display_width(line) > width) line = split_at(line, width - 1).first + "…";
    }
    return lines;
}

std::string aligned(const std::string& text, int width, Align align) {
    const int space = std::max(0, width - display_width(text));
    const int left = align == Align::left ? 0 : align == Align::right ? space : space / 2;
    return std::string(static_cast<size_t>(left), ' ') + text +
           std::string(static_cast<size_t>(space - left), ' ');
}

}  // namespace

std::vector<std::string> fold(const std::string& text, int width) {
    return broken(text, width, true);
}

Table::Table(std::vector<Column> columns, const std::vector<double>& positions, int line_length)
    : columns_(std::move(columns)) {
    int previous = 0;
    int total = 0;
    for (const double position : positions) {
        const int end = static_cast<int>(position * line_length);
        widths_.push_back(end - previous + 2);
        total += widths_.back();
        previous = end;
    }
    const int count = static_cast<int>(widths_.size());
    int excess = total - (line_length - count - 1);
    for (int i = 0; i < count; ++i) {
        const int share = static_cast<int>(std::nearbyint(static_cast<double>(excess) / (count - i)));
        widths_[static_cast<size_t>(i)] = std::max(3, widths_[static_cast<size_t>(i)] - share);
        excess -= share;
    }
}

void Table::add_row(const std::vector<std::string>& cells) {
    rows_.push_back(cells);
}

std::string Table::rule(const char* left, const char* line, const char* cross, const char* right) const {
    std::string text = left;
    for (size_t i = 0; i < widths_.size(); ++i) {
        if (i) text += cross;
        for (int k = 0; k < widths_[i]; ++k) text += line;
    }
    return text + right + "\n";
}

std::string Table::row_text(const std::vector<std::string>& cells, const char* border) const {
    std::vector<Lines> columns;
    size_t height = 1;
    for (size_t i = 0; i < cells.size(); ++i) {
        columns.push_back(wrap(cells[i], widths_[i] - 2));
        height = std::max(height, columns.back().size());
    }
    std::string text;
    for (size_t line = 0; line < height; ++line) {
        text += border;
        for (size_t i = 0; i < columns.size(); ++i) {
            const std::string cell = line < columns[i].size() ? columns[i][line] : "";
            text += " " + aligned(cell, widths_[i] - 2, columns_[i].align) + " " + border;
        }
        text += "\n";
    }
    return text;
}

std::string Table::text() const {
    std::vector<std::string> titles;
    for (const Column& column : columns_) titles.push_back(column.title);
    std::string text = rule("┏", "━", "┳", "┓") + row_text(titles, "┃") + rule("┡", "━", "╇", "┩");
    for (size_t i = 0; i < rows_.size(); ++i) {
        if (i) text += rule("├", "─", "┼", "┤");
        text += row_text(rows_[i], "│");
    }
    return text + rule("└", "─", "┴", "┘");
}

}  // namespace keratin
