// keratin: looks into model files, converts, checks and compares them, and runs them on pictures.

#include "commands.hpp"

#include "common/arguments.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/printable.hpp>
#include <keratin/core/version.hpp>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <iostream>
#include <system_error>

namespace {

using apps::whole;

void add_common(CLI::App& command, tool::Common& options) {
    command.add_flag("--json", options.json, "one JSON object instead of text");
    command
        .add_option_function<int64_t>(
            "--limit",
            [&options](const int64_t& mebibytes) {
                options.limits.unpacked_bytes = static_cast<uint64_t>(mebibytes) << 20;
            },
            "MiB that a file may unpack to; 1024 when not given")
        ->check(whole(1, int64_t{1} << 30));
}

CLI::App* add_inspect(CLI::App& app, tool::InspectOptions& options) {
    CLI::App* command = app.add_subcommand("inspect", "what a file holds: layers, tensors, statistics");
    command->add_option("file", options.file, "model or weights")->required();
    command->add_flag("!--no-statistics", options.statistics, "names, shapes and dtypes only");
    add_common(*command, options);
    return command;
}

CLI::App* add_convert(CLI::App& app, tool::ConvertOptions& options) {
    CLI::App* command = app.add_subcommand("convert", "write a file's model or weights in another format");
    command->add_option("in", options.from, "model or weights")->required();
    command->add_option("out", options.to, ".keras, .onnx, .weights.h5, .safetensors, .npz or .npy")
        ->required();
    command->add_option("--model", options.model, "file with the layers, when IN has none that can be built");
    command->add_flag("--overwrite", options.overwrite, "replace a file that is there");
    add_common(*command, options);
    return command;
}

CLI::App* add_verify(CLI::App& app, tool::VerifyOptions& options) {
    CLI::App* command = app.add_subcommand(
        "verify", "read all of a file and run its self-test; 1 if it is bad, 3 if part could not be checked");
    command->add_option("file", options.file, "model or weights")->required();
    add_common(*command, options);
    return command;
}

CLI::App* add_diff(CLI::App& app, tool::DiffOptions& options) {
    CLI::App* command = app.add_subcommand("diff", "where two files differ; 1 if they do");
    command->add_option("a", options.a, "model or weights")->required();
    command->add_option("b", options.b, "model or weights")->required();
    command->add_option("--atol", options.atol, "numbers may differ by this much")
        ->check(apps::not_negative());
    command->add_option("--rtol", options.rtol, "and by this share of B's")->check(apps::not_negative());
    add_common(*command, options);
    return command;
}

CLI::App* add_predict(CLI::App& app, tool::PredictOptions& options) {
    CLI::App* command = app.add_subcommand("predict", "what a model says about pictures");
    command->add_option("model", options.model, ".keras, .h5 or .onnx file")->required();
    command->add_option("images", options.images, "PNG, JPEG, BMP, PGM or PPM files")->required();
    command->add_option("--scale", options.scale, "pixels from 0 to 255 are multiplied by it")
        ->check(apps::finite())
        ->capture_default_str();
    command->add_option("--offset", options.offset, "and this is added")
        ->check(apps::finite())
        ->capture_default_str();
    command->add_option("--top", options.top, "how many of the largest outputs are shown")
        ->check(whole(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--labels", options.labels, "text file with a class's name in each line");
    add_common(*command, options);
    return command;
}

/// False, and says so, for a first word that is neither an option nor a command.
bool knows(const CLI::App& app, const std::string& word) {
    if (word.starts_with('-')) return true;
    std::string commands;
    for (const CLI::App* command : app.get_subcommands({})) {
        if (command->get_name() == word) return true;
        commands += (commands.empty() ? "" : ", ") + command->get_name();
    }
    fmt::print(stderr, "keratin: no command is called \"{}\"; there are {}; --help says more\n", word,
               commands);
    return false;
}

/// The exit code once all that was printed is out; 1 when it cannot be.
int written(int code) {
    std::cout.flush();  // CLI11's
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout) return code;
    fmt::print(stderr, "keratin: standard output cannot be written: {}\n",
               std::generic_category().message(errno));
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "Looks into model files: .keras, .h5, .weights.h5, .weights.json, .safetensors, .npz, .npy and "
        ".onnx");
    app.set_version_flag("--version", fmt::format("keratin {}.{}.{}", KERATIN_VERSION_MAJOR,
                                                  KERATIN_VERSION_MINOR, KERATIN_VERSION_PATCH));
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 done, 1 the answer is no or something failed, 2 wrong arguments, 3 verify could not "
        "check all.");
    tool::InspectOptions inspect;
    tool::ConvertOptions convert;
    tool::VerifyOptions verify;
    tool::DiffOptions diff;
    tool::PredictOptions predict;
    std::string shell;
    const CLI::App* inspect_command = add_inspect(app, inspect);
    const CLI::App* convert_command = add_convert(app, convert);
    const CLI::App* verify_command = add_verify(app, verify);
    const CLI::App* diff_command = add_diff(app, diff);
    const CLI::App* predict_command = add_predict(app, predict);
    app.add_subcommand("completion", "a script that completes this tool's words; source it in your shell")
        ->add_option("shell", shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));

    if (argc > 1 && !knows(app, argv[1])) return apps::wrong_arguments;
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error) == 0 ? 0 : apps::wrong_arguments;  // --help is an error of code 0
        return written(code);
    }
    try {
        if (*inspect_command) return written(tool::inspect(inspect));
        if (*convert_command) return written(tool::convert(convert));
        if (*verify_command) return written(tool::verify(verify));
        if (*diff_command) return written(tool::diff(diff));
        if (*predict_command) return written(tool::predict(predict));
        fmt::print("{}", tool::completion(app, shell));
        return written(0);
    } catch (const keratin::Error& error) {
        fmt::print(stderr, "keratin: {}\n", keratin::printable(error.what()));
    } catch (const std::system_error& error) {  // {fmt}'s
        fmt::print(stderr, "keratin: standard output cannot be written: {}\n", error.code().message());
    } catch (const std::exception& error) {
        fmt::print(stderr, "keratin: unexpected: {}\n", keratin::printable(error.what()));
    }
    return 1;
}
