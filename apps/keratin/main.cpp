// keratin: looks into model files, converts, checks and compares them, and runs them on pictures.

#include "commands.hpp"

#include "common/arguments.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/printable.hpp>
#include <keratin/core/version.hpp>

#include <exception>

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
    command->add_option("--model", options.model, "file with the layers, when IN has weights only");
    command->add_flag("--overwrite", options.overwrite, "replace a file that is there");
    add_common(*command, options);
    return command;
}

CLI::App* add_verify(CLI::App& app, tool::VerifyOptions& options) {
    CLI::App* command =
        app.add_subcommand("verify", "read all of a file and run its self-test; 1 if it is bad");
    command->add_option("file", options.file, "model or weights")->required();
    add_common(*command, options);
    return command;
}

CLI::App* add_diff(CLI::App& app, tool::DiffOptions& options) {
    CLI::App* command = app.add_subcommand("diff", "where two files differ; 1 if they do");
    command->add_option("a", options.a, "model or weights")->required();
    command->add_option("b", options.b, "model or weights")->required();
    command->add_option("--atol", options.atol, "numbers may differ by this much")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--rtol", options.rtol, "and by this share of B's")->check(CLI::NonNegativeNumber);
    add_common(*command, options);
    return command;
}

CLI::App* add_predict(CLI::App& app, tool::PredictOptions& options) {
    CLI::App* command = app.add_subcommand("predict", "what a model says about pictures");
    command->add_option("model", options.model, ".keras, .h5 or .onnx file")->required();
    command->add_option("images", options.images, "PNG, JPEG, BMP, PGM or PPM files")->required();
    command->add_option("--scale", options.scale, "pixels from 0 to 255 are multiplied by it")
        ->capture_default_str();
    command->add_option("--offset", options.offset, "and this is added")->capture_default_str();
    command->add_option("--top", options.top, "how many of the largest outputs are shown")
        ->check(whole(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--labels", options.labels, "text file with a class's name in each line");
    add_common(*command, options);
    return command;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Looks into model files: .keras, .h5, .safetensors, .npz, .npy and .onnx");
    app.set_version_flag("--version", fmt::format("keratin {}.{}.{}", KERATIN_VERSION_MAJOR,
                                                  KERATIN_VERSION_MINOR, KERATIN_VERSION_PATCH));
    app.require_subcommand(1);
    app.footer("Exit codes: 0 done, 1 the answer is no or something failed, 2 wrong arguments.");
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

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : apps::wrong_arguments;  // --help is an error to CLI11, of code 0
    }
    try {
        if (*inspect_command) return tool::inspect(inspect);
        if (*convert_command) return tool::convert(convert);
        if (*verify_command) return tool::verify(verify);
        if (*diff_command) return tool::diff(diff);
        if (*predict_command) return tool::predict(predict);
        fmt::print("{}", tool::completion(app, shell));
        return 0;
    } catch (const keratin::Error& error) {
        fmt::print(stderr, "keratin: {}\n", keratin::printable(error.what()));
    } catch (const std::exception& error) {
        fmt::print(stderr, "keratin: unexpected: {}\n", keratin::printable(error.what()));
    }
    return 1;
}
