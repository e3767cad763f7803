#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/wrong_use.hpp"

#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using nlohmann::json;
namespace wrong_use = conformance::wrong_use;

namespace {

/// Hands on what its specs let in.
struct Guard : ListLayer {
    explicit Guard(InputSpec spec, LayerOptions options = {.name = "guard"}) : ListLayer(options) {
        set_input_spec(std::move(spec));
    }
    std::vector<Tensor> call_list(const std::vector<Tensor>& x) override { return x; }
};

DType dtype_of(const std::string& name) {
    return name == "int32" ? int32 : float32;
}

InputSpec spec_of(const json& args) {
    const auto number = [&](const char* key) {
        return args.contains(key) ? std::optional<int64_t>(args[key].get<int64_t>()) : std::nullopt;
    };
    InputSpec spec{.ndim = number("ndim"), .max_ndim = number("max_ndim"), .min_ndim = number("min_ndim")};
    if (args.contains("dtype")) spec.dtype = dtype_of(args["dtype"]);
    if (args.contains("shape")) spec.shape = Config::from_json(args["shape"].dump()).as_shape();
    if (args.contains("axes"))
        for (const auto& [axis, extent] : args["axes"].items()) spec.axes[std::stoi(axis)] = extent;
    spec.allow_last_axis_squeeze = args.value("allow_last_axis_squeeze", false);
    return spec;
}

bool takes(const Guard& guard, const Shape& shape, DType dtype) {
    try {
        guard(zeros(shape, dtype));
        return true;
    } catch (const Error& error) {
        CHECK_THAT(error.what(), Catch::Matchers::StartsWith("guard: input 0 "));
        return false;
    }
}

}  // namespace

TEST_CASE("An InputSpec lets in what Keras's lets in", "[layers][names][golden]") {
    for (const json& c : golden::load("names.json")["input_spec"]) {
        INFO(c["args"].dump());
        const InputSpec spec = spec_of(c["args"]);
        if (c["fits"].is_null()) {
            CHECK_THROWS_AS(Guard(spec), ValueError);
            continue;
        }
        const Guard guard(spec);
        for (const json& input : c["fits"]) {
            INFO(input.dump());
            const Shape shape(input["shape"].get<std::vector<int64_t>>());
            // Where a last axis may be left out Keras compares no more axes than both have.
            const bool longer = spec.allow_last_axis_squeeze && shape.rank() > 2 && shape.back() != 1;
            CHECK(takes(guard, shape, dtype_of(input["dtype"])) == (input["fits"].get<bool>() && !longer));
        }
    }
}

TEST_CASE("What does not fit an InputSpec is refused before the layer is built", "[layers][names][errors]") {
    struct Case {
        InputSpec spec;
        Tensor x;
        wrong_use::Type type;
        std::string text;
    };
    using Type = wrong_use::Type;
    for (const Case& c : std::vector<Case>{
             {{.ndim = 4},
              ones({2, 3}),
              Type::shape,
              "guard: input 0 has shape (2, 3), 2 axes; it must have 4"},
             {{.max_ndim = 1},
              ones({2, 3}),
              Type::shape,
              "guard: input 0 has shape (2, 3), 2 axes; it must have at most 1"},
             {{.min_ndim = 3},
              ones({2, 3}),
              Type::shape,
              "guard: input 0 has shape (2, 3), 2 axes; it must have at least 3"},
             {{.axes = {{-1, 4}}},
              ones({2, 3}),
              Type::shape,
              "guard: input 0 has shape (2, 3); its axis -1 must have extent 4"},
             {{.axes = {{2, 4}}},
              ones({2, 3}),
              Type::shape,
              "guard: input 0 has shape (2, 3); its axis 2 must have extent 4"},
             {{.shape = Shape{Shape::unknown, 4}},
              ones({2, 3}),
              Type::shape,
              "guard: input 0 has shape (2, 3); it must be (None, 4)"},
             {{.dtype = int32}, ones({2, 3}), Type::dtype, "guard: input 0 is float32; it must be int32"}}) {
        const Guard guard(c.spec);
        wrong_use::check_error([&] { guard(c.x); }, c.type, {c.text});
        wrong_use::check_error([&] { guard.apply(std::vector<Tensor>{c.x}); }, c.type, {c.text});
        CHECK_FALSE(guard.built());
    }
    wrong_use::check_error([] { Guard(InputSpec{.ndim = 4})(Input({3})); }, wrong_use::Type::shape,
                           {"guard: input 0 has shape (None, 3), 2 axes; it must have 4"});
    wrong_use::check_error(
        [] {
            Guard(InputSpec{.shape = Shape{2, 3}, .ndim = 4});
        },
        wrong_use::Type::value, {"guard: an InputSpec has shape (2, 3) and ndim 4; give one of them"});
}

namespace {

/// Takes a matrix and anything.
struct Pair : Guard {
    Pair() : Guard(InputSpec{}) { set_input_specs({{.ndim = 2}, {}}); }
};

}  // namespace

TEST_CASE("Each of several inputs has its InputSpec", "[layers][names]") {
    const Pair guard;
    CHECK(guard.input_spec().size() == 2);
    CHECK(guard.apply({ones({2, 3}), ones({1})}).size() == 2);
    wrong_use::check_error(
        [&] {
            guard.apply({ones({2, 3})});
        },
        wrong_use::Type::value, {"guard: it takes 2 inputs and got 1; give one for each InputSpec"});
    const Pair copy = guard;
    CHECK_THROWS_AS(copy.apply({ones({2}), ones({1})}), ShapeError);
    // The dtype that counts is the one that call() gets.
    CHECK_NOTHROW(Guard(InputSpec{.dtype = float32})(ones({2, 3}, float64)));
}
