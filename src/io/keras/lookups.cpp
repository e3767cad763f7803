#include "io/keras/lookups.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/lookup.hpp>
#include <keratin/layers/text_vectorization.hpp>

#include <charconv>

namespace keratin::io {
namespace {

/// Calls f with the layer as its own class, if it is a lookup.
template <class F>
bool with_lookup(const Layer* layer, const F& f) {
    const auto is = [&](auto* typed) {
        if (typed) f(*typed);
        return typed != nullptr;
    };
    return is(dynamic_cast<const layers::IntegerLookup*>(layer)) ||
           is(dynamic_cast<const layers::StringLookup*>(layer)) ||
           is(dynamic_cast<const layers::TextVectorization*>(layer));
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        if (lines.back().ends_with('\r')) lines.back().pop_back();
        at = end + 1;
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

int64_t token(const std::string& line, const std::string& name, int64_t) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (error != std::errc() || end != line.data() + line.size())
        fail_at(name, {}, "{} is no integer, as the tokens of an IntegerLookup are", quoted(line));
    return value;
}
const std::string& token(const std::string& line, const std::string&, const std::string&) {
    return line;
}

template <class L>
void set_vocabulary(const L& layer, const std::string& name, const std::vector<std::string>& lines,
                    std::vector<double> weights) {
    auto tokens = layer.get_vocabulary(false);  // of the right type, and empty
    for (const std::string& line : lines)
        tokens.push_back(token(line, name, typename decltype(tokens)::value_type()));
    try {
        // Copies share the vocabulary.
        L(layer).set_vocabulary(std::move(tokens), std::move(weights));
    } catch (const ValueError& error) {
        fail_at(name, {}, "{}", error.what());
    }
}

std::vector<double> idf_weights(const hdf5::Reader& weights, const hdf5::Group* vars) {
    const hdf5::Dataset* dataset = vars ? vars->find_dataset("idf_weights") : nullptr;
    if (!dataset) return {};
    const Tensor values = convert(weights.read(*dataset), float64);
    const auto data = values.data<double>();
    return {data.begin(), data.end()};
}

}  // namespace

bool is_lookup(const Layer* layer) {
    return layer && with_lookup(layer, [](const auto&) {});
}

void write_lookup(hdf5::NewGroup& vars, const Layer* layer) {
    with_lookup(layer, [&](const auto& lookup) {
        const Config config = lookup.get_config();
        if (!lookup.options.output_mode.is("tf_idf") || !config["idf_weights"].is_list()) return;
        std::vector<double> weights;
        double sum = 0;
        for (const Config& weight : config["idf_weights"].as_list())
            sum += weights.emplace_back(weight.as_number());
        // Unknown tokens have the mean weight.
        const auto special =
            static_cast<size_t>(lookup.vocabulary_size()) - lookup.get_vocabulary(false).size();
        if (!weights.empty())
            weights.insert(weights.begin(), special, sum / static_cast<double>(weights.size()));
        if (lookup.options.pad_to_max_tokens) weights.resize(static_cast<size_t>(*lookup.options.max_tokens));
        vars.datasets["idf_weights"] = {convert(Tensor::from(weights), float32), {}};
    });
}

void read_lookups(const std::vector<WeightGroup>& groups, const ModelFile& file,
                  const hdf5::Reader& weights) {
    for (const WeightGroup& group : groups)
        with_lookup(group.layer, [&](const auto& lookup) {
            if (!lookup.get_vocabulary(false).empty()) return;
            const std::string path = "assets/" + group.path + "/vocabulary.txt";
            if (!file.has(path)) return;  // it was never adapted
            std::vector<std::string> lines = lines_of(file.text(path));
            std::vector<double> idf = idf_weights(weights, weights.root().find_group(group.path + "/vars"));
            if (!lines.empty()) set_vocabulary(lookup, file.name() + ": " + path, lines, std::move(idf));
        });
}

}  // namespace keratin::io
