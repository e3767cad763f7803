#include "commands.hpp"
#include "opened.hpp"
#include "statistics.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>
#include <keratin/core/printable.hpp>
#include <keratin/io/saving.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace tool {

using namespace keratin;

namespace {

enum class Outcome { passed, failed, skipped };

struct Check {
    std::string name;
    Outcome outcome;
    std::string detail;
};

const char* word(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed:
            return "ok";
        case Outcome::failed:
            return "failed";
        case Outcome::skipped:
            return "skipped";
    }
    return "";
}

/// A check passes when it throws nothing; what it returns is said.
Check run(const std::string& name, const std::function<std::string()>& check) {
    try {
        return {name, Outcome::passed, check()};
    } catch (const Error& error) {
        return {name, Outcome::failed, error.what()};
    }
}

/// The model that a file has. What keratin does not know says nothing about the file.
void add_model_checks(const Opened& file, std::vector<Check>& checks) {
    if (file.model)
        checks.push_back({"layers", Outcome::passed, fmt::format("{} of them", file.model->layers().size())});
    if (!file.lacks.empty())
        checks.push_back({file.model ? "training" : "layers",
                          file.is_damaged ? Outcome::failed : Outcome::skipped, file.lacks});
}

std::string all_finite(const io::NamedTensors& tensors) {
    for (const auto& [name, tensor] : tensors)
        if (const int64_t bad = statistics(tensor).not_finite; bad > 0)
            fail<ValueError>("{}: {} of {} numbers are not finite", name, bad, tensor.size());
    return fmt::format("{} tensors", tensors.size());
}

std::string self_test(const VerifyOptions& options) {
    constexpr double tolerance = 1e-4;
    const std::optional<double> distance =
        run_self_test(options.file, {.compile = false, .limits = options.limits});
    if (!distance) return "the file has none";
    if (!(*distance <= tolerance))
        fail<ValueError>("predictions differ from the file's by {:.3g}, more than {}", *distance, tolerance);
    return fmt::format("predictions differ from the file's by {:.3g} at most", *distance);
}

/// "passed" is null for what was skipped; of the file, true when nothing was wrong in what was checked.
void print(const std::vector<Check>& checks, const VerifyOptions& options) {
    bool passed = true;
    Config::List list;
    for (const Check& check : checks) {
        passed &= check.outcome != Outcome::failed;
        if (!options.json)
            fmt::print("{:<10} {:<7} {}\n", check.name, word(check.outcome), printable(check.detail));
        const Config outcome =
            check.outcome == Outcome::skipped ? Config() : Config(check.outcome == Outcome::passed);
        list.push_back(
            Config::object({{"check", check.name}, {"passed", outcome}, {"detail", check.detail}}));
    }
    if (!options.json) return;
    const Config all =
        Config::object({{"file", options.file}, {"passed", passed}, {"checks", std::move(list)}});
    fmt::print("{}\n", all.to_json(2));
}

}  // namespace

int verify(const VerifyOptions& options) {
    std::vector<Check> checks;
    Opened file;
    checks.push_back(run("readable", [&] {
        file = open(options.file, options.limits);
        return std::string(io::name(file.format));
    }));
    if (checks.back().outcome == Outcome::passed) {
        add_model_checks(file, checks);
        checks.push_back(run("finite", [&] { return all_finite(file.tensors); }));
        if (file.format == io::FileFormat::keras && file.model)
            checks.push_back(run("self-test", [&] { return self_test(options); }));
        else if (file.format == io::FileFormat::keras)
            checks.push_back({"self-test", Outcome::skipped, "there are no layers to run"});
    }
    print(checks, options);
    const auto any = [&](Outcome outcome) {
        return std::any_of(checks.begin(), checks.end(),
                           [&](const Check& check) { return check.outcome == outcome; });
    };
    return any(Outcome::failed) ? 1 : any(Outcome::skipped) ? checked_in_part : 0;
}

}  // namespace tool
