#include "support/catch.hpp"

#include "io/npy.hpp"
#include "support/files.hpp"
#include "support/malformed.hpp"

using namespace keratin;

namespace {

std::shared_ptr<const io::Source> source(const std::string& bytes) {
    return io::source_of("x", {bytes.begin(), bytes.end()});
}

const test::Loader load_npy = [](const std::string& bytes) { io::read_npy(*source(bytes)); };
const test::Loader load_npz = [](const std::string& bytes) { io::read_npz(source(bytes), {}); };

std::string golden(const std::string& name) {
    return test::read_file(test::golden_file("formats/" + name));
}

/// An array's file from the text of its header.
std::string npy(const std::string& header, const std::string& data = "") {
    const auto size = static_cast<unsigned>(header.size());
    return "\x93NUMPY" + std::string{1, 0, static_cast<char>(size & 0xFF), static_cast<char>(size >> 8)} +
           header + data;
}

std::string npy_of(const std::string& descr, const std::string& shape, const std::string& data = "") {
    return npy("{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }\n", data);
}

}  // namespace

TEST_CASE("Arrays and archives of them changed at random are refused or read", "[io][npy][npz][malformed]") {
    size_t files = 0;
    for (const char* name : {"float32.npy", "fortran_big_endian.npy", "version2.npy"})
        files += test::check_malformed(golden(name), load_npy, {.bits_of = 80}).files;
    for (const char* name : {"compressed.npz", "stored.npz"})
        files += test::check_malformed(golden(name), load_npz, {.bits_of = 100}).files;
    CHECK(files >= 6000);
}

TEST_CASE("Every trick with an array is refused by name", "[io][npy][malformed]") {
    load_npy(npy_of("'<f4'", "(1, 2)", "12345678"));
    const auto refused = [](const std::string& bytes, const std::string& reason) {
        test::check_refused(bytes, load_npy, reason);
    };
    SECTION("what NumPy wrote and keratin does not read") {
        refused(golden("pickle.npy"), "those are pickles, which can run any code");
        refused(golden("structured.npy"), "a structured dtype");
        refused(golden("complex.npy"), "dtype \"<c8\" is not read");
        refused(golden("text.npy"), "dtype \"<U2\" is not read");
        refused(golden("int16.npy"), "dtype \"<i2\" is not read");
        refused(golden("bfloat16.npy"), "dtype \"<V2\" is not read");
    }
    SECTION("the header") {
        refused("", "this is no .npy file");
        refused("PK\x03\x04 something else", "this is no .npy file");
        refused("\x93NUMPY\x04" + std::string(100, '\0'), "version 4.0 of the format is not read");
        refused(std::string("\x93NUMPY\x02\0\xFF\xFF\xFF\x7F", 12),
                "the header is said to have 2147483647 bytes");
        refused(std::string("\x93NUMPY\x01\0\x09\0{}", 12),
                "the header is said to have 9 bytes; the file has 12");
        refused(npy("{}"), "needs descr, fortran_order and shape");
        refused(npy("__import__('os')"), "'{' was expected");
        refused(npy("{'descr': '<f4', 'descr': '<f4'"), "the header has \"descr\" twice");
        refused(npy("{'run': 1}"), "the header has \"run\", which it must not");
        refused(npy("{'descr': '\\x41'}"), "a text without escapes was expected");
        refused(npy("{'descr': '<f4"), "a text in quotes was expected");
        refused(npy("{'fortran_order': 1}"), "True or False was expected");
        refused(npy_of("'<f4'", "()", "1234") + "5", "the file is too long");
        refused(npy_of("'<f4'", "(2,)", "1234"),
                "8 bytes of elements are announced, 4 follow; the file is cut off");
        refused(npy_of("'<f4'", "()} x", "1234"), "the end of the header was expected");
        refused(npy_of("'|b1'", "(2,)", "\1\2"), "a bool is 2");
        refused(npy_of("'|f4'", "()"), "dtype \"|f4\" is not read");
        refused(npy_of("''", "()"), "dtype \"\" is not read");
        refused(npy_of("'" + std::string(60'000, 'x') + "'", "()"), "xxx...\" is not read");
    }
    SECTION("the shape") {
        refused(npy_of("'<f4'", "(-1,)"), "a whole number that is not negative");
        refused(npy_of("'<f4'", "(1.5,)"), "',' or ')' was expected");
        refused(npy_of("'<f4'", "(99999999999999999999,)"), "a whole number that is not negative");
        refused(npy_of("'<f4'", "(4611686018427387904, 4)"), "is more than any file could hold");
        refused(npy_of("'<f4'", "(0, 4611686018427387904, 4)"), "is more than any file could hold");
        refused(npy_of("'<f4'", "(36028797018963968,)"), "bytes of elements are announced, 0 follow");
        refused(npy_of("'<f4'", "(1, 1, 1, 1, 1, 1, 1, 1, 1)", "1234"), "more than keratin's 8 axes");
        refused(npy_of("'<f4'", std::string(50'000, '(')), "a whole number that is not negative");
        refused(npy_of("'<f4'", "[1, 2]"), "'(' was expected");
    }
}
