#pragma once

#include <keratin/core/dtype.hpp>
#include <keratin/core/shape.hpp>

#include <cstdint>
#include <map>
#include <optional>

namespace keratin {

/// What a layer asks of an input (keras.layers.InputSpec), in Keras's order; what is not given is free. A
/// layer of one's own says it in its constructor, by set_input_spec().
struct InputSpec {
    std::optional<DType> dtype = {};  ///< after the cast to the layer's compute_dtype()
    std::optional<Shape> shape = {};  ///< with the batch; Shape::unknown fits every extent
    std::optional<int64_t> ndim = {};
    std::optional<int64_t> max_ndim = {};
    std::optional<int64_t> min_ndim = {};
    std::map<int64_t, int64_t> axes = {};  ///< axis, negative from the end -> its extent
    /// A last axis of extent 1 may be there or not, in the input and in `shape`; `ndim` does not count.
    bool allow_last_axis_squeeze = false;
};

}  // namespace keratin
