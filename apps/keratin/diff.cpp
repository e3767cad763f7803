#include "commands.hpp"
#include "opened.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/printable.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace tool {

using namespace keratin;

namespace {

struct Difference {
    std::string where;
    std::string what;
};

/// Where two configs differ, as paths like "config.layers[2].config.units".
class ConfigDifferences {
public:
    explicit ConfigDifferences(std::vector<Difference>& into) : into_(into) {}

    void compare(const std::string& where, const Config& a, const Config& b) {
        if (a == b) return;
        if (a.is_object() && b.is_object()) return compare_members(where, a, b);
        if (a.is_list() && b.is_list() && a.as_list().size() == b.as_list().size()) {
            for (size_t i = 0; i < a.as_list().size(); ++i)
                compare(fmt::format("{}[{}]", where, i), a.as_list()[i], b.as_list()[i]);
            return;
        }
        into_.push_back({where, fmt::format("{} and {}", shortened(a), shortened(b))});
    }

private:
    void compare_members(const std::string& where, const Config& a, const Config& b) {
        for (const auto& [key, value] : a.members()) {
            const Config* other = b.find(key);
            const std::string place = where.empty() ? key : where + "." + key;
            if (other)
                compare(place, value, *other);
            else
                into_.push_back({place, "only in the first"});
        }
        for (const auto& [key, value] : b.members())
            if (!a.find(key))
                into_.push_back({where.empty() ? key : where + "." + key, "only in the second"});
    }
    static std::string shortened(const Config& value) {
        const std::string text = value.to_json();
        return text.size() <= 60 ? text : text.substr(0, 57) + "...";
    }

    std::vector<Difference>& into_;
};

/// How far apart the numbers are, when further than the tolerances allow; two NaN are equal.
std::optional<std::string> differ(const Tensor& a, const Tensor& b, const DiffOptions& options) {
    if (a.shape() != b.shape()) return fmt::format("shapes {} and {}", a.shape(), b.shape());
    if (a.dtype() != b.dtype()) return fmt::format("dtypes {} and {}", name(a.dtype()), name(b.dtype()));
    const Tensor left = convert(a, float64), right = convert(b, float64);
    const auto x = left.data<double>(), y = right.data<double>();
    const auto whole = [](const Tensor& t) {
        return t.dtype() == int64 ? t.data<int64_t>() : std::span<const int64_t>();
    };
    const auto n = whole(a), m = whole(b);  // beyond 2^53 they are other numbers than as double
    int64_t count = 0;
    double largest = 0;
    for (size_t i = 0; i < x.size(); ++i) {
        const bool same = n.empty() ? x[i] == y[i] : n[i] == m[i];
        if (same || (std::isnan(x[i]) && std::isnan(y[i]))) continue;
        const double apart = std::max(std::abs(x[i] - y[i]), n.empty() ? 0.0 : 1.0);
        if (std::isfinite(apart) && apart <= options.atol + options.rtol * std::abs(y[i])) continue;
        ++count;
        if (std::isnan(apart) || apart > largest) largest = apart;
    }
    if (count == 0) return std::nullopt;
    return fmt::format("{} of {} numbers, by up to {:.6g}", count, x.size(), largest);
}

void compare_tensors(const Opened& a, const Opened& b, const DiffOptions& options,
                     std::vector<Difference>& into) {
    std::map<std::string, const Tensor*> others;
    for (const auto& [name, tensor] : b.tensors) others.emplace(name, &tensor);
    for (const auto& [name, tensor] : a.tensors) {
        const auto other = others.find(name);
        if (other == others.end()) {
            into.push_back({name, fmt::format("only in the first, {}", tensor.shape())});
            continue;
        }
        if (const auto what = differ(tensor, *other->second, options)) into.push_back({name, *what});
        others.erase(other);
    }
    for (const auto& [name, tensor] : others)
        into.push_back({name, fmt::format("only in the second, {}", tensor->shape())});
}

void read_own_names(Opened& file, const DiffOptions& options) {
    if (!file.model || !has_own_names(file.format)) return;
    file.model = nullptr;
    file.tensors = io::load_tensors(file.path, options.limits);
}

}  // namespace

int diff(const DiffOptions& options) {
    Opened a = open(options.a, options.limits), b = open(options.b, options.limits);
    // Names of tensors that have no model are compared with their like.
    if (!a.model && has_own_names(a.format)) read_own_names(b, options);
    if (!b.model && has_own_names(b.format)) read_own_names(a, options);
    std::vector<Difference> differences;
    if (a.model && b.model)
        ConfigDifferences(differences)
            .compare("", Config::from_json(a.model->to_json()), Config::from_json(b.model->to_json()));
    compare_tensors(a, b, options, differences);
    if (options.json) {
        Config::List list;
        for (const Difference& one : differences)
            list.push_back(Config::object({{"where", one.where}, {"what", one.what}}));
        fmt::print("{}\n", Config::object({{"a", a.path},
                                           {"b", b.path},
                                           {"lacks", Config::List{a.lacks, b.lacks}},
                                           {"differences", std::move(list)}})
                               .to_json(2));
    } else {
        for (const Difference& one : differences)
            fmt::print("{}: {}\n", printable(one.where), printable(one.what));
        if (differences.empty())
            fmt::print("no difference in {} tensors{}\n", a.tensors.size(),
                       a.model && b.model ? " and the layers" : "");
        for (const Opened* file : {&a, &b})
            if (!file->lacks.empty()) fmt::print(stderr, "note: not all was compared: {}\n", file->lacks);
    }
    return differences.empty() ? 0 : 1;
}

}  // namespace tool
