#include "support/catch.hpp"
#include "support/files.hpp"

#include <keratin/keratin.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>

using namespace keratin;

namespace {

/// Seconds that the fastest of several runs took.
template <class Run>
double best_of(int runs, const Run& run) {
    double best = 1e9;
    for (int i = 0; i < runs; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        run();
        best =
            std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    return best;
}

}  // namespace

TEST_CASE("How fast models are saved and loaded", "[.][keras-speed]") {
    const test::TemporaryDirectory dir;
    Sequential lenet = models::lenet5({.classes = 10});
    lenet.build({Shape::unknown, 28, 28, 1});
    lenet.save(dir.file("lenet5.keras"));
    fmt::print("LeNet-5: loaded in {:.2f} ms\n",
               1e3 * best_of(20, [&] { load_model(dir.file("lenet5.keras")); }));

    const Model resnet = models::resnet50();
    const std::string path = dir.file("resnet50.keras");
    const double saved = best_of(3, [&] { resnet.save(path); });
    const double loaded = best_of(5, [&] { load_model(path); });
    const double gigabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e9;
    fmt::print("ResNet50, {:.0f} MB: saved in {:.0f} ms, loaded in {:.0f} ms, {:.2f} GB/s\n", 1e3 * gigabytes,
               1e3 * saved, 1e3 * loaded, gigabytes / loaded);
    const std::string weights = dir.file("resnet50.weights.h5");
    resnet.save_weights(weights);
    fmt::print("the weights alone into a model that is there: {:.0f} ms\n",
               1e3 * best_of(5, [&] { Model(resnet).load_weights(weights); }));
}
