#pragma once

#include "conformance/wrong_use/use.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/matmul.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <cmath>

namespace conformance::wrong_use {

inline Group elementwise_ops() {
    const Tensor x = ones({2, 3});
    const Tensor n = ones({2, 3}, int32);
    return {"elementwise ops",
            {
                {"shapes that do not broadcast", [x] { x + zeros({2}); }, Type::shape,
                 "add: shapes (2, 3) and (2,) do not broadcast; aligned at the last axis, two extents must "
                 "be equal or one of them 1"},
                {"two dtypes", [x, n] { x* n; }, Type::dtype,
                 "multiply: dtypes float32 and int32 differ; cast() one of them"},
                {"nothing plus something", [x] { Tensor() + x; }, Type::value,
                 "add: the first input is an undefined tensor; give it a value first, for instance by "
                 "zeros(shape)"},
                {"a half added to integers", [n] { n + 0.5; }, Type::dtype,
                 "add: the number 0.5 meets a tensor of int32; cast() the tensor to a floating dtype"},
                {"a number that a byte cannot hold", [] { zeros({2}, uint8) + 300; }, Type::value,
                 "add: the number 300 is outside the range of uint8; cast() the tensor to a wider dtype"},
                {"a quotient of integers", [n] { n / n; }, Type::dtype,
                 "divide: input of shape (2, 3) is int32; float32 or float64 is needed, cast() it"},
                {"integers to negative powers", [n] { pow(n, -n); }, Type::value,
                 "pow: an integer to the power -1 is no integer; cast() to a floating dtype"},
                {"arithmetic on bool", [] { ones({2}, bool_) + ones({2}, bool_); }, Type::dtype,
                 "add: input of shape (2,) is bool; numbers are needed, cast() it"},
                {"exp of integers", [n] { exp(n); }, Type::dtype,
                 "exp: input of shape (2, 3) is int32; float32 or float64 is needed, cast() it"},
                {"bounds the wrong way round", [x] { clip(x, 1, -1); }, Type::value,
                 "clip: low 1 is above high -1; swap them"},
                {"a bound that is no number", [x] { clip(x, std::nan(""), 1); }, Type::value,
                 "clip: bounds nan and 1 must be numbers"},
                {"and of numbers", [x] { logical_and(x, x); }, Type::dtype,
                 "logical_and: the first input of shape (2, 3) is float32; bool is needed, compare it or "
                 "cast() it"},
                {"a condition of numbers", [x] { where(x, x, x); }, Type::dtype,
                 "where: condition of shape (2, 3) is float32; bool is needed, compare it or cast() it"},
                {"branches of two dtypes", [x, n] { where(x > 0, x, n); }, Type::dtype,
                 "where: dtypes float32 and int32 differ; cast() one of them"},
                {"cast of nothing", [] { cast(Tensor(), float64); }, Type::value,
                 "cast: input is an undefined tensor; give it a value first, for instance by zeros(shape)"},
                {"inner extents that differ", [x] { matmul(x, x); }, Type::shape,
                 "matmul: shapes (2, 3) and (2, 3) have different inner extents; the columns of the first "
                 "must be as many as the rows of the second"},
                {"inner extents that differ when transposed",
                 [x] {
                     matmul(x, zeros({3, 4}), {.transpose_a = true});
                 },
                 Type::shape,
                 "matmul: shapes (2, 3) and (3, 4) have different inner extents after transposing; the "
                 "columns of the first must be as many as the rows of the second"},
                {"a matrix times a vector", [x] { matmul(x, zeros({3})); }, Type::shape,
                 "matmul: shapes (2, 3) and (3,) must be of rank 2 or more; use expand_dims() on a vector"},
                {"a product of integers", [n] { matmul(n, n, {.transpose_b = true}); }, Type::dtype,
                 "matmul: input of shape (2, 3) is int32; float32 or float64 is needed, cast() it"},
                {"batches that do not broadcast",
                 [] {
                     matmul(zeros({2, 1, 1}), zeros({3, 1, 1}));
                 },
                 Type::shape,
                 "matmul: shapes (2,) and (3,) do not broadcast; aligned at the last axis, two extents must "
                 "be equal or one of them 1"},
            },
            [x, n] {
                return std::vector<Tensor>{x, n};
            }};
}

inline Group reductions() {
    const Tensor x = ones({2, 3});
    return {"reductions",
            {
                {"a sum over an axis that is not there", [x] { reduce_sum(x, 2); }, Type::shape,
                 "reduce_sum: axis 2 is outside shape (2, 3); use an axis from -2 to 1"},
                {"an axis named twice",
                 [x] {
                     reduce_mean(x, {1, -1});
                 },
                 Type::shape, "reduce_mean: axis -1 of shape (2, 3) is named twice; name each axis once"},
                {"the mean of nothing",
                 [] {
                     reduce_mean(zeros({0, 3}), 0);
                 },
                 Type::value,
                 "reduce_mean: input of shape (0, 3) has no elements along the axes to reduce; at least one "
                 "is needed"},
                {"the largest of nothing",
                 [] {
                     reduce_max(zeros({2, 0}));
                 },
                 Type::value,
                 "reduce_max: input of shape (2, 0) has no elements along the axes to reduce; at least one "
                 "is needed"},
                {"the largest of bool", [x] { reduce_max(x > 0); }, Type::dtype,
                 "reduce_max: input of shape (2, 3) is bool; numbers are needed, cast() it"},
                {"the variance of integers", [] { reduce_variance(zeros({3}, int64)); }, Type::dtype,
                 "reduce_variance: input of shape (3,) is int64; float32 or float64 is needed, cast() it"},
                {"all of numbers", [x] { reduce_all(x); }, Type::dtype,
                 "reduce_all: input of shape (2, 3) is float32; bool is needed, compare it or cast() it"},
                {"argmax along an axis that is not there", [x] { argmax(x, -3); }, Type::shape,
                 "argmax: axis -3 is outside shape (2, 3); use an axis from -2 to 1"},
                {"argmin of nothing",
                 [] {
                     argmin(zeros({2, 0}));
                 },
                 Type::value, "argmin: axis -1 of shape (2, 0) is empty; at least one element is needed"},
                {"an axis of a scalar", [] { reduce_sum(Tensor::scalar(1), 0); }, Type::shape,
                 "reduce_sum: axis 0 is outside shape (), which has no axes"},
            },
            [x] { return std::vector<Tensor>{x}; }};
}

inline Group shaping_ops() {
    const Tensor x = ones({2, 3});
    return {
        "shaping ops",
        {
            {"another number of elements",
             [x] {
                 reshape(x, {4, 2});
             },
             Type::shape,
             "reshape: input of shape (2, 3) has 6 elements, which do not fill shape (4, 2); keep their "
             "number"},
            {"elements that an open extent cannot hold",
             [x] {
                 reshape(x, {-1, 4});
             },
             Type::shape,
             "reshape: input of shape (2, 3) has 6 elements, which do not fill shape (-1, 4); keep their "
             "number"},
            {"two open extents",
             [x] {
                 reshape(x, {-1, -1});
             },
             Type::shape, "reshape: (-1, -1) has more than one extent of -1; give all but one"},
            {"an axis twice in a permutation",
             [x] {
                 transpose(x, {0, 0});
             },
             Type::shape,
             "transpose: (0, 0) is no permutation of the 2 axes of shape (2, 3); name each axis once"},
            {"a permutation of too many axes",
             [x] {
                 transpose(x, {0, 1, 2});
             },
             Type::shape,
             "transpose: (0, 1, 2) is no permutation of the 2 axes of shape (2, 3); name each axis once"},
            {"a new axis far away", [x] { expand_dims(x, 4); }, Type::shape,
             "expand_dims: a new axis 4 has no place in shape (2, 3); use one from -3 to 2"},
            {"an axis with elements squeezed", [x] { squeeze(x, 1); }, Type::shape,
             "squeeze: axis 1 of shape (2, 3) has extent 3; only an axis of extent 1 can go"},
            {"a shape that x does not broadcast to",
             [x] {
                 broadcast_to(x, {3, 2});
             },
             Type::shape,
             "broadcast_to: input of shape (2, 3) does not broadcast to (3, 2); aligned at the last axis, "
             "its extents must be 1 or equal"},
            {"a shape that does not broadcast to x", [x] { sum_to(x, {2}); }, Type::shape,
             "sum_to: (2,) does not broadcast to the input's shape (2, 3); aligned at the last axis, its "
             "extents must be 1 or equal"},
            {"a step of 0",
             [x] {
                 slice(x, {{0, 2, 0}});
             },
             Type::value, "slice: the step of axis 0 is 0; use 1 or more, or less than 0 to go backwards"},
            {"more slices than axes",
             [x] {
                 slice(x, {{}, {}, {}});
             },
             Type::shape, "slice: 3 slices were given for shape (2, 3); at most one per axis"},
            {"nothing to join", [] { concat(std::vector<Tensor>()); }, Type::value,
             "concat: no tensors were given; at least one is needed"},
            {"parts that do not fit",
             [x] {
                 concat({x, ones({2, 4})}, 0);
             },
             Type::shape,
             "concat: shapes (2, 3) and (2, 4) differ in more than axis 0; they must agree elsewhere"},
            {"parts of two dtypes",
             [x] {
                 concat({x, ones({2, 3}, int32)});
             },
             Type::dtype, "concat: dtypes float32 and int32 differ; cast() one of them"},
            {"a stack of two shapes",
             [x] {
                 stack({x, ones({3, 2})});
             },
             Type::shape, "stack: shapes (2, 3) and (3, 2) differ; all must be the same"},
            {"pads for one axis of two",
             [x] {
                 pad(x, {{1, 1}});
             },
             Type::shape, "pad: 1 paddings were given for shape (2, 3); give one (before, after) per axis"},
            {"negative pads",
             [x] {
                 pad(x, {{-1, 0}, {0, 0}});
             },
             Type::value, "pad: padding (-1, 0) of axis 0 is negative; use slice() to cut"},
            {"an index beyond the axis",
             [x] {
                 gather(x, Tensor::from({0, 2}), 0);
             },
             Type::value, "gather: index 2 is outside an axis of extent 2; indices count from 0"},
            {"a negative index", [x] { gather(x, Tensor::from({-1}), 1); }, Type::value,
             "gather: index -1 is outside an axis of extent 3; indices count from 0"},
            {"indices that are no integers", [x] { gather(x, ones({2})); }, Type::dtype,
             "gather: indices of shape (2,) are float32; int32 or int64 is needed, cast() them"},
            {"a sum scattered in another shape",
             [x] {
                 scatter_add(x, Tensor::from({0, 1}), {5, 4});
             },
             Type::shape,
             "scatter_add: input of shape (2, 3) cannot be added to shape (5, 4) at indices of shape (2,); "
             "it needs shape (2, 4)"},
            {"a negative depth",
             [] {
                 one_hot(Tensor::from({0, 1}), -1);
             },
             Type::value, "one_hot: depth -1 is negative; use 0 or more"},
            {"one-hot numbers", [] { one_hot(ones({2}), 3); }, Type::dtype,
             "one_hot: indices of shape (2,) are float32; integers are needed, cast() them"},
        },
        [x] { return std::vector<Tensor>{x}; }};
}

}  // namespace conformance::wrong_use
