#include <keratin/ops/einsum.hpp>

#include "ops/check.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/matmul.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace keratin {
namespace {

/// A letter's code, or below 0 an axis under the ellipsis, counted from the last, -1.
using Label = int;
using Labels = std::vector<Label>;

bool has(const Labels& labels, Label label) {
    return std::find(labels.begin(), labels.end(), label) != labels.end();
}

int place_of(const Labels& labels, Label label) {
    return static_cast<int>(std::find(labels.begin(), labels.end(), label) - labels.begin());
}

struct Equation {
    std::string text;
    std::string a, b, result;

    explicit Equation(std::string_view given) : text(given) {
        std::string plain = text;
        std::erase(plain, ' ');
        const size_t comma = plain.find(','), arrow = plain.find("->");
        if (comma == std::string::npos || arrow == std::string::npos || comma > arrow) fail_form();
        a = plain.substr(0, comma);
        b = plain.substr(comma + 1, arrow - comma - 1);
        result = plain.substr(arrow + 2);
        for (const std::string& term : {a, b, result}) labels(term, 0);  // throws where there are others
    }
    [[noreturn]] void fail_form() const {
        fail<ValueError>(
            "einsum: equation \"{}\" is not accepted; it is two operands' letters and the result's, "
            "such as \"abc,cd->abd\" or \"...a,ab->...b\"",
            text);
    }
    /// The labels of a term for `elided` axes under its ellipsis.
    Labels labels(const std::string& term, int elided) const {
        Labels result_labels;
        bool dotted = false;
        for (size_t i = 0; i < term.size(); ++i) {
            const char c = term[i];
            if (term.compare(i, 3, "...") == 0 && !dotted) {
                for (int axis = elided; axis > 0; --axis) result_labels.push_back(-axis);
                dotted = true;
                i += 2;
            } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
                if (has(result_labels, c))
                    fail<ValueError>(
                        "einsum: equation \"{}\" names '{}' twice in \"{}\"; give axes other letters", text,
                        c, term);
                result_labels.push_back(c);
            } else {
                fail_form();
            }
        }
        return result_labels;
    }
    static bool dotted(const std::string& term) { return term.find("...") != std::string::npos; }
    /// How many axes of an operand the ellipsis stands for.
    int elided(const std::string& term, const Shape& shape) const {
        const int letters = static_cast<int>(term.size()) - (dotted(term) ? 3 : 0);
        const int rest = shape.rank() - letters;
        if (rest < 0 || (rest > 0 && !dotted(term)))
            fail<ShapeError>("einsum: operand of shape {} does not have the {} axes of \"{}\" in \"{}\"",
                             shape, letters, term, text);
        return rest;
    }
};

/// An equation on operands of known ranks.
struct Terms {
    Labels a, b, result;

    Terms(const Equation& equation, const Shape& shape_a, const Shape& shape_b) {
        const int elided_a = equation.elided(equation.a, shape_a);
        const int elided_b = equation.elided(equation.b, shape_b);
        a = equation.labels(equation.a, elided_a);
        b = equation.labels(equation.b, elided_b);
        result = equation.labels(equation.result, std::max(elided_a, elided_b));
        for (const Label label : result)
            if (label > 0 && !has(a, label) && !has(b, label))
                fail<ValueError>("einsum: the result of \"{}\" names '{}', which no operand has",
                                 equation.text, static_cast<char>(label));
    }
};

/// The extent of a label in an operand, 1 where it has none.
int64_t extent_of(const Labels& labels, const Shape& shape, Label label) {
    return has(labels, label) ? shape[place_of(labels, label)] : 1;
}

/// The extent of a label in both; throws ShapeError when they differ.
int64_t joined(const Equation& equation, const Terms& terms, const Shape& a, const Shape& b, Label label) {
    const int64_t in_a = extent_of(terms.a, a, label), in_b = extent_of(terms.b, b, label);
    if (!has(terms.a, label)) return in_b;
    if (!has(terms.b, label) || in_a == in_b) return in_a;
    if (label < 0 && (in_a == 1 || in_b == 1)) return in_a == 1 ? in_b : in_a;
    if (in_a == Shape::unknown) return in_b;
    if (in_b == Shape::unknown) return in_a;
    fail<ShapeError>(
        "einsum: operands of shapes {} and {} differ in an axis that \"{}\" names once for both: {} "
        "and {}",
        a, b, equation.text, in_a, in_b);
}

/// The operand with its axes in this order, and summed over those that are not in it.
Tensor arranged(const Tensor& x, Labels labels, const Labels& order) {
    std::vector<int> alone;
    for (size_t i = 0; i < labels.size(); ++i)
        if (!has(order, labels[i])) alone.push_back(static_cast<int>(i));
    Tensor y = alone.empty() ? x : reduce_sum(x, Axes(alone));
    std::erase_if(labels, [&](Label label) { return !has(order, label); });
    std::vector<int> permutation;
    for (const Label label : order) permutation.push_back(place_of(labels, label));
    return std::is_sorted(permutation.begin(), permutation.end()) ? y : transpose(y, permutation);
}

Labels joined(const Labels& a, const Labels& b, const Labels& c) {
    Labels all = a;
    all.insert(all.end(), b.begin(), b.end());
    all.insert(all.end(), c.begin(), c.end());
    return all;
}

Shape extents(const Equation& equation, const Terms& terms, const Shape& a, const Shape& b,
              const Labels& labels) {
    std::vector<int64_t> result;
    for (const Label label : labels) result.push_back(joined(equation, terms, a, b, label));
    return Shape(result);
}

}  // namespace

Shape einsum_shape(std::string_view text, const Shape& a, const Shape& b) {
    const Equation equation(text);
    const Terms terms(equation, a, b);
    for (const Label label : terms.a) joined(equation, terms, a, b, label);
    return extents(equation, terms, a, b, terms.result);
}

Tensor einsum(std::string_view text, const Tensor& a, const Tensor& b) {
    ops::require_floating(a, "einsum");
    ops::require_same_dtype(a, b, "einsum");
    const Equation equation(text);
    const Terms terms(equation, a.shape(), b.shape());
    einsum_shape(text, a.shape(), b.shape());  // throws where extents differ

    Labels both, only_a, only_b, summed;
    for (const Label label : terms.result)
        (has(terms.a, label) ? (has(terms.b, label) ? both : only_a) : only_b).push_back(label);
    for (const Label label : terms.a)
        if (has(terms.b, label) && !has(terms.result, label)) summed.push_back(label);

    const auto size = [&](const Labels& labels) {
        return extents(equation, terms, a.shape(), b.shape(), labels).size();
    };
    // Under an ellipsis one operand's extent may be 1 where the other's is not.
    const auto operand = [&](const Tensor& x, const Labels& labels, const Labels& order) {
        return broadcast_to(arranged(x, labels, order),
                            extents(equation, terms, a.shape(), b.shape(), order));
    };
    Shape left{size(only_a), size(summed)}, right{size(summed), size(only_b)};
    if (!both.empty()) {
        left = Shape{size(both)} + left;
        right = Shape{size(both)} + right;
    }
    const Tensor product = matmul(reshape(operand(a, terms.a, joined(both, only_a, summed)), left),
                                  reshape(operand(b, terms.b, joined(both, summed, only_b)), right));
    const Labels order = joined(both, only_a, only_b);
    const Tensor y = reshape(product, extents(equation, terms, a.shape(), b.shape(), order));
    return arranged(y, order, terms.result);
}

}  // namespace keratin
