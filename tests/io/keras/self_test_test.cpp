#include "io/elements.hpp"
#include "io/file.hpp"
#include "io/zip.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/numbers.hpp"

#include <keratin/io/saving.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/models/sequential.hpp>

#include <array>
#include <cmath>
#include <memory>

using namespace keratin;

namespace {

/// A model's file with the self-test of another's.
std::string mixed(const test::TemporaryDirectory& folder, const char* model, const char* self_test) {
    const auto open = [&](const char* name) {
        return io::ZipReader(std::make_shared<io::InputFile>(folder.file(name)), {});
    };
    const io::ZipReader ours = open(model), theirs = open(self_test);
    io::AtomicFile file(folder.file("mixed.keras"));
    io::ZipWriter zip(file);
    for (const std::string& name : ours.names()) {
        const std::string text = (name.starts_with("keratin/") ? theirs : ours).open(name)->text();
        zip.add(name, std::array{io::piece_of(text)});
    }
    zip.finish();
    file.commit();
    return folder.file("mixed.keras");
}

}  // namespace

TEST_CASE("A model carries its self-test along", "[io][keras-file][self-test]") {
    const test::TemporaryDirectory folder;
    Sequential model(layers::Dense(3, {.activation = "tanh"}), layers::Dense(2));
    const Tensor x = numbers::distinct({4, 5}, 1, 1, float32);
    model.predict(x);
    model.save(folder.file("with.keras"), {.self_test = x});
    model.save(folder.file("without.keras"));
    CHECK(run_self_test(folder.file("with.keras")) == 0.0);
    CHECK_FALSE(run_self_test(folder.file("without.keras")));

    // Predictions of other weights, under the same layers: what a damaged or exchanged file looks like.
    const auto other = load_model(folder.file("without.keras"));
    other.get_layer<layers::Dense>(0).kernel.assign(zeros({5, 3}));
    other.save(folder.file("other.keras"), {.self_test = x});
    CHECK(run_self_test(mixed(folder, "with.keras", "other.keras")).value() > 0.01);
}

TEST_CASE("A number that is none fails the self-test, wherever it stands", "[io][keras-file][self-test]") {
    const test::TemporaryDirectory folder;
    Sequential model(layers::InputLayer({2}), layers::Dense(3));
    const auto save = [&](const char* name, float bias) {
        model.get_layer<layers::Dense>(0).bias.assign(Tensor::from({bias, 0.f, 0.f}));
        model.save(folder.file(name), {.self_test = zeros({1, 2})});
    };
    save("wanted.keras", 0);
    save("got.keras", NAN);
    CHECK(std::isnan(run_self_test(mixed(folder, "got.keras", "wanted.keras")).value()));
    CHECK(run_self_test(folder.file("got.keras")) == 0.0);
}
