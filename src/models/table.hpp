#pragma once

#include <string>
#include <vector>

namespace keratin {

/// Lines of at most `width` characters, broken at spaces where possible.
std::vector<std::string> fold(const std::string& text, int width);

enum class Align { left, right, center };

struct Column {
    std::string title;
    Align align;
};

/// A table with box-drawing lines, laid out as Keras's summary() does: `positions` are the columns' right
/// ends as shares of `line_length`, shrunk so that the lines fit in between; long cells wrap at spaces,
/// longer words end in an ellipsis.
class Table {
public:
    Table(std::vector<Column> columns, const std::vector<double>& positions, int line_length);

    void add_row(const std::vector<std::string>& cells);
    std::string text() const;

private:
    using Lines = std::vector<std::string>;
    std::string rule(const char* left, const char* line, const char* cross, const char* right) const;
    std::string row_text(const std::vector<std::string>& cells, const char* border) const;

    std::vector<Column> columns_;
    std::vector<int> widths_;  ///< with one space on either side
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace keratin
