// keratin-bench: times kernels, networks, scaling and overhead, and says each as a share of what the machine
// could do in the same moments.

#include "bench.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/threads.hpp>

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

namespace {

/// A filter names a case, the beginning of its path, or is a regular expression of the whole name.
bool chosen(const std::string& name, const std::string& filter) {
    if (filter.empty() || name == filter || name.starts_with(filter + "/")) return true;
    return std::regex_match(name, std::regex(filter));
}

/// The cases of these suites, of all when none is named, that the filter lets through.
std::vector<bench::Case> chosen_cases(const std::vector<std::string>& suites, const std::string& filter) {
    std::vector<bench::Case> cases;
    const auto add = [&](const char* suite, std::vector<bench::Case> (*make)()) {
        if (!suites.empty() && std::find(suites.begin(), suites.end(), suite) == suites.end()) return;
        for (bench::Case& one : make())
            if (chosen(one.name, filter)) cases.push_back(std::move(one));
    };
    add("kernels", bench::kernel_cases);
    add("nets", bench::net_cases);
    add("scaling", bench::scaling_cases);
    add("overhead", bench::overhead_cases);
    return cases;
}

}  // namespace

int main(int argc, char** argv) {
    std::string filter, json;
    std::vector<std::string> suites;
    bench::RunOptions options;
    bool list = false;

    CLI::App app("Times keratin. Cases: kernels/..., lenet5/train/batch:128, scaling/..., overhead/...");
    app.add_option("--filter", filter,
                   "a name, the beginning of one up to a slash, or a regular expression of all of it");
    app.add_option("--suite", suites, "kernels, nets, scaling, overhead; all when none is given")
        ->check(CLI::IsMember({"kernels", "nets", "scaling", "overhead"}));
    app.add_option("--threads", options.threads, "0: one per processor")->check(CLI::NonNegativeNumber);
    app.add_option("--seconds", options.seconds, "to time each case for, per repetition")
        ->capture_default_str();
    app.add_option("--repetitions", options.repetitions, "of which the fastest counts")
        ->capture_default_str();
    app.add_option("--json", json, "write the results to this file, a JSON array");
    app.add_flag("--list", list, "name the cases and stop");
    CLI11_PARSE(app, argc, argv);

    try {
        keratin::set_num_threads(options.threads);
        options.threads = keratin::num_threads();
        const std::vector<bench::Case> cases = chosen_cases(suites, filter);
        if (list) {
            for (const bench::Case& one : cases) fmt::print("{}\n", one.name);
            return 0;
        }
        if (cases.empty())
            keratin::fail<keratin::ValueError>("no case matches \"{}\"; --list names them", filter);
        std::vector<bench::Record> records;
        for (const bench::Case& one : cases) {
            records.push_back(bench::run(one, options));
            bench::print(records.back());
        }
        if (!json.empty()) bench::write_json(records, json);
        return 0;
    } catch (const std::regex_error&) {
        fmt::print(stderr, "keratin-bench: \"{}\" is neither a name nor a regular expression\n", filter);
    } catch (const std::exception& error) {
        fmt::print(stderr, "keratin-bench: {}\n", error.what());
    }
    return 1;
}
