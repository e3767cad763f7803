#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/einsum.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/matmul.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

/// Sums of products (keras.src.ops.numpy).
namespace keratin::operations {
namespace {

/// Two operands of one floating dtype. What integers would give fits into float64, and goes back.
struct Factors {
    Tensor a, b;
    DType dtype;

    explicit Factors(const Call& call, size_t first = 0) {
        const std::vector<Tensor> both = call.alike(first, 2);
        dtype = both[0].dtype() == bool_ ? int32 : both[0].dtype();
        a = is_floating(dtype) ? both[0] : cast(both[0], float64);
        b = is_floating(dtype) ? both[1] : cast(both[1], float64);
    }
    Tensor back(const Tensor& y) const { return y.dtype() == dtype ? y : cast(y, dtype); }
};

/// Over the last axis of x1 and the last but one of x2, vectors standing for matrices.
Results multiplied_results(const Call& call, const Shapes& operands) {
    const Shape &a = operands[0], &b = operands[1];
    if (a.rank() == 0 || b.rank() == 0)
        fail<ShapeError>("{}: operands of shapes {} and {} need an axis each", call.owner(), a, b);
    const Shape left = a.rank() == 1 ? Shape{1} + a : a, right = b.rank() == 1 ? b + Shape{1} : b;
    common(call, left[-1], right[-2], operands);
    Shape shape = broadcast_open(left.slice(0, -2), right.slice(0, -2), call.owner());
    if (a.rank() > 1) shape = shape + Shape{left[-2]};
    if (b.rank() > 1) shape = shape + Shape{right[-1]};
    return {{shape}};
}

Tensor matrix_product(const Call& call) {
    const Factors factors(call);
    const bool row = factors.a.rank() == 1, column = factors.b.rank() == 1;
    Tensor y =
        matmul(row ? expand_dims(factors.a, 0) : factors.a, column ? expand_dims(factors.b, 1) : factors.b);
    if (row) y = squeeze(y, -2);
    if (column) y = squeeze(y, -1);
    return factors.back(y);
}

/// The axes of two shapes: those that are summed over, in pairs, and the others, which stay.
struct Contraction {
    std::vector<int> summed_a = {}, summed_b = {};
    std::vector<int> kept_a = {}, kept_b = {};

