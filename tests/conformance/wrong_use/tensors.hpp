#pragma once

#include "conformance/wrong_use/use.hpp"

#include <keratin/core/padding.hpp>
#include <keratin/core/random.hpp>
#include <keratin/core/threads.hpp>
#include <keratin/losses/loss.hpp>
#include <keratin/ops/nn/activation_function.hpp>

namespace conformance::wrong_use {

inline Group tensors() {
    const Tensor x = Tensor::from({1.f, 2.f, 3.f, 4.f, 5.f, 6.f}, {2, 3});
    return {
        "tensors",
        {
            {"nine axes",
             [] {
                 zeros({1, 1, 1, 1, 1, 1, 1, 1, 1});
             },
             Type::shape, "Shape: (1, 1, 1, 1, 1, 1, 1, 1, 1) has rank 9; a shape has at most 8 axes"},
            {"a negative extent",
             [] {
                 zeros({2, -3});
             },
             Type::shape,
             "Shape: extent -3 of (2, -3) is negative; extents are 0 or more, or Shape::unknown"},
            {"more elements than an integer counts",
             [] {
                 zeros({int64_t{1} << 40, int64_t{1} << 40});
             },
             Type::shape,
             "Shape: (1099511627776, 1099511627776) has more elements than memory can hold; at most 2^60 are "
             "possible"},
            {"more bytes than the machine has", [] { zeros({int64_t{1} << 50}, uint8); }, Type::value,
             "memory: the system has no 1125899906842624 bytes for a tensor; use smaller shapes, a smaller "
             "batch or release_cached_memory()"},
            {"the size of an unknown shape",
             [] {
                 zeros({Shape::unknown, 3});
             },
             Type::shape,
             "Shape: (None, 3) has no size while an extent is unknown; replace None by a number"},
            {"values that do not fill the shape",
             [] {
                 Tensor::from({1.f, 2.f, 3.f}, {2, 2});
             },
             Type::shape, "Tensor::from: 3 values do not fill shape (2, 2), which holds 4"},
            {"item() of several elements", [x] { x.item<float>(); }, Type::shape,
             "Tensor::item: shape (2, 3) holds 6 elements; item() needs exactly one"},
            {"at() beyond an axis",
             [x] {
                 x.at<float>({0, 3});
             },
             Type::shape, "Tensor::at: index (0, 3) is outside shape (2, 3); axes count from 0"},
            {"at() with one index of two", [x] { x.at<float>({0}); }, Type::shape,
             "Tensor::at: index (0) has 1 numbers and shape (2, 3) has 2 axes; give one for each axis"},
            {"data() of another type", [x] { x.data<double>(); }, Type::dtype,
             "Tensor::data: the tensor's elements are float32, not float64; ask for that type or cast() the "
             "tensor"},
            {"data() of nothing", [] { Tensor().data<float>(); }, Type::value,
             "Tensor::data: tensor is undefined; give it a value first, for instance by zeros(shape)"},
            {"a view of more elements than there are", [x] { x.view({7}); }, Type::shape,
             "Tensor::view: shape (7,) from element 0 on needs elements that a tensor of shape (2, 3) has "
             "not; it holds 6"},
            {"an axis beyond the rank", [x] { x.shape()[2]; }, Type::shape,
             "Shape: axis 2 is outside shape (2, 3); use an axis from -2 to 1"},
            {"256 in a byte", [] { full({2}, 256, uint8); }, Type::value,
             "full: 256 does not fit uint8; use a wider dtype"},
            {"a range that never ends", [] { arange(0, 10, 0); }, Type::value,
             "arange: start 0, stop 10, step 0 is no range; use finite numbers and a step other than 0"},
            {"a negative identity", [] { eye(-1); }, Type::value,
             "eye: -1 rows were asked for; use 0 or more"},
            {"the shape of nothing", [] { zeros_like({}); }, Type::value,
             "zeros_like: tensor is undefined; give it a value first"},
            {"a negative spread", [] { random::normal({2}, {.stddev = -1}); }, Type::value,
             "random::normal: mean is 0 and stddev -1; both must be finite and stddev not negative"},
            {"normal integers", [] { random::normal({2}, {.dtype = int32}); }, Type::dtype,
             "random::normal: dtype is int32; use float32 or float64"},
            {"a range from high to low", [] { random::uniform({2}, {.minval = 1, .maxval = 0}); },
             Type::value,
             "random::uniform: minval is 1 and maxval 0; both must be finite and minval not above maxval"},
            {"a negative permutation", [] { random::permutation(-1); }, Type::value,
             "random::permutation: -1 numbers were asked for; use 0 or more"},
            {"fewer than no threads", [] { set_num_threads(-1); }, Type::value,
             "set_num_threads: -1 threads were asked for; use 1 or more, or 0 for the number of processors"},
        },
        [x] { return std::vector<Tensor>{x}; }};
}

/// Strings known at run time only; misspelt literals do not compile.
inline Group names() {
    return {"names",
            {
                {"an unknown dtype", [] { dtype("float23"); }, Type::value,
                 "dtype: \"float23\" is not accepted; use \"float32\", \"float64\", \"int32\", \"int64\", "
                 "\"uint8\", \"bool\", \"float16\" or \"bfloat16\""},
                {"an unknown padding", [] { padding("smae"); }, Type::value,
                 "padding: \"smae\" is not accepted; use \"valid\" or \"same\""},
                {"an unknown activation", [] { activation("rleu"); }, Type::value,
                 "activation: no activation is called \"rleu\"; there are {names}, or pass a function"},
                {"an unknown reduction", [] { losses::reduction("average"); }, Type::value,
                 "reduction: \"average\" is not known; use \"sum_over_batch_size\", \"sum\", \"none\" or "
                 "\"mean_with_sample_weight\""},
            }};
}

}  // namespace conformance::wrong_use
