#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"
#include "support/numbers.hpp"
#include "support/wrong_use.hpp"

#include <keratin/data/image_utils.hpp>
#include <keratin/io/image.hpp>
#include <keratin/ops/elementwise.hpp>

#include <limits>

using namespace keratin;
using nlohmann::json;
namespace wrong_use = conformance::wrong_use;

namespace {

std::string bytes_of(const std::string& hex) {
    std::string bytes;
    for (size_t i = 0; i < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

utils::LoadImgOptions options_of(const json& args) {
    utils::LoadImgOptions options;
    const std::string mode = args.value("color_mode", "rgb");
    if (mode == "grayscale") options.color_mode = "grayscale";
    if (mode == "rgba") options.color_mode = "rgba";
    if (args.contains("target_size"))
        options.target_size = Size2{args["target_size"][0], args["target_size"][1]};
    options.interpolation = interpolation(args.value("interpolation", "nearest"));
    options.keep_aspect_ratio = args.value("keep_aspect_ratio", false);
    return options;
}

}  // namespace

TEST_CASE("array_to_img and img_to_array are Keras's", "[data][names][golden]") {
    const test::TemporaryDirectory directory;
    for (const json& c : golden::load("names.json")["array_to_img"]) {
        const bool scale = c["scale"];
        const Tensor x = golden::tensor(c["x"]), img = utils::array_to_img(x, {.scale = scale});
        INFO(x.shape() << (scale ? ", scaled" : ""));
        CHECK(golden::mismatch(img, c["img"], 0, 0) == "");
        CHECK(golden::mismatch(utils::img_to_array(img), c["array"], 0, 0) == "");
        const std::string path = directory.file("a.PNG");
        utils::save_img(path, x, {.scale = scale});
        const int channels = static_cast<int>(x.shape()[2]);
        CHECK(numbers::of(io::read_image(path, {.channels = channels})) == numbers::of(img));
    }
    CHECK(utils::img_to_array(zeros({2, 3}, uint8), float64).shape() == Shape{2, 3, 1});
}

TEST_CASE("load_img is Keras's", "[data][names][golden]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("a.png");
    for (const json& c : golden::load("names.json")["load_img"]) {
        INFO(c["args"].dump());
        test::write_file(path, bytes_of(c["content"]));
        const Tensor img = utils::load_img(path, options_of(c["args"]));
        CHECK(img.dtype() == uint8);
        // Gray is rounded there and cut off here; between pixels PIL reckons in integers.
        const bool exact = !c["args"].contains("interpolation") && img.shape()[2] != 1;
        CHECK(golden::mismatch(img, c["img"], 0, exact ? 0 : 1) == "");
    }
}

TEST_CASE("Pictures that cannot be are refused", "[data][names][errors]") {
    using wrong_use::check_error;
    using Type = wrong_use::Type;
    const test::TemporaryDirectory directory;
    const Tensor x = ones({2, 2, 3});
    check_error([&] { utils::save_img("none/a.jpg", x); }, Type::value,
                {"save_img: none/a.jpg would be of format \"jpg\"; only \"png\" is written"});
    check_error([&] { utils::save_img("none/a.png", x, {.file_format = "bmp"}); }, Type::value,
                {"save_img: none/a.png would be of format \"bmp\"; only \"png\" is written"});
    check_error(
        [&] {
            utils::array_to_img(ones({2, 2, 2}));
        },
        Type::shape, {"array_to_img: got an array of shape (2, 2, 2); expected (height, width, 1, 3 or 4)"});
    check_error([&] { utils::array_to_img(256 * x, {.scale = false}); }, Type::value,
                {"array_to_img: the numbers are 256 to 256; bring them to 0 to 255, or let it scale"});
    check_error([&] { utils::array_to_img(x * std::numeric_limits<float>::quiet_NaN()); }, Type::value,
                {"array_to_img: the array has numbers that are not finite"});
    check_error([&] { utils::array_to_img(x, {.dtype = int32}); }, Type::value,
                {"array_to_img: dtype is int32; use float32 or float64"});
    check_error(
        [&] { utils::img_to_array(ones({2})); }, Type::shape,
        {"img_to_array: got an image of shape (2,); expected (height, width) or (height, width, channels)"});
    utils::save_img(directory.file("b"), x, {.file_format = "PNG"});
    check_error(
        [&] {
            utils::load_img(directory.file("b"), {.target_size = Size2{0, 2}});
        },
        Type::value, {"load_img: target_size is (0, 2); its sides must be at least 1"});
    CHECK_THROWS_AS(utils::load_img(directory.file("none.png")), IoError);
}
