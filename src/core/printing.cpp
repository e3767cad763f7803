#include <keratin/core/tensor.hpp>

#include "core/convert.hpp"
#include "core/float_format.hpp"

#include <functional>
#include <ostream>

namespace keratin {
namespace {

thread_local PrintOptions print_options;

using ElementText = std::function<std::string(int64_t)>;

/// Which positions of an axis are shown; a gap (-1) stands for what is left out.
std::vector<int64_t> shown(int64_t extent, bool shorten, int64_t edge) {
    std::vector<int64_t> positions;
    for (int64_t i = 0; i < extent; ++i) {
        if (shorten && i == edge && 2 * edge < extent) {
            positions.push_back(-1);
            i = extent - edge;
        }
        positions.push_back(i);
    }
    return positions;
}

/// Lays elements out in nested brackets, as NumPy's _formatArray.
class Printer {
public:
    Printer(const Shape& shape, const PrintOptions& options)
        : shape_(shape),
          options_(options),
          shorten_(shape.size() > options.threshold),
          steps_(shape.begin(), shape.end()) {
        int64_t step = 1;
        for (size_t axis = steps_.size(); axis-- > 0;) step *= std::exchange(steps_[axis], step);
    }

    /// The elements that will be shown, which alone decide the common format.
    void collect(std::vector<int64_t>& elements, int axis = 0, int64_t first = 0) const {
        if (axis == shape_.rank()) return elements.push_back(first);
        for (const int64_t i : positions(axis))
            if (i >= 0) collect(elements, axis + 1, first + i * steps_[static_cast<size_t>(axis)]);
    }

    std::string text(const ElementText& element, int axis = 0, int64_t first = 0) const {
        if (axis == shape_.rank() - 1) return row(element, first);
        const std::string indent(static_cast<size_t>(axis) + 1, ' ');
        const std::string newlines(static_cast<size_t>(shape_.rank() - axis - 1), '\n');
        std::string result;
        for (const int64_t i : positions(axis)) {
            result += result.empty() ? "[" : newlines + indent;
            result += i < 0 ? "..." : text(element, axis + 1, first + i * steps_[static_cast<size_t>(axis)]);
        }
        return result += ']';
    }

private:
    std::vector<int64_t> positions(int axis) const {
        return shown(shape_[axis], shorten_, options_.edgeitems);
    }

    /// One innermost axis, wrapped where a word would run beyond the line and into the brackets that close.
    std::string row(const ElementText& element, int64_t first) const {
        const auto indent = static_cast<size_t>(shape_.rank());
        const int64_t width = options_.linewidth - shape_.rank();
        std::string result = "[";
        size_t column = indent;
        for (const int64_t i : positions(shape_.rank() - 1)) {
            const std::string word = i < 0 ? "..." : element(first + i);
            if (column > indent) {
                if (static_cast<int64_t>(column + 1 + word.size()) > width) {
                    result.erase(result.find_last_not_of(' ') + 1);
                    result += '\n' + std::string(indent, ' ');
                    column = indent;
                } else {
                    result += ' ';
                    ++column;
                }
            }
            result += word;
            column += word.size();
        }
        return result += ']';
    }

    const Shape& shape_;
    const PrintOptions& options_;
    bool shorten_;
    std::vector<int64_t> steps_;
};

/// How the elements print that are shown, all in the same width.
template <class T>
ElementText common_format(std::span<const T> data, const std::vector<int64_t>& shown_elements) {
    if constexpr (std::is_same_v<T, bool>) {
        return [data](int64_t i) -> std::string { return data[static_cast<size_t>(i)] ? " True" : "False"; };
    } else {
        std::vector<T> values;
        for (const int64_t i : shown_elements) values.push_back(data[static_cast<size_t>(i)]);
        if constexpr (std::is_floating_point_v<T>) {
            return [data, format = FloatFormat<T>(values, print_options.precision)](int64_t i) {
                return format(data[static_cast<size_t>(i)]);
            };
        } else {
            size_t width = 0;
            for (const T value : values) width = std::max(width, fmt::formatted_size("{}", value));
            return [data, width](int64_t i) {
                return fmt::format("{:{}}", data[static_cast<size_t>(i)], width);
            };
        }
    }
}

template <class T>
std::string scalar_text(T value) {
    if constexpr (std::is_floating_point_v<T>) return float_text(value);
    if constexpr (std::is_same_v<T, bool>) return value ? "True" : "False";
    return fmt::format("{}", value);
}

}  // namespace

PrintOptions set_print_options(const PrintOptions& options) {
    if (options.precision < 0 || options.threshold < 0 || options.edgeitems < 1 || options.linewidth < 1)
        fail<ValueError>(
            "set_print_options: precision is {}, threshold {}, edgeitems {}, linewidth {}; the first two "
            "must not be "
            "negative and the others must be 1 or more",
            options.precision, options.threshold, options.edgeitems, options.linewidth);
    return std::exchange(print_options, options);
}

std::string to_string(const Tensor& tensor) {
    if (!tensor.defined()) return "<undefined tensor>";
    if (tensor.size() == 0) return "[]";
    if (is_half(tensor.dtype())) return to_string(convert(tensor, float32));
    return with_element(tensor.dtype(), [&]<class T>() {
        const std::span<const T> data = tensor.data<T>();
        if (tensor.rank() == 0) return scalar_text(data[0]);
        const Printer printer(tensor.shape(), print_options);
        std::vector<int64_t> elements;
        printer.collect(elements);
        return printer.text(common_format(data, elements));
    });
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
    return out << to_string(tensor);
}

}  // namespace keratin
