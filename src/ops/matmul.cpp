#include <keratin/ops/matmul.hpp>

#include "autograd/record.hpp"
#include "ops/product.hpp"

#include <keratin/ops/shaping.hpp>

namespace keratin {
namespace {

/// Many matrices times one: the rows of all of them are the rows of a single product.
Tensor as_one_product(const Tensor& a, const Tensor& b, const MatmulOptions& options, const Shape& shape) {
    const int64_t columns = a.shape().back();
    const int64_t rows = columns == 0 ? shape.slice(0, -1).size() : a.size() / columns;
    return reshape(matmul(reshape(a, {rows, columns}), b, options), shape);
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b, const MatmulOptions& options) {
    const ops::Product product = ops::product(a, b, options, "matmul");
    if (a.rank() > 2 && b.rank() == 2 && !options.transpose_a)
        return as_one_product(a, b, options, product.shape);
    Tensor y = Tensor::empty(product.shape, a.dtype());
    ops::run_product(product, a, b, y, false);
    const bool ta = options.transpose_a;
    const bool tb = options.transpose_b;
    return record("matmul", y,
                  wrt(a,
                      [b, ta, tb, shape = a.shape()](const Tensor& dy, Sink& sink) {
                          if (ta)
                              ops::add_product(sink, b, dy, {.transpose_a = tb, .transpose_b = true}, shape);
                          else
                              ops::add_product(sink, dy, b, {.transpose_b = !tb}, shape);
                      }),
                  wrt(b, [a, ta, tb, shape = b.shape()](const Tensor& dy, Sink& sink) {
                      if (tb)
                          ops::add_product(sink, dy, a, {.transpose_a = true, .transpose_b = ta}, shape);
                      else
                          ops::add_product(sink, a, dy, {.transpose_a = !ta}, shape);
                  }));
}

}  // namespace keratin
