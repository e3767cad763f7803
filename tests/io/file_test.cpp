#include "support/catch.hpp"

#include "io/file.hpp"
#include "support/failing_calls.hpp"
#include "support/files.hpp"

#include <keratin/core/error.hpp>
#include <keratin/io/safetensors.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

using namespace keratin;

namespace {

io::NamedTensors twelve_tensors() {
    io::NamedTensors tensors;
    for (int64_t i = 0; i < 12; ++i) tensors.emplace_back("t" + std::to_string(i), ones({i, 3}));
    return tensors;
}

void save(const std::string& path, const std::string& text, const std::string& previous = {}) {
    io::AtomicFile file(path);
    file.write(text.data(), text.size());
    file.commit(previous);
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
    save(path, "new");
    CHECK(test::mode_of_last_file() == 0600);  // nor could others read the temporary file
    CHECK(std::filesystem::status(path).permissions() == (perms::owner_read | perms::owner_write));
}

TEST_CASE("What is no plain file is not replaced", "[io][file][errors]") {
    const test::TemporaryDirectory directory;
    const std::string pipe = directory.file("pipe"), link = directory.file("link");
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    std::filesystem::create_symlink("pipe", link);
    const std::string why = ", and only regular files are replaced; choose another name";
    CHECK_THROWS_MATCHES(save(pipe, "new"), IoError, Message(pipe + ": it is a pipe" + why));
    CHECK_THROWS_MATCHES(save(link, "new"), IoError, Message(link + ": it is a pipe" + why));
    CHECK_THROWS_MATCHES(save(directory.path(), "new"), IoError,
                         Message(directory.path() + ": it is a directory" + why));
    CHECK_THROWS_MATCHES(save(directory.file("file"), "new", pipe), IoError,
                         Message(pipe + ": it is a pipe" + why));
    CHECK(std::filesystem::is_fifo(pipe));
    CHECK(directory.count() == 2);
}

TEST_CASE("A link stays, and where it leads to is replaced", "[io][file]") {
    const test::TemporaryDirectory directory;
    const auto file = [&](const char* name) { return directory.file(name); };
    std::filesystem::create_directory(file("folder"));
    test::write_file(file("folder/real"), "old");
    std::filesystem::create_symlink("folder/real", file("link"));
    std::filesystem::create_symlink(file("link"), file("link_to_link"));
    std::filesystem::create_symlink("folder/none_yet", file("dangling"));
    std::filesystem::create_symlink("circle", file("circle"));
    save(file("link_to_link"), "new");
    save(file("dangling"), "made");
    CHECK(test::read_file(file("folder/real")) == "new");
    CHECK(test::read_file(file("folder/none_yet")) == "made");
    for (const char* link : {"link", "link_to_link", "dangling"})
        CHECK(std::filesystem::is_symlink(file(link)));
    CHECK_THROWS_MATCHES(save(file("circle"), "new"), IoError,
                         Message(file("circle") + ": cannot be written: Too many levels of symbolic links"));
    CHECK(directory.count() == 5);
}

TEST_CASE("A file may have the longest name there is", "[io][file]") {
    const test::TemporaryDirectory directory;
    std::string name(255, 'n');
    for (int i = 0; i < 2; ++i) save(directory.file(name), "new", directory.file(name.substr(1)));
    CHECK(directory.count() == 2);
    name.replace(63, 2, "\u00e9");  // is not cut in two for the temporary file's name
    const io::AtomicFile file(directory.file(name));
    const auto entries = std::filesystem::directory_iterator(directory.path());
    CHECK(std::any_of(begin(entries), end(entries), [&](const auto& entry) {
        return entry.path().filename().string().starts_with(name.substr(0, 63) + ".");
    }));
    CHECK_THROWS_MATCHES(save(directory.file(name + 'n'), "new"), IoError,
                         Message(directory.file(name + 'n') + ": cannot be written: File name too long"));
}

TEST_CASE("Directories are made where they are missing, and are on disk then", "[io][file][errors]") {
    const test::TemporaryDirectory directory;
    io::make_directories(directory.file("a/b//c/"));
    io::make_directories(directory.file("a/b/c"));
    CHECK(std::filesystem::is_directory(directory.file("a/b/c")));
    for (const int nth : {1, 2}) {
        const std::string path = directory.file("x" + std::to_string(nth)) + "/y";
        const test::FailingCalls guard({.call = "fsync", .at = nth, .error = EIO});
        CHECK_THROWS_MATCHES(io::make_directories(path), IoError,
                             Message(path + ": the directory cannot be made: Input/output error"));
    }
    test::write_file(directory.file("file"), "");
    for (const char* name : {"file", "file/below"})
        CHECK_THROWS_MATCHES(
            io::make_directories(directory.file(name)), IoError,
            Message(directory.file(name) + ": the directory cannot be made: Not a directory"));
}

TEST_CASE("A file is there, or not, or that cannot be said", "[io][file][errors]") {
    const test::TemporaryDirectory directory;
    test::write_file(directory.file("x"), "");
    CHECK(io::file_exists(directory.file("x")));
    CHECK_FALSE(io::file_exists(directory.file("y")));
    CHECK_FALSE(io::file_exists(directory.file("x/y")));
    std::filesystem::create_symlink("circle", directory.file("circle"));
    CHECK_THROWS_MATCHES(
        io::file_exists(directory.file("circle")), IoError,
        Message(directory.file("circle") + ": cannot be looked for: Too many levels of symbolic links"));
}

TEST_CASE("A temporary file that a killed process left behind is in nobody's way", "[io][file]") {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("x");
    const auto temporary_name = [&] {
        io::AtomicFile file(path);
        file.write("new", 3);
        const auto entries = std::filesystem::directory_iterator(directory.path());
        const std::string temporary = entries->path().string();
        file.commit();
        return temporary;
    };
    const std::string name = temporary_name();
    // The next name is the last one with the number raised.
    const size_t dash = name.rfind('-');
    const int number = std::stoi(name.substr(dash + 1));
    test::write_file(name.substr(0, dash + 1) + std::to_string(number + 1) + ".tmp", "litter");
    save(path, "new");
    CHECK(test::read_file(path) == "new");
    CHECK(directory.count() == 2);
}
