#include "io/keras/self_test.hpp"

#include "io/keras/model_file.hpp"
#include "io/safetensors_stream.hpp"

#include <keratin/core/error.hpp>
#include <keratin/io/saving.hpp>

#include <algorithm>
#include <cmath>

namespace keratin {
namespace io {
namespace {

/// "input/0", "input/1", ...
std::vector<Tensor> numbered(const NamedTensors& tensors, const std::string& of) {
    std::vector<Tensor> found;
    for (const auto& [name, tensor] : tensors)
        if (name == fmt::format("{}/{}", of, found.size())) found.push_back(tensor);
    return found;
}

/// The largest difference, in units of the wanted number where that is above 1; NaN where only one is NaN.
double distance(const Tensor& got, const Tensor& wanted) {
    const Tensor left = convert(got, float64), right = convert(wanted, float64);
    const auto x = left.data<double>(), y = right.data<double>();
    double largest = 0;
    for (size_t i = 0; i < x.size(); ++i) {
        if (x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i]))) continue;
        const double apart = std::abs(x[i] - y[i]) / std::max(1.0, std::abs(y[i]));
        if (std::isnan(apart)) return apart;
        largest = std::max(largest, apart);
    }
    return largest;
}

}  // namespace

std::vector<uint8_t> self_test_of(const Model& model, const Tensors& inputs) {
    NamedTensors tensors;
    for (size_t i = 0; i < inputs.size(); ++i) tensors.emplace_back(fmt::format("input/{}", i), inputs[i]);
    for (const Tensor& output : model.predict_all(inputs))
        tensors.emplace_back(fmt::format("output/{}", tensors.size() - inputs.size()), output);
    std::vector<uint8_t> bytes;
    write_safetensors(
        [&](const void* data, size_t count) {
            const auto* from = static_cast<const uint8_t*>(data);
            bytes.insert(bytes.end(), from, from + count);
        },
        tensors);
    return bytes;
}

}  // namespace io

std::optional<double> run_self_test(const std::string& path, const LoadOptions& options) {
    const auto file = io::ModelFile::open(path, options.limits);
    if (!file->has(io::self_test_member)) return std::nullopt;
    const io::NamedTensors tensors = io::read_safetensors(*file->member(io::self_test_member));
    const std::vector<Tensor> inputs = io::numbered(tensors, "input"),
                              wanted = io::numbered(tensors, "output");
    const std::string member = fmt::format("{}: {}", path, io::self_test_member);
    if (inputs.empty() || wanted.empty() || inputs.size() + wanted.size() != tensors.size())
        fail_at(member, {}, "inputs and outputs were expected, as input/0 and output/0");
    const LoadedModel model = load_model(path, {.compile = false, .limits = options.limits});
    const std::vector<Tensor> got = [&] {
        try {
            return model->predict_all(inputs);
        } catch (const Error& error) {
            fail_at(member, {}, "{}", error.what());
        }
    }();
    if (got.size() != wanted.size())
        fail_at(member, {}, "it has {} outputs, the model {}", wanted.size(), got.size());
    double largest = 0;
    for (size_t i = 0; i < got.size(); ++i) {
        if (got[i].shape() != wanted[i].shape())
            fail_at(member, {}, "output {} has shape {}, the model's {}", i, wanted[i].shape(),
                    got[i].shape());
        const double apart = io::distance(got[i], wanted[i]);
        if (std::isnan(apart)) return apart;
        largest = std::max(largest, apart);
    }
    return largest;
}

}  // namespace keratin
