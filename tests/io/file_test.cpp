#include "support/catch.hpp"

#include "io/file.hpp"
#include "support/failing_calls.hpp"
#include "support/files.hpp"

#include <keratin/core/error.hpp>
#include <keratin/io/safetensors.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

using namespace keratin;

namespace {

io::NamedTensors twelve_tensors() {
    io::NamedTensors tensors;
    for (int64_t i = 0; i < 12; ++i) tensors.emplace_back("t" + std::to_string(i), ones({i, 3}));
    return tensors;
}

}  // namespace

TEST_CASE("Whichever call fails, the old file stays whole or the new one is",
          "[io][file][errors][malformed]") {
    const test::TemporaryDirectory directory;
    const io::NamedTensors tensors = twelve_tensors();
    const std::string path = directory.file("x");
    const size_t failures = test::check_failing_saves(path, [&] { io::save_safetensors(path, tensors); });
    CHECK(failures >= 100);
    UNSCOPED_INFO(failures << " failures were tried");
}

TEST_CASE("A file is read in spite of signals and short reads; other failures name path, place and cause",
          "[io][file][errors][malformed]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x");
    test::write_file(path, "0123456789");
    const auto read = [&](const test::Failure& failure) {
        const test::FailingCalls guard(failure);
        std::string text(8, '\0');
        io::InputFile(path).read(2, text.data(), text.size());
        CHECK(guard.happened());
        return text;
    };
    const size_t open_before = test::open_descriptors();
    CHECK(read({.call = "open", .error = EINTR}) == "23456789");
    CHECK(read({.call = "pread", .error = EINTR}) == "23456789");
    CHECK(read({.call = "pread", .lasting = true, .halves = true}) == "23456789");
    CHECK_THROWS_MATCHES(read({.call = "open", .error = EMFILE}), IoError,
                         Message(path + ": cannot be opened: Too many open files"));
    CHECK_THROWS_MATCHES(read({.call = "pread", .error = EIO}), IoError,
                         Message(path + ": cannot be read at byte 2: Input/output error"));
    CHECK(test::open_descriptors() == open_before);
}

TEST_CASE("What is no plain file is not waited for", "[io][file][errors][malformed]") {
    const test::TemporaryDirectory directory;
    const std::string pipe = directory.file("pipe");
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    CHECK_THROWS_MATCHES(io::InputFile(pipe), IoError, Message(pipe + ": is not a regular file"));
}

TEST_CASE("Who may read a file is the same when it is replaced", "[io][file]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("weights");
    test::write_file(path, "old");
    using std::filesystem::perms;
    std::filesystem::permissions(path, perms::owner_read | perms::owner_write);
    io::AtomicFile file(path);
    file.write("new", 3);
    file.commit();
    CHECK(std::filesystem::status(path).permissions() == (perms::owner_read | perms::owner_write));
}

TEST_CASE("A temporary file that a killed process left behind is in nobody's way", "[io][file]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x");
    const auto save = [&] {
        io::AtomicFile file(path);
        file.write("new", 3);
        const auto entries = std::filesystem::directory_iterator(directory.path());
        const std::string temporary = entries->path().string();
        file.commit();
        return temporary;
    };
    const std::string name = save();
    // The next name is the last one with the number raised.
    const size_t dash = name.rfind('-');
    const int number = std::stoi(name.substr(dash + 1));
    test::write_file(name.substr(0, dash + 1) + std::to_string(number + 1) + ".tmp", "litter");
    save();
    CHECK(test::read_file(path) == "new");
    CHECK(directory.count() == 2);
}
