#include "commands.hpp"
#include "opened.hpp"
#include "statistics.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/printable.hpp>

#include <algorithm>

namespace tool {

using namespace keratin;

namespace {

int64_t elements(const io::NamedTensors& tensors) {
    int64_t sum = 0;
    for (const auto& [name, tensor] : tensors) sum += tensor.size();
    return sum;
}

Config describe(const Opened& file, const InspectOptions& options) {
    Config result = Config::object({{"file", file.path}, {"format", io::name(file.format)}});
    Config described = Config::object();
    for (const auto& [key, value] : io::load_metadata(file.path, options.limits)) described.set(key, value);
    result.set("metadata", std::move(described));
    if (file.model) {
        result.set("model", Config::from_json(file.model->to_json()));
        result.set("compiled", file.model->compiled());
    }
    if (!file.lacks.empty()) result.set("lacks", file.lacks);
    Config::List tensors;
    for (const auto& [name, tensor] : file.tensors) {
        Config entry = Config::object(
            {{"name", name}, {"shape", tensor.shape()}, {"dtype", keratin::name(tensor.dtype())}});
        if (options.statistics) entry.set("statistics", statistics(tensor).config());
        tensors.push_back(std::move(entry));
    }
    result.set("tensors", std::move(tensors));
    result.set("elements", elements(file.tensors));
    return result;
}

void print(const Opened& file, const InspectOptions& options) {
    fmt::print("{}: {}\n", file.path, io::name(file.format));
    for (const auto& [key, value] : io::load_metadata(file.path, options.limits))
        fmt::print("  {}: {}\n", printable(key), printable(value));
    if (file.model) {
        fmt::print("\n");
        file.model->summary();
    }
    if (!file.lacks.empty())
        fmt::print("\n{}: {}\n", file.model ? "it could not be compiled" : "its layers could not be built",
                   file.lacks);
    size_t names = 4, shapes = 5;
    for (const auto& [name, tensor] : file.tensors) {
        names = std::max(names, printable(name).size());
        shapes = std::max(shapes, to_string(tensor.shape()).size());
    }
    fmt::print("\n{} tensors, {} numbers\n", file.tensors.size(), elements(file.tensors));
    for (const auto& [name, tensor] : file.tensors)
        fmt::print("  {:<{}}  {:<{}}  {:<8}{}\n", printable(name), names, to_string(tensor.shape()), shapes,
                   keratin::name(tensor.dtype()), options.statistics ? "  " + statistics(tensor).text() : "");
}

}  // namespace

int inspect(const InspectOptions& options) {
    const Opened file = open(options.file, options.limits);
    if (options.json)
        fmt::print("{}\n", describe(file, options).to_json(2));
    else
        print(file, options);
    return 0;
}

}  // namespace tool
