#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/core/random.hpp>
#include <keratin/initializers/constants.hpp>
#include <keratin/initializers/random.hpp>
#include <keratin/initializers/variance_scaling.hpp>
#include <keratin/layers/dense.hpp>

using namespace keratin;
namespace init = keratin::initializers;

namespace {

using Pointer = std::shared_ptr<init::Initializer>;

/// One of each that draws numbers, with this seed or without.
std::vector<Pointer> random_initializers(std::optional<uint64_t> seed) {
    return {
        std::make_shared<init::RandomNormal>(init::NormalOptions{.seed = seed}),
        std::make_shared<init::TruncatedNormal>(init::NormalOptions{.seed = seed}),
        std::make_shared<init::RandomUniform>(init::UniformOptions{.seed = seed}),
        std::make_shared<init::VarianceScaling>(
            init::VarianceScalingOptions{.distribution = "untruncated_normal", .seed = seed}),
        std::make_shared<init::GlorotUniform>(init::SeedOptions{.seed = seed}),
        std::make_shared<init::GlorotNormal>(init::SeedOptions{.seed = seed}),
        std::make_shared<init::HeUniform>(init::SeedOptions{.seed = seed}),
        std::make_shared<init::HeNormal>(init::SeedOptions{.seed = seed}),
        std::make_shared<init::LecunUniform>(init::SeedOptions{.seed = seed}),
        std::make_shared<init::LecunNormal>(init::SeedOptions{.seed = seed}),
        std::make_shared<init::Orthogonal>(init::OrthogonalOptions{.seed = seed}),
    };
}

std::vector<double> draw(const Pointer& initializer) {
    return numbers::of((*initializer)({3, 4}));
}

/// All sevens.
struct Sevens : init::Initializer {
    Tensor operator()(const Shape& shape, DType dtype) const override { return full(shape, 7, dtype); }
    std::string class_name() const override { return "Sevens"; }
};

}  // namespace

TEST_CASE("An initializer with a seed repeats itself exactly", "[initializers]") {
    const std::vector<Pointer> first = random_initializers(5), second = random_initializers(5),
                               other = random_initializers(6);
    for (size_t i = 0; i < first.size(); ++i) {
        INFO(first[i]->class_name());
        const auto values = draw(first[i]);
        CHECK(draw(first[i]) == values);
        CHECK(draw(second[i]) == values);
        CHECK(draw(other[i]) != values);
    }
}

TEST_CASE("An initializer without a seed draws anew, from the default generator", "[initializers]") {
    for (const Pointer& initializer : random_initializers({})) {
        INFO(initializer->class_name());
        set_random_seed(1);
        const auto values = draw(initializer);
        CHECK(draw(initializer) != values);
        set_random_seed(1);
        CHECK(draw(initializer) == values);
    }
}

TEST_CASE("A seed of any size comes back from a config", "[initializers]") {
    const uint64_t seed = GENERATE(uint64_t{0}, uint64_t{1} << 40, ~uint64_t{0});
    for (const Pointer& initializer : random_initializers(seed)) {
        const Config written = Config::from_json(initializer->serialize().to_json());
        CHECK(draw(init::Initializer::from_config(written)) == draw(initializer));
    }
}

TEST_CASE("A seed is read from a SeedGenerator's node as well", "[initializers]") {
    const auto seed_of = [](const char* text) {
        const Config config = Config::object({{"seed", Config::from_json(text)}});
        return init::Initializer::from_config(
                   Config::object({{"class_name", "GlorotUniform"}, {"config", config}}))
            ->get_config()["seed"];
    };
    CHECK(seed_of(R"({"class_name": "SeedGenerator", "config": {"name": "s", "seed": 12}})") == Config(12));
    CHECK(seed_of(R"({"class_name": "SeedGenerator", "config": {"name": "s", "seed": null}})").is_null());
}

TEST_CASE("Initializers take every shape and both floating dtypes", "[initializers]") {
    for (const Pointer& initializer : random_initializers(1)) {
        INFO(initializer->class_name());
        const bool matrix = initializer->class_name() == "Orthogonal";
        for (const Shape& shape : {Shape{4, 0}, Shape{0, 4}, Shape{2, 3, 4, 5}, Shape{}, Shape{5}}) {
            if (matrix && shape.rank() < 2) continue;
            for (const DType dtype : {float32, float64}) {
                const Tensor values = (*initializer)(shape, dtype);
                CHECK(values.shape() == shape);
                CHECK(values.dtype() == dtype);
            }
        }
    }
}

TEST_CASE("Orthogonal's sign is that of a QR decomposition with a positive diagonal", "[initializers]") {
    // Of one row that leaves the drawn numbers' direction.
    const Tensor row = init::Orthogonal({.gain = 3, .seed = 2})({1, 5}, float64);
    const Tensor numbers = random::normal({1, 5}, {.dtype = float64, .seed = 2});
    double length = 0;
    for (const double x : numbers::of(numbers)) length += x * x;
    for (size_t i = 0; i < 5; ++i)
        CHECK(numbers::of(row)[i] == Approx(3 * numbers::of(numbers)[i] / std::sqrt(length)));
}

