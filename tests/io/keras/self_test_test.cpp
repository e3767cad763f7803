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
    io::AtomicFile mixed(folder.file("mixed.keras"));
    const auto from = [&](const char* file) {
        return io::ZipReader(std::make_shared<io::InputFile>(folder.file(file)), {});
    };
    const io::ZipReader ours = from("with.keras"), theirs = from("other.keras");
    io::ZipWriter zip(mixed);
    for (const std::string& name : ours.names()) {
        const std::string text = (name.starts_with("keratin/") ? theirs : ours).read_text(name);
        zip.add(name, std::array{io::Piece(reinterpret_cast<const uint8_t*>(text.data()), text.size())});
    }
    zip.finish();
    mixed.commit();
    CHECK(run_self_test(folder.file("mixed.keras")).value() > 0.01);
}

TEST_CASE("A number that is none fails the self-test, wherever it stands", "[io][keras-file][self-test]") {
    const test::TemporaryDirectory folder;
    Sequential model(layers::InputLayer({2}), layers::Dense(3));
    const auto file = [&](const char* name, float bias) {
        model.get_layer<layers::Dense>(0).bias.assign(Tensor::from({bias, 0.f, 0.f}));
        model.save(folder.file(name), {.self_test = zeros({1, 2})});
        return io::ZipReader(std::make_shared<io::InputFile>(folder.file(name)), {});
    };
    const io::ZipReader wanted = file("wanted.keras", 0), got = file("got.keras", NAN);
    io::AtomicFile mixed(folder.file("mixed.keras"));
    io::ZipWriter zip(mixed);
    for (const std::string& name : got.names()) {
        const std::string text = (name.starts_with("keratin/") ? wanted : got).read_text(name);
        zip.add(name, std::array{io::Piece(reinterpret_cast<const uint8_t*>(text.data()), text.size())});
    }
    zip.finish();
    mixed.commit();
    CHECK(std::isnan(run_self_test(folder.file("mixed.keras")).value()));
    CHECK(run_self_test(folder.file("got.keras")) == 0.0);
}
