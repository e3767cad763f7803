#include "bench.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/threads.hpp>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace bench {
namespace {

std::string time_text(double seconds) {
    if (seconds < 1e-6) return fmt::format("{:.0f} ns", seconds * 1e9);
    if (seconds < 1e-3) return fmt::format("{:.2f} us", seconds * 1e6);
    return fmt::format("{:.3f} ms", seconds * 1e3);
}

std::string rates_text(const Record& r) {
    std::string text;
    if (r.what.images > 0) text += fmt::format("{:>12.0f} images/s", r.what.images / r.seconds);
    if (r.what.flops > 0)
        text += fmt::format("{:>9.1f} GFLOP/s {:>5.1f} % of {:.0f}", r.what.flops / r.seconds / 1e9,
                            100 * r.what.flops / r.seconds / r.peak_flops, r.peak_flops / 1e9);
    if (r.what.bytes > 0)
        text += fmt::format("{:>9.1f} GB/s {:>5.1f} % of {:.0f}", r.what.bytes / r.seconds / 1e9,
                            100 * r.what.bytes / r.seconds / r.peak_bandwidth, r.peak_bandwidth / 1e9);
    if (r.bare_seconds > 0)
        text += fmt::format("{:>+7.1f} % to {} of a bare step", 100 * (r.seconds / r.bare_seconds - 1),
                            time_text(r.bare_seconds));
    if (r.what.ops > 0) text += fmt::format("{:>9.0f} ns/op", r.seconds / r.what.ops * 1e9);
    return text;
}

}  // namespace

void print(const Record& r) {
    fmt::print("{:<38} {} thread{} {:>10}{}  {:.1f} allocations, {:.1f} page faults\n", r.what.name,
               r.threads, r.threads == 1 ? " " : "s", time_text(r.seconds), rates_text(r), r.allocations,
               r.page_faults);
    std::fflush(stdout);
}

void write_json(const std::vector<Record>& records, const std::string& path) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Record& r : records) {
        nlohmann::ordered_json entry = {{"name", r.what.name},
                                        {"seconds_per_step", r.seconds},
                                        {"images_per_second", r.what.images / r.seconds},
                                        {"gflops", r.what.flops / r.seconds / 1e9},
                                        {"peak_gflops", r.peak_flops / 1e9},
                                        {"percent_of_peak", 100 * r.what.flops / r.seconds / r.peak_flops},
                                        {"threads", r.threads},
                                        {"isa", keratin::isa()},
                                        {"allocations_per_step", r.allocations},
                                        {"page_faults_per_step", r.page_faults}};
        if (r.what.bytes > 0) {
            entry["gigabytes_per_second"] = r.what.bytes / r.seconds / 1e9;
            entry["peak_gigabytes_per_second"] = r.peak_bandwidth / 1e9;
            entry["percent_of_bandwidth"] = 100 * r.what.bytes / r.seconds / r.peak_bandwidth;
        }
        if (r.bare_seconds > 0) entry["seconds_per_bare_step"] = r.bare_seconds;
        if (r.what.ops > 0) entry["nanoseconds_per_op"] = r.seconds / r.what.ops * 1e9;
        list.push_back(std::move(entry));
    }
    std::ofstream file(path);
    file << list.dump(2) << "\n";
    if (!file.flush()) keratin::fail<keratin::IoError>("{}: cannot be written", path);
}

}  // namespace bench
