#pragma once

#include <keratin/io/limits.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

/// What the subcommands of `keratin` do, and their options. Each returns the exit code of the program: 0, or
/// 1 when the answer is no. What goes wrong is thrown.
namespace tool {

constexpr int checked_in_part = 3;  ///< exit code

/// What all subcommands take.
struct Common {
    bool json = false;  ///< one JSON object on standard output instead of text
    keratin::io::ReadLimits limits;
};

struct InspectOptions : Common {
    std::string file;
    bool statistics = true;
};
/// What a file holds: its format and metadata, the model's summary, every tensor with its statistics.
int inspect(const InspectOptions& options);

struct ConvertOptions : Common {
    std::string from;
    std::string to;
    std::string model;  ///< where the layers come from when `from` has none that can be built
    bool overwrite = false;
};
/// Writes a file's model, or its tensors, in the format that the other path ends in.
int convert(const ConvertOptions& options);

struct VerifyOptions : Common {
    std::string file;
};
/// Reads all of a file, builds its model, looks for numbers that are not finite, and runs the self-test if
/// the file has one; 1 when something is wrong, `checked_in_part` when nothing is and the model holds what
/// keratin does not know.
int verify(const VerifyOptions& options);

struct DiffOptions : Common {
    std::string a;
    std::string b;
    double atol = 0;
    double rtol = 0;
};
/// Where two files differ, in their configs and tensors; 1 when they do.
int diff(const DiffOptions& options);

struct PredictOptions : Common {
    std::string model;
    std::vector<std::string> images;
    double scale = 1.0 / 255;
    double offset = 0;
    int64_t top = 3;
    std::string labels;  ///< a text file, one class a line
};
/// What a model says about pictures, each brought to the size and the channels of the model's input.
int predict(const PredictOptions& options);

/// A script that completes the tool's subcommands, options and files in "bash", "zsh" or "fish".
std::string completion(const CLI::App& app, const std::string& shell);

}  // namespace tool
