#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/einsum.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/matmul.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <numeric>

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

/// Over the last axis of a and the last but one of b, vectors standing for matrices.
Tensor multiplied(const Call& call, const Tensor& a, const Tensor& b) {
    if (a.rank() == 0 || b.rank() == 0)
        fail<ShapeError>("{}: operands of shapes {} and {} need an axis each", call.owner(), a.shape(),
                         b.shape());
    const Tensor left = a.rank() == 1 ? expand_dims(a, 0) : a;
    const Tensor right = b.rank() == 1 ? expand_dims(b, 1) : b;
    const Shape before =
        broadcast(left.shape().slice(0, -2), right.shape().slice(0, -2), call.owner().c_str());
    call.check_result(before + Shape{left.shape()[-2], right.shape()[-1]});
    Tensor y = matmul(left, right);
    if (a.rank() == 1) y = squeeze(y, -2);
    if (b.rank() == 1) y = squeeze(y, -1);
    return y;
}

Tensor matrix_product(const Call& call) {
    const Factors factors(call);
    return factors.back(multiplied(call, factors.a, factors.b));
}

/// The axes of a and of b that are summed over, in pairs.
struct Contraction {
    std::vector<int> a, b;
};

Tensor contracted(const Call& call, const Factors& factors, const Contraction& axes) {
    const auto split = [&](const Tensor& x, const std::vector<int>& summed, std::vector<int>& order) {
        std::vector<int> kept;
        std::vector<int> list;
        for (const int axis : summed) list.push_back(x.shape().normalize_axis(axis, call.owner().c_str()));
        for (int axis = 0; axis < x.rank(); ++axis)
            if (std::count(list.begin(), list.end(), axis) == 0) kept.push_back(axis);
        if (kept.size() + list.size() != static_cast<size_t>(x.rank()))
            fail<ValueError>("{}: an axis of {} is named twice", call.owner(), x.shape());
        order = list;
        return kept;
    };
    std::vector<int> summed_a, summed_b;
    const std::vector<int> kept_a = split(factors.a, axes.a, summed_a);
    const std::vector<int> kept_b = split(factors.b, axes.b, summed_b);
    Shape shape;
    int64_t rows = 1, columns = 1, depth = 1;
    for (size_t i = 0; i < summed_a.size(); ++i) {
        const int64_t extent = factors.a.shape()[summed_a[i]];
        if (factors.b.shape()[summed_b[i]] != extent)
            fail<ShapeError>("{}: axis {} of {} and axis {} of {} differ", call.owner(), summed_a[i],
                             factors.a.shape(), summed_b[i], factors.b.shape());
        depth *= extent;
    }
    if (kept_a.size() + kept_b.size() > Shape::max_rank)
        fail<ShapeError>("{}: the result of {} and {} has too many axes", call.owner(), factors.a.shape(),
                         factors.b.shape());
    for (const int axis : kept_a) shape = shape + Shape{factors.a.shape()[axis]};
    rows = shape.size();
    for (const int axis : kept_b) {
        columns *= factors.b.shape()[axis];
        shape = shape + Shape{factors.b.shape()[axis]};
    }
    call.check_result(shape);
    std::vector<int> order_a = kept_a, order_b = summed_b;
    order_a.insert(order_a.end(), summed_a.begin(), summed_a.end());
    order_b.insert(order_b.end(), kept_b.begin(), kept_b.end());
    const Tensor left = reshape(transpose(factors.a, order_a), {rows, depth});
    const Tensor right = reshape(transpose(factors.b, order_b), {depth, columns});
    return factors.back(reshape(matmul(left, right), shape));
}

Tensor tensordot(const Call& call) {
    const Factors factors(call);
    const Config& given = call["axes"];
    Contraction axes;
    if (given.is_integer()) {
        const int64_t n = given.as_integer();
        if (n < 0 || n > factors.a.rank() || n > factors.b.rank())
            call.wrong("axes", "the operands do not have as many axes");
        for (int i = 0; i < n; ++i) {
            axes.a.push_back(factors.a.rank() - static_cast<int>(n) + i);
            axes.b.push_back(i);
        }
    } else {
        if (!given.is_list() || given.as_list().size() != 2) call.wrong("axes", "give a number or two lists");
        const auto list = [&](const Config& node) {
            std::vector<int> result;
            for (const Config& axis : node.is_list() ? node.as_list() : Config::List{node})
                result.push_back(small_integer(axis, call.owner()));
            return result;
        };
        axes = {list(given.as_list()[0]), list(given.as_list()[1])};
        if (axes.a.size() != axes.b.size()) call.wrong("axes", "the lists must be of one length");
    }
    return contracted(call, factors, axes);
}

/// numpy.dot: the last axis of a with the last but one of b; numbers multiply.
Tensor dot(const Call& call) {
    const Factors factors(call);
    if (factors.a.rank() == 0 || factors.b.rank() == 0) return call.join(multiply);
    return contracted(call, factors, {{-1}, {factors.b.rank() == 1 ? -1 : -2}});
}

Tensor inner(const Call& call) {
    const Factors factors(call);
    if (factors.a.rank() == 0 || factors.b.rank() == 0) return call.join(multiply);
    return contracted(call, factors, {{-1}, {-1}});
}

Tensor outer(const Call& call) {
    const std::vector<Tensor> both = call.alike(0, 2);
    call.check_result({both[0].size(), both[1].size()});
    const Tensor a = reshape(both[0], {-1, 1}), b = reshape(both[1], {1, -1});
    return a.dtype() == bool_ ? multiply(cast(a, int32), cast(b, int32)) : multiply(a, b);
}

/// Two operands at most; of one, a transposition with sums.
Tensor summed_products(const Call& call) {
    const std::string& equation = call["subscripts"].as_string();
    if (call.count() == 2) {
        const Factors factors(call);
        call.check_result(einsum_shape(equation, factors.a.shape(), factors.b.shape()));
        return factors.back(einsum(equation, factors.a, factors.b));
    }
    if (call.count() != 1)
        fail<ValueError>("{}: an einsum of {} operands; keratin has one of two", call.owner(), call.count());
    const Tensor x = call.floating(0);
    const size_t arrow = equation.find("->");
    if (arrow == std::string::npos) fail<ValueError>("{}: \"{}\" has no ->", call.owner(), equation);
    // With a factor of 1, of rank 0.
    return einsum(equation.substr(0, arrow) + "," + equation.substr(arrow), x, ones({}, x.dtype()));
}

const Function functions[] = {
    {"numpy.Matmul", "x1 x2", "", matrix_product},
    {"numpy.Dot", "x1 x2", "", dot},
    {"numpy.Inner", "x1 x2", "", inner},
    {"numpy.Outer", "x1 x2", "", outer},
    {"numpy.Vdot", "x1 x2", "",
     [](const Call& c) { return reduce_sum(reshape(c.numeric(0), {-1}) * reshape(c.numeric(1), {-1})); }},
    {"numpy.Tensordot", "x1 x2", R"({"axes":2})", tensordot},
    {"numpy.Einsum", "*operands", R"({"subscripts":"!"})", summed_products},
};

}  // namespace

std::span<const Function> product_functions() {
    return functions;
}

}  // namespace keratin::operations
