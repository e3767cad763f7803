#include "support/catch.hpp"

#include "models/training_checkpoint.hpp"
#include "support/files.hpp"

#include <keratin/callbacks.hpp>
#include <keratin/core/random.hpp>
#include <keratin/core/threads.hpp>
#include <keratin/io/safetensors.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/optimizers.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>

/// A process that saves at every step is killed at random moments; each time there must be a checkpoint, and
/// not one older than the last that was said to be safe. In the end the training has the numbers of one that
/// nobody disturbed.
using namespace keratin;

namespace {

constexpr const char* hidden_case = "A training that is killed by its parent";
constexpr int64_t steps_per_epoch = 4;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

Sequential trained(int64_t epochs, std::vector<CallbackHandle> callbacks, const std::string& directory) {
    set_random_seed(5);
    Sequential model(layers::Dense(8, {.activation = "tanh"}), layers::Dropout(0.2), layers::Dense(1));
    model.build({4, 2});
    model.compile({.optimizer = optimizers::Adam(), .loss = "mse"});
    if (!directory.empty()) callbacks.push_back(callbacks::BackupAndRestore(directory, {.save_freq = 1}));
    const Tensor x = random::normal({16, 2}, {.seed = 1}), y = random::normal({16, 1}, {.seed = 2});
    model.fit(x, y, {.batch_size = 4, .epochs = epochs, .verbose = 0, .callbacks = std::move(callbacks)});
    return model;
}

/// Tells the parent, before each step, how many are done and saved.
class Report : public callbacks::Callback {
public:
    explicit Report(int pipe) : pipe_(pipe) {}
    void on_train_batch_begin(int64_t, const Logs&) override {
        const int64_t done = model->optimizer().iterations();
        if (::write(pipe_, &done, sizeof done) != sizeof done) std::abort();
    }

private:
    int pipe_;
};

class Child {
public:
    Child(const std::string& directory, int64_t epochs) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        REQUIRE(::fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0);
        reports_ = ends[0];
        const std::string variable = fmt::format("KERATIN_KILLED={} {} {}", ends[1], epochs, directory);
        std::string name = hidden_case, program = "keratin_tests";
        char* const arguments[] = {program.data(), name.data(), nullptr};
        std::vector<char*> environment;
        for (char** entry = environ; *entry; ++entry) environment.push_back(*entry);
        environment.push_back(const_cast<char*>(variable.c_str()));
        environment.push_back(nullptr);
        process_ = ::fork();
        if (process_ == 0) {
            const int silent = ::open("/dev/null", O_WRONLY);
            ::dup2(silent, 1);
            ::execve("/proc/self/exe", arguments, environment.data());
            ::_exit(127);
        }
        ::close(ends[1]);
    }
    ~Child() { ::close(reports_); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// The next report; none when the child has ended.
    std::optional<int64_t> report() const {
        int64_t done = 0;
        return ::read(reports_, &done, sizeof done) == sizeof done ? std::optional(done) : std::nullopt;
    }
    void kill() const { ::kill(process_, SIGKILL); }
    int wait() const {
        int status = 0;
        REQUIRE(::waitpid(process_, &status, 0) == process_);
        return status;
    }

private:
    int reports_ = -1;
    pid_t process_ = -1;
};

/// The steps of the checkpoint that the next fit() would go on from; 0 without one.
int64_t steps_saved(const std::string& directory) {
    for (const char* name : {"/backup.safetensors", "/backup.previous.safetensors"}) {
        if (!std::filesystem::exists(directory + name)) continue;
        const Config run = read_checkpoint(directory + name).state["run"];
        return run["epoch"].as_integer() * steps_per_epoch + run["step"].as_integer();
    }
    return 0;
}

}  // namespace

TEST_CASE("A training that is killed by its parent", "[.][killed]") {
    const char* const told = std::getenv("KERATIN_KILLED");
    REQUIRE(told);
    set_num_threads(1);
    std::istringstream words(told);
    int pipe = 0;
    int64_t epochs = 0;
    std::string directory;
    words >> pipe >> epochs >> directory;
    const Sequential model = trained(epochs, {Report(pipe)}, directory);
    model.save_weights(directory + ".weights.safetensors");
}

TEST_CASE("kill -9 at any moment leaves a checkpoint that is not older than the last safe one",
          "[callbacks][backup][checkpoint]") {
    const test::TemporaryDirectory place;
    const std::string directory = place.file("backup");
    std::mt19937 random(1);
    const auto wait_part_of = [&](Seconds whole) {
        std::this_thread::sleep_for(whole * (static_cast<double>(random() % 1000) / 1000));
    };

    Seconds to_start{}, to_step{};
    int64_t safe = 0;
    {
        const auto begin = Clock::now();
        const Child child(directory, 1'000'000);
        REQUIRE(child.report());
        to_start = Clock::now() - begin;
        while (safe < 10) safe = child.report().value();
        to_step = (Clock::now() - begin - to_start) / safe;
        child.kill();
        child.wait();
    }
    int wrong = 0, while_saving = 0;
    int64_t least = 0;
    for (int i = 0; i < 200; ++i) {
        const Child child(directory, 1'000'000);
        if (i % 10 == 0) {
            wait_part_of(to_start);
        } else {
            const int64_t steps = static_cast<int64_t>(random() % 4);
            for (int64_t report = 0; report <= steps; ++report) safe = std::max(safe, child.report().value());
            least += steps;
            wait_part_of(2 * to_step);
        }
        child.kill();
        while (const std::optional<int64_t> done = child.report()) safe = std::max(safe, *done);
        wrong += child.wait() != SIGKILL;
        for (const auto& entry : std::filesystem::directory_iterator(directory))
            while_saving += entry.path().extension() == ".tmp";
        const int64_t saved = steps_saved(directory);
        wrong += saved < safe;
        safe = saved;
    }
    CHECK(wrong == 0);
    CHECK(while_saving > 0);
    CHECK(least > 200);
    CHECK(safe >= least);

    const int64_t epochs = safe / steps_per_epoch + 2;
    const Child child(directory, epochs);
    while (child.report()) continue;
    CHECK(child.wait() == 0);
    CHECK_FALSE(std::filesystem::exists(directory));
    const Sequential undisturbed = trained(epochs, {}, {});
    const io::NamedTensors weights = io::load_safetensors(directory + ".weights.safetensors");
    const std::vector<Variable> expected = undisturbed.variables();
    REQUIRE(weights.size() == expected.size());
    for (size_t i = 0; i < weights.size(); ++i) {
        const Tensor now = expected[i].storage();
        CHECK(std::memcmp(weights[i].second.raw(), now.raw(), static_cast<size_t>(now.size()) * 4) == 0);
    }
}