TEST_CASE("Identity is a diagonal, whichever side is longer", "[initializers]") {
    CHECK(to_string(init::Identity(2)({3, 2})) == "[[2. 0.]\n [0. 2.]\n [0. 0.]]");
    CHECK(to_string(init::Identity()({2, 2}, int32)) == "[[1 0]\n [0 1]]");
    CHECK_THROWS_MATCHES(init::Identity()({2, 2, 2}), ShapeError,
                         Message("Identity: shape (2, 2, 2) is no matrix; use it for weights of rank 2"));
}

TEST_CASE("An initializer is given as an object, a name, a pointer or a reference", "[initializers]") {
    const Sevens sevens;
    Sevens mine;
    for (const InitializerHandle& handle :
         {InitializerHandle(sevens), InitializerHandle(std::make_shared<Sevens>()),
          InitializerHandle(std::ref(mine))})
        CHECK(to_string((*handle)({2}, float32)) == "[7. 7.]");
    CHECK(InitializerHandle("ones")->class_name() == "Ones");
    CHECK(InitializerHandle(std::string("zeros"))->class_name() == "Zeros");
    CHECK_FALSE(InitializerHandle(nullptr));
    CHECK_FALSE(InitializerHandle());
    const layers::Dense layer(2, {.kernel_initializer = Sevens(), .bias_initializer = nullptr});
    CHECK(to_string(layer(ones({1, 1}))).starts_with("[["));
    CHECK(to_string(layer.kernel.value()) == "[[7. 7.]]");
}

TEST_CASE("An initializer of the program's comes back from a config once it is registered",
          "[initializers]") {
    const char* factory_text = "Initializer::register_class(): the factory of \"Sevens\" is empty";
    CHECK_THROWS_MATCHES(init::Initializer::register_class("Sevens", {}), ValueError, Message(factory_text));
    init::Initializer::register_class("Sevens", [](const Config&) { return std::make_shared<Sevens>(); });
    const Config node = Sevens().serialize();
    CHECK(node["registered_name"] == Config("Custom>Sevens"));
    CHECK(init::Initializer::from_config(node)->class_name() == "Sevens");
    CHECK(InitializerHandle("Sevens")->class_name() == "Sevens");
    CHECK_THROWS_MATCHES(
        init::Initializer::register_class("zeros", [](const Config&) { return Pointer(); }), ValueError,
        Message("Initializer::register_class(): \"zeros\" is keratin's own; choose another name"));
}

TEST_CASE("Initializers say what is wrong with their arguments", "[initializers][errors]") {
    CHECK_THROWS_MATCHES(init::RandomNormal({.stddev = -1}), ValueError,
                         Message("RandomNormal: stddev is -1; it must not be negative"));
    CHECK_THROWS_MATCHES(init::TruncatedNormal({.stddev = std::nan("")}), ValueError,
                         Message("TruncatedNormal: stddev is nan; it must not be negative"));
    CHECK_THROWS_MATCHES(init::RandomUniform({.minval = 2, .maxval = 1}), ValueError,
                         Message("RandomUniform: minval 2 is above maxval 1; exchange them"));
    CHECK_THROWS_MATCHES(init::VarianceScaling({.scale = 0}), ValueError,
                         Message("VarianceScaling: scale is 0; it must be positive"));
    CHECK_THROWS_MATCHES(init::VarianceScaling({.mode = "fan"}), ValueError,
                         Message("VarianceScaling: no mode is called \"fan\"; there are \"fan_in\", "
                                 "\"fan_out\", \"fan_avg\""));
    CHECK_THROWS_MATCHES(init::VarianceScaling({.distribution = "normal"}), ValueError,
                         Message("VarianceScaling: no distribution is called \"normal\"; there are "
                                 "\"truncated_normal\", \"untruncated_normal\", \"uniform\""));
    CHECK_THROWS_MATCHES(init::Orthogonal()({3}), ShapeError,
                         Message("Orthogonal: shape (3,) has rank 1; use it for weights of rank 2 or more"));
    for (const Pointer& initializer : random_initializers(1))
        CHECK_THROWS_MATCHES((*initializer)({2, 2}, int32), DTypeError,
                             Message(initializer->class_name() +
                                     ": dtype is int32; random values are float32 or float64, cast() them"));
}

TEST_CASE("An unknown initializer's message names those near it", "[initializers][errors]") {
    CHECK_THROWS_MATCHES(init::Initializer::from_name("glorot"), ValueError,
                         Message("initializer: no initializer is called \"glorot\"; near it: "
                                 "\"glorot_uniform\", \"glorot_normal\"; add one of "
                                 "your own with Initializer::register_class()"));
    const auto make = [](const char* config) {
        return init::Initializer::from_config(
            Config::object({{"class_name", "RandomNormal"}, {"config", Config::from_json(config)}}));
    };
    CHECK_THROWS_MATCHES(
        make(R"({"std": 3})"), ValueError,
        Message("RandomNormal: its config has \"std\": 3, which is none of its arguments; leave it out"));
    CHECK_THROWS_MATCHES(
        make(R"({"mean": "x"})"), ValueError,
        Message("RandomNormal: \"mean\" in its config: Config: a number was expected, found \"x\""));
}
