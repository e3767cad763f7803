#include "support/malformed.hpp"

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/processor_time.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/storage.hpp>

#include <algorithm>
#include <memory>

#if defined(__SANITIZE_ADDRESS__)
#define KERATIN_MEMORY_IS_TOLD 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KERATIN_MEMORY_IS_TOLD 0
#endif
#endif
#ifndef KERATIN_MEMORY_IS_TOLD
#define KERATIN_MEMORY_IS_TOLD 1
#endif

namespace test {
namespace {

/// A line of /proc/self/status in bytes: "VmRSS:", or "VmHWM:", the highest it has been.
size_t memory(const std::string& line) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == line) {
            size_t kilobytes = 0;
            status >> kilobytes;
            return kilobytes * 1024;
        }
    return 0;
}

/// Watches one load after another; the checks are made at the end, of the worst.
class Watch {
public:
    Watch() {
        keratin::release_cached_memory();
        std::ofstream("/proc/self/clear_refs") << "5";  // forgets the highest
        before_ = memory("VmRSS:");
        told_ = KERATIN_MEMORY_IS_TOLD && memory("VmHWM:") < before_ + (1 << 20);  // where the system forgets
    }

    /// True when the file was refused.
    bool load(const std::string& bytes, const Loader& loader) {
        const double begin = processor_seconds();
        largest_ = std::max(largest_, bytes.size());
        bool refused = false;
        try {
            loader(bytes);
        } catch (const keratin::Error& error) {
            refused = true;
            last_error_ = error.what();
            if (last_error_.size() < 8 || last_error_.size() > 4000) FAIL_CHECK("a text: " << last_error_);
        } catch (const std::exception& error) {
            FAIL_CHECK("something that is not keratin's: " << error.what());
        }
        keratin::release_cached_memory();
        slowest_ = std::max(slowest_, processor_seconds() - begin);
        return refused;
    }
    void check() const {
        CHECK(slowest_ < 1);
        if (told_) CHECK(memory("VmHWM:") <= before_ + (size_t{64} << 20) + 2 * largest_);
    }
    const std::string& last_error() const { return last_error_; }

private:
    size_t before_ = 0;
    bool told_ = false;
    size_t largest_ = 0;
    double slowest_ = 0;
    std::string last_error_;
};

/// splitmix64
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}
    size_t below(size_t limit) { return limit == 0 ? 0 : static_cast<size_t>(next() % limit); }
    char byte() { return static_cast<char>(next()); }

private:
    uint64_t next() {
        uint64_t z = state_ += 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    uint64_t state_;
};

void change(std::string& bytes, Random& random) {
    const size_t at = random.below(bytes.size());
    const size_t count = std::min(1 + random.below(8), bytes.size() - at);
    switch (random.below(6)) {
        case 0:
            if (!bytes.empty()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
            break;
        case 1:
            for (size_t i = 0; i < count; ++i) bytes[at + i] = random.byte();
            break;
        case 2:  // what counts and offsets are worst at
            std::fill_n(bytes.begin() + static_cast<long>(at), count, random.below(2) ? '\xFF' : '\0');
            break;
        case 3:
            bytes.erase(at, count);
            break;
        case 4:
            bytes.insert(at, count, random.byte());
            break;
        default:
            bytes.insert(random.below(bytes.size() + 1), bytes.substr(at, 8 * count));
    }
}

}  // namespace

Loader through_file(const std::string& name, const std::function<void(const std::string&)>& load) {
    return [load, name, directory = std::make_shared<TemporaryDirectory>()](const std::string& bytes) {
        write_file(directory->file(name), bytes);
        load(directory->file(name));
    };
}

MalformedReport check_malformed(const std::string& valid, const Loader& load,
                                const MalformedOptions& options) {
    load(valid);
    MalformedReport report;
    Watch watch;
    const auto attempt = [&](const std::string& bytes) {
        ++report.files;
        if (watch.load(bytes, load)) ++report.refused;
    };
    const size_t step = valid.size() <= options.ends_at ? 1 : 64;
    for (size_t length = 0; length < valid.size(); length += step) attempt(valid.substr(0, length));
    for (size_t bit = 0; bit < 8 * std::min(options.bits_of, valid.size()); ++bit) {
        std::string bytes = valid;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        attempt(bytes);
    }
    Random random(options.seed);
    for (size_t i = 0; i < options.random; ++i) {
        std::string bytes = valid;
        for (size_t changes = 1 + random.below(4); changes > 0; --changes) change(bytes, random);
        attempt(bytes);
    }
    watch.check();
    return report;
}

void check_refused(const std::string& bytes, const Loader& load, const std::string& reason) {
    INFO("expected \"" << reason << '"');
    Watch watch;
    const bool refused = watch.load(bytes, [&](const std::string& file) {
        try {
            load(file);
        } catch (const keratin::FormatError&) {
            throw;
        } catch (const keratin::Error& error) {
            FAIL_CHECK("no FormatError: " << error.what());
        }
    });
    CHECK(refused);
    INFO("the text was \"" << watch.last_error() << '"');
    CHECK(watch.last_error().find(reason) != std::string::npos);
    watch.check();
}

}  // namespace test