    void complete(const Call& call, const Shapes& operands) {
        kept_a = rest(call, operands[0], summed_a);
        kept_b = rest(call, operands[1], summed_b);
    }

private:
    static std::vector<int> rest(const Call& call, const Shape& x, std::vector<int>& summed) {
        for (int& axis : summed) axis = x.normalize_axis(axis, call.owner().c_str());
        std::vector<int> kept;
        for (int axis = 0; axis < x.rank(); ++axis)
            if (std::count(summed.begin(), summed.end(), axis) == 0) kept.push_back(axis);
        if (kept.size() + summed.size() != x.extents().size())
            fail<ValueError>("{}: an axis of {} is named twice", call.owner(), x);
        return kept;
    }
};

Shape picked(const Shape& x, const std::vector<int>& axes) {
    std::vector<int64_t> extents;
    for (const int axis : axes) extents.push_back(x[axis]);
    return Shape(extents);
}

/// Numbers multiply.
bool has_number(const Shapes& operands) {
    return operands[0].rank() == 0 || operands[1].rank() == 0;
}

Contraction tensordot(const Call& call, const Shapes& operands) {
    const int a = operands[0].rank(), b = operands[1].rank();
    const Config& given = call["axes"];
    Contraction axes;
    if (given.is_integer()) {
        const int64_t n = given.as_integer();
        if (n < 0 || n > a || n > b) call.wrong("axes", "the operands do not have as many axes");
        for (int i = 0; i < n; ++i) {
            axes.summed_a.push_back(a - static_cast<int>(n) + i);
            axes.summed_b.push_back(i);
        }
    } else {
        if (!given.is_list() || given.as_list().size() != 2) call.wrong("axes", "give a number or two lists");
        const auto list = [&](const Config& node) {
            std::vector<int> result;
            for (const Config& axis : node.is_list() ? node.as_list() : Config::List{node})
                result.push_back(small_integer(axis, call.owner()));
            return result;
        };
        axes.summed_a = list(given.as_list()[0]);
        axes.summed_b = list(given.as_list()[1]);
        if (axes.summed_a.size() != axes.summed_b.size())
            call.wrong("axes", "the lists must be of one length");
    }
    axes.complete(call, operands);
    return axes;
}

/// numpy.dot: the last axis of x1 with the last but one of x2.
Contraction dot(const Call& call, const Shapes& operands) {
    Contraction axes{.summed_a = {-1}, .summed_b = {operands[1].rank() == 1 ? -1 : -2}};
    axes.complete(call, operands);
    return axes;
}

Contraction inner(const Call& call, const Shapes& operands) {
    Contraction axes{.summed_a = {-1}, .summed_b = {-1}};
    axes.complete(call, operands);
    return axes;
}

using Contract = Contraction (*)(const Call&, const Shapes&);

Results contracted_results(const Call& call, const Shapes& operands, Contract contract) {
    const Contraction axes = contract(call, operands);
    for (size_t i = 0; i < axes.summed_a.size(); ++i)
        common(call, operands[0][axes.summed_a[i]], operands[1][axes.summed_b[i]], operands);
    return {{picked(operands[0], axes.kept_a) + picked(operands[1], axes.kept_b)}};
}

Tensor contracted(const Call& call, Contract contract) {
    const Factors factors(call);
    const Shape &a = factors.a.shape(), &b = factors.b.shape();
    const Contraction axes = contract(call, {a, b});
    std::vector<int> order_a = axes.kept_a, order_b = axes.summed_b;
    order_a.insert(order_a.end(), axes.summed_a.begin(), axes.summed_a.end());
    order_b.insert(order_b.end(), axes.kept_b.begin(), axes.kept_b.end());
    const Shape rows = picked(a, axes.kept_a), columns = picked(b, axes.kept_b);
    const int64_t depth = picked(a, axes.summed_a).size();
    const Tensor left = reshape(transpose(factors.a, order_a), {rows.size(), depth});
    const Tensor right = reshape(transpose(factors.b, order_b), {depth, columns.size()});
    return factors.back(reshape(matmul(left, right), rows + columns));
}

template <Contract contract>
Tensor contracted_or_multiplied(const Call& call) {
    const bool multiplies = has_number({call.tensor(0).shape(), call.tensor(1).shape()});
    return multiplies ? call.join(multiply) : contracted(call, contract);
}

template <Contract contract>
Results contracted_or_multiplied_results(const Call& call, const Shapes& operands) {
    return has_number(operands) ? broadcasted_results(call, operands)
                                : contracted_results(call, operands, contract);
}

Results outer_results(const Call&, const Shapes& operands) {
    return {{Shape{elements(operands[0]), elements(operands[1])}}};
}

Tensor outer(const Call& call) {
    const std::vector<Tensor> both = call.alike(0, 2);
    const Tensor a = reshape(both[0], {-1, 1}), b = reshape(both[1], {1, -1});
    return a.dtype() == bool_ ? multiply(cast(a, int32), cast(b, int32)) : multiply(a, b);
}

Results vdot_results(const Call& call, const Shapes& operands) {
    common(call, elements(operands[0]), elements(operands[1]), operands);
    return {{Shape{}}};
}

/// Of one operand with a factor of 1, of rank 0.
std::string equation_of_two(const Call& call) {
    const std::string& equation = call["subscripts"].as_string();
    const size_t arrow = equation.find("->");
    if (arrow == std::string::npos) fail<ValueError>("{}: \"{}\" has no ->", call.owner(), equation);
    return equation.substr(0, arrow) + "," + equation.substr(arrow);
}

/// Two operands at most; of one, a transposition with sums.
Tensor summed_products(const Call& call) {
    if (call.count() == 2) {
        const Factors factors(call);
        return factors.back(einsum(call["subscripts"].as_string(), factors.a, factors.b));
    }
    const Tensor x = call.floating(0);
    return einsum(equation_of_two(call), x, ones({}, x.dtype()));
}

Results summed_products_results(const Call& call, const Shapes& operands) {
    if (operands.size() == 2)
        return {{einsum_shape(call["subscripts"].as_string(), operands[0], operands[1])}};
    if (operands.size() != 1)
        fail<ValueError>("{}: an einsum of {} operands; keratin has one of two", call.owner(),
                         operands.size());
    return {{einsum_shape(equation_of_two(call), operands[0], {})}};
}

const Function functions[] = {
    {"numpy.Matmul", "x1 x2", "", matrix_product, multiplied_results},
    {"numpy.Dot", "x1 x2", "", contracted_or_multiplied<dot>, contracted_or_multiplied_results<dot>},
    {"numpy.Inner", "x1 x2", "", contracted_or_multiplied<inner>, contracted_or_multiplied_results<inner>},
    {"numpy.Outer", "x1 x2", "", outer, outer_results},
    {"numpy.Vdot", "x1 x2", "",
     [](const Call& c) { return reduce_sum(reshape(c.numeric(0), {-1}) * reshape(c.numeric(1), {-1})); },
     vdot_results},
    {"numpy.Tensordot", "x1 x2", R"({"axes":2})", [](const Call& c) { return contracted(c, tensordot); },
     [](const Call& c, const Shapes& operands) { return contracted_results(c, operands, tensordot); }},
    {"numpy.Einsum", "*operands", R"({"subscripts":"!"})", summed_products, summed_products_results},
};

}  // namespace

std::span<const Function> product_functions() {
    return functions;
}

}  // namespace keratin::operations
