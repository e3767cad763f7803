#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/resize.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

/// keras.src.ops.image: of one image (height, width, channels) or a batch, and nn's blocks of pixels.
namespace keratin::operations {
namespace {

/// One image as a batch, and back.
struct Images {
    Tensor x;
    bool single;

    explicit Images(const Tensor& given) : x(given), single(given.rank() == 3) {
        if (single) x = expand_dims(x, 0);
    }
    Tensor back(const Tensor& y) const { return single ? squeeze(y, 0) : y; }
    int64_t height() const { return x.shape()[1]; }
    int64_t width() const { return x.shape()[2]; }
};

/// One image or a batch with other sides and channels.
Shape with_sides(const Shape& x, int64_t height, int64_t width) {
    return x.with(-3, height).with(-2, width);
}

void require_images(const Call& call, const Shape& x) {
    call.only("data_format", "channels_last");
    if (x.rank() != 3 && x.rank() != 4)
        fail<ShapeError>("{}: images have shape {}; (height, width, channels) or a batch is needed",
                         call.owner(), x);
}

Results resized_results(const Call& call, const Shapes& operands) {
    for (const char* flag : {"antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio"})
        call.only(flag, false);
    const Shape& x = operands.front();
    require_images(call, x);
    const std::vector<int64_t> size = call.sizes("size");
    if (size.size() != 2) call.wrong("size", "give (height, width)");
    if (size[0] < 1 || size[1] < 1) call.wrong("size", "it must be at least 1");
    if (x[-3] == 0 || x[-2] == 0) fail<ShapeError>("{}: images of shape {} have no pixels", call.owner(), x);
    interpolation(call["interpolation"].as_string());
    return first_dtype(call, with_sides(x, size[0], size[1]));
}

Tensor resized(const Call& call) {
    const Images images(call.floating(0));
    const std::vector<int64_t> size = call.sizes("size");
    const Tensor y =
        nn::resize(images.x, {size[0], size[1]}, interpolation(call["interpolation"].as_string()));
    const DType dtype = call.tensor(0).dtype();
    return images.back(is_floating(dtype) ? y : cast(round(y), dtype));
}

/// Two numbers beside a side, of which one may follow from the target's extent.
struct Margins {
    int64_t before, after;

    /// `change` is what a target's extent makes of a side.
    Margins(const Call& call, const char* first, const char* last, const char* target,
            int64_t (*change)(int64_t side, int64_t target), int64_t side) {
        const auto given = [&](const char* name) -> std::optional<int64_t> {
            if (call[name].is_null()) return std::nullopt;
            const int64_t value = call.integer(name);
            if (value < 0 || value > INT32_MAX) call.wrong(name, "it must not be negative, or as large");
            return value;
        };
        const auto one = given(first), other = given(last), extent = given(target);
        if (static_cast<int>(one.has_value()) + other.has_value() + extent.has_value() != 2)
            fail<ValueError>("{}: give two of {}, {} and {}", call.owner(), first, last, target);
        const int64_t all = extent ? change(side, *extent) : 0;
        before = one ? *one : all - *other;
        after = other ? *other : all - *one;
        if (before < 0 || after < 0) call.wrong(target, "it does not go with the others");
    }
};

struct Edges {
    Margins rows, columns;
};

Edges paddings(const Call& call, int64_t height, int64_t width) {
    const auto added = [](int64_t side, int64_t target) { return target - side; };
    return {Margins(call, "top_padding", "bottom_padding", "target_height", added, height),
            Margins(call, "left_padding", "right_padding", "target_width", added, width)};
}

Edges croppings(const Call& call, int64_t height, int64_t width) {
    const auto cut = [](int64_t side, int64_t target) { return side - target; };
    return {Margins(call, "top_cropping", "bottom_cropping", "target_height", cut, height),
            Margins(call, "left_cropping", "right_cropping", "target_width", cut, width)};
}

/// A side that is open becomes the target, if there is one.
int64_t open_side(const Call& call, const char* target) {
    return call[target].is_null() ? open : call.integer(target);
}

Results padded_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands.front();
    require_images(call, x);
    const int64_t height = x[-3], width = x[-2];
    const auto closed = [](int64_t side) { return side == open ? 0 : side; };
    const auto [rows, columns] = paddings(call, closed(height), closed(width));
    return first_dtype(
        call,
        with_sides(x, height == open ? open_side(call, "target_height") : height + rows.before + rows.after,
                   width == open ? open_side(call, "target_width") : width + columns.before + columns.after));
}

Tensor padded(const Call& call) {
    const Images images(call.tensor(0));
    const auto [rows, columns] = paddings(call, images.height(), images.width());
    return images.back(
        pad(images.x, {{0, 0}, {rows.before, rows.after}, {columns.before, columns.after}, {0, 0}}));
}

Results cropped_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands.front();
    require_images(call, x);
    const int64_t height = x[-3], width = x[-2];
    const auto closed = [](int64_t side) { return side == open ? int64_t{1} << 40 : side; };
    const auto [rows, columns] = croppings(call, closed(height), closed(width));
    if (rows.before + rows.after >= closed(height) || columns.before + columns.after >= closed(width))
        fail<ShapeError>("{}: nothing is left of images of shape {}", call.owner(), x);
    return first_dtype(
        call,
        with_sides(x, height == open ? open_side(call, "target_height") : height - rows.before - rows.after,
                   width == open ? open_side(call, "target_width") : width - columns.before - columns.after));
}

