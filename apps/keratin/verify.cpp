#include "commands.hpp"
#include "opened.hpp"
#include "statistics.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>
#include <keratin/core/printable.hpp>
#include <keratin/io/saving.hpp>

#include <functional>
#include <string>
#include <vector>

namespace tool {

using namespace keratin;

namespace {

struct Check {
    std::string name;
    bool passed;
    std::string detail;
};

/// A check passes when it throws nothing; what it returns is said.
Check run(const std::string& name, const std::function<std::string()>& check) {
    try {
        return {name, true, check()};
    } catch (const Error& error) {
        return {name, false, error.what()};
    }
}

std::string all_finite(const io::NamedTensors& tensors) {
    for (const auto& [name, tensor] : tensors)
        if (const int64_t bad = statistics(tensor).not_finite; bad > 0)
            fail<ValueError>("{}: {} of {} numbers are not finite", name, bad, tensor.size());
    return fmt::format("{} tensors", tensors.size());
}

std::string self_test(const VerifyOptions& options) {
    constexpr double tolerance = 1e-4;
    const std::optional<double> distance = run_self_test(options.file, {.limits = options.limits});
    if (!distance) return "the file has none";
    if (!(*distance <= tolerance))
        fail<ValueError>("predictions differ from the file's by {:.3g}, more than {}", *distance, tolerance);
    return fmt::format("predictions differ from the file's by {:.3g} at most", *distance);
}

}  // namespace

int verify(const VerifyOptions& options) {
    std::vector<Check> checks;
    Opened file;
    checks.push_back(run("readable", [&] {
        file = open(options.file, options.limits);
        return std::string(io::name(file.format));
    }));
    if (checks.back().passed) {
        checks.push_back(run("finite", [&] { return all_finite(file.tensors); }));
        if (file.format == io::FileFormat::keras)
            checks.push_back(run("self-test", [&] { return self_test(options); }));
    }
    bool passed = true;
    Config::List list;
    for (const Check& check : checks) {
        passed &= check.passed;
        if (!options.json)
            fmt::print("{:<10} {}  {}\n", check.name, check.passed ? "ok    " : "failed",
                       printable(check.detail));
        list.push_back(
            Config::object({{"check", check.name}, {"passed", check.passed}, {"detail", check.detail}}));
    }
    if (options.json)
        fmt::print("{}\n",
                   Config::object({{"file", options.file}, {"passed", passed}, {"checks", std::move(list)}})
                       .to_json(2));
    return passed ? 0 : 1;
}

}  // namespace tool
