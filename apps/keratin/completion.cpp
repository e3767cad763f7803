#include "commands.hpp"

#include <keratin/core/error.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace tool {
namespace {

struct Command {
    std::string name, description;
    std::vector<std::pair<std::string, std::string>> options;  ///< "--json" and what it does
};

std::vector<Command> commands_of(const CLI::App& app) {
    std::vector<Command> commands;
    for (const CLI::App* sub : app.get_subcommands({})) {
        Command command{sub->get_name(), sub->get_description(), {}};
        for (const CLI::Option* option : sub->get_options({}))
            for (const std::string& name : option->get_lnames())
                command.options.emplace_back("--" + name, option->get_description());
        commands.push_back(std::move(command));
    }
    return commands;
}

std::string bash(const std::vector<Command>& commands) {
    std::string names, cases;
    for (const Command& command : commands) {
        names += (names.empty() ? "" : "\\n") + command.name;
        std::string options;
        for (const auto& [name, description] : command.options)
            options += (options.empty() ? "" : "\\n") + name;
        cases += fmt::format("        {}) words=$'{}' ;;\n", command.name, options);
    }
    // zsh has no mapfile.
    return fmt::format(
        "_keratin() {{\n"
        "    local IFS=$'\\n' current=${{COMP_WORDS[COMP_CWORD]}} words=\"\"\n"
        "    COMPREPLY=()\n"
        "    if [[ $COMP_CWORD -eq 1 ]]; then\n"
        "        COMPREPLY=($(compgen -W $'{}' -- \"$current\"))\n"
        "        return\n"
        "    fi\n"
        "    case ${{COMP_WORDS[1]}} in\n{}    esac\n"
        "    if [[ $current == -* ]]; then\n"
        "        COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
        "    else\n"
        "        COMPREPLY=($(compgen -f -- \"$current\"))\n"
        "    fi\n"
        "}}\n"
        "complete -o filenames -F _keratin keratin\n",
        names, cases);
}

/// Inside single quotes of a shell.
std::string quoted(const std::string& text) {
    std::string result;
    for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return "'" + result + "'";
}

std::string fish(const std::vector<Command>& commands) {
    std::string script;
    for (const Command& command : commands) {
        script += fmt::format("complete -c keratin -n __fish_use_subcommand -f -a {} -d {}\n", command.name,
                              quoted(command.description));
        for (const auto& [name, description] : command.options)
            script += fmt::format("complete -c keratin -n '__fish_seen_subcommand_from {}' -l {} -d {}\n",
                                  command.name, name.substr(2), quoted(description));
    }
    return script;
}

}  // namespace

std::string completion(const CLI::App& app, const std::string& shell) {
    const std::vector<Command> commands = commands_of(app);
    if (shell == "bash") return bash(commands);
    if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash(commands);
    if (shell == "fish") return fish(commands);
    keratin::fail<keratin::ValueError>("completion: no shell is called \"{}\"; there are bash, zsh and fish",
                                       shell);
}

}  // namespace tool