Tensor cropped(const Call& call) {
    const Images images(call.tensor(0));
    const auto [rows, columns] = croppings(call, images.height(), images.width());
    return images.back(slice(
        images.x,
        {{}, {rows.before, images.height() - rows.after}, {columns.before, images.width() - columns.after}}));
}

Results gray_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands.front();
    require_images(call, x);
    if (x.back() != 1 && x.back() != 3 && x.back() != open)
        fail<ShapeError>("{}: images of shape {} have neither 3 channels nor 1", call.owner(), x);
    return first_dtype(call, x.with(-1, 1));
}

Tensor gray(const Call& call) {
    const Tensor given = call.tensor(0);
    const Images images(call.floating(0));
    if (given.shape().back() == 1) return given;
    const Tensor weights = cast(Tensor::from({0.2989f, 0.587f, 0.114f}), images.x.dtype());
    const Tensor y = images.back(reduce_sum(images.x * weights, -1, true));
    return given.dtype() == y.dtype() ? y : cast(y, given.dtype());
}

int64_t block_of(const Call& call, const Shape& x) {
    call.only("data_format", "channels_last");
    const int64_t block = call.integer("block_size");
    if (block < 2 || block > 4096) call.wrong("block_size", "it must be from 2 to 4096");
    if (x.rank() != 4)
        fail<ShapeError>("{}: x has shape {}; (batch, height, width, channels) is needed", call.owner(), x);
    return block;
}

int64_t divided(int64_t extent, int64_t by) {
    return extent == open ? open : extent / by;
}

bool divides(int64_t extent, int64_t by) {
    return extent == open || extent % by == 0;
}

Results depth_to_space_results(const Call& call, const Shapes& operands) {
    const Shape& s = operands.front();
    const int64_t b = block_of(call, s);
    if (!divides(s[3], b * b))
        fail<ShapeError>("{}: {} channels do not divide by {}", call.owner(), s[3], b * b);
    return first_dtype(call,
                       {s[0], multiplied(call, s[1], b), multiplied(call, s[2], b), divided(s[3], b * b)});
}

/// Blocks of channels become blocks of pixels.
Tensor depth_to_space(const Call& call) {
    const int64_t b = call.integer("block_size");
    const Shape s = call.tensor(0).shape();
    const int64_t channels = s[3] / (b * b);
    const Tensor parts = reshape(call.tensor(0), {s[0], s[1], s[2], b, b, channels});
    return reshape(transpose(parts, {0, 1, 3, 2, 4, 5}), {s[0], s[1] * b, s[2] * b, channels});
}

Results space_to_depth_results(const Call& call, const Shapes& operands) {
    const Shape& s = operands.front();
    const int64_t b = block_of(call, s);
    if (!divides(s[1], b) || !divides(s[2], b))
        fail<ShapeError>("{}: sides of {} do not divide by {}", call.owner(), s, b);
    return first_dtype(call, {s[0], divided(s[1], b), divided(s[2], b), multiplied(call, s[3], b * b)});
}

Tensor space_to_depth(const Call& call) {
    const int64_t b = call.integer("block_size");
    const Shape s = call.tensor(0).shape();
    const Tensor parts = reshape(call.tensor(0), {s[0], s[1] / b, b, s[2] / b, b, s[3]});
    return reshape(transpose(parts, {0, 1, 3, 2, 4, 5}), {s[0], s[1] / b, s[2] / b, b * b * s[3]});
}

constexpr const char* block_arguments = R"({"block_size":"!","data_format":"channels_last"})";

const Function functions[] = {
    {"image.Resize", "images",
     R"({"size":"!","interpolation":"bilinear","antialias":false,"crop_to_aspect_ratio":false,
         "pad_to_aspect_ratio":false,"fill_mode":"constant","fill_value":0.0,"data_format":null})",
     resized, resized_results},
    {"image.PadImages", "images",
     R"({"top_padding":null,"left_padding":null,"bottom_padding":null,"right_padding":null,
         "target_height":null,"target_width":null,"data_format":null})",
     padded, padded_results},
    {"image.CropImages", "images",
     R"({"top_cropping":null,"left_cropping":null,"bottom_cropping":null,"right_cropping":null,
         "target_height":null,"target_width":null,"data_format":null})",
     cropped, cropped_results},
    {"image.RGBToGrayscale", "images", R"({"data_format":null})", gray, gray_results},
    {"nn.DepthToSpace", "x", block_arguments, depth_to_space, depth_to_space_results},
    {"nn.SpaceToDepth", "x", block_arguments, space_to_depth, space_to_depth_results},
};

}  // namespace

std::span<const Function> image_functions() {
    return functions;
}

}  // namespace keratin::operations
