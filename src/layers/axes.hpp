#pragma once

#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/one_or_more.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <string>
#include <vector>

/// Arguments that are an axis or a list of them.
namespace keratin::layers {

/// As Keras sorts them before it writes them down.
inline OneOrMore<int> sorted(OneOrMore<int> axes) {
    std::vector<int> list = std::move(axes).values();
    std::sort(list.begin(), list.end());
    return list;
}

/// The axes counted from the front, ascending. Throws ShapeError for one that the input does not have, or has
/// twice.
inline std::vector<int> axes_of(const OneOrMore<int>& axes, const Shape& input, const std::string& name) {
    std::vector<int> result;
    for (const int axis : axes.values()) result.push_back(input.normalize_axis(axis, name.c_str()));
    std::sort(result.begin(), result.end());
    const auto twice = std::adjacent_find(result.begin(), result.end());
    if (twice != result.end())
        fail<ShapeError>("{}: axis names axis {} of input {} twice; name each once", name, *twice, input);
    return result;
}

/// The extents of these axes, ascending.
inline Shape extents_of(const std::vector<int>& axes, const Shape& input) {
    Shape shape;
    for (const int axis : axes) shape = shape + Shape{input[axis]};
    return shape;
}

/// A parameter of extents_of() these axes, so shaped that it broadcasts against the input.
inline Tensor spread(const Tensor& parameter, const std::vector<int>& axes, const Shape& input) {
    Shape shape = input;
    for (int axis = 0; axis < input.rank(); ++axis)
        if (std::find(axes.begin(), axes.end(), axis) == axes.end()) shape = shape.with(axis, 1);
    return reshape(parameter, shape);
}

/// Throws ShapeError when the input has other extents along the axes than the parameter was made for.
inline void require_extents(const Variable& parameter, const std::vector<int>& axes, const Shape& input,
                            const std::string& name) {
    if (parameter.built() && parameter.shape() != extents_of(axes, input))
        fail<ShapeError>(
            "{}: input of shape {} has extents {} along its axes, the layer was built for {}; give an input "
            "with those",
            name, input, extents_of(axes, input), parameter.shape());
}

template <class T>
Config list_config(const std::vector<T>& values) {
    return Config::List(values.begin(), values.end());
}

/// One value alone, several as a list.
template <class T>
Config one_or_more_config(const OneOrMore<T>& values) {
    return values.values().size() == 1 ? Config(values.values().front()) : list_config(values.values());
}

inline std::vector<double> read_numbers(const Config& node) {
    if (!node.is_list()) return {node.as_number()};
    std::vector<double> values;
    for (const Config& value : node.as_list()) values.push_back(value.as_number());
    return values;
}

inline OneOrMore<int> read_axes(LayerReader& reader) {
    const Config* axis = reader.find("axis");
    return axis ? reader.at("axis", [&] { return read_integers(*axis); }) : std::vector{-1};
}

}  // namespace keratin::layers
