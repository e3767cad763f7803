#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace keratin::operations {
namespace {

using Table = std::map<std::string_view, const Function*>;

const Table& table() {
    static const Table all = [] {
        Table table;
        for (const auto& family :
             {arithmetic_functions(), logic_functions(), reduction_functions(), shape_functions(),
              filling_functions(), joining_functions(), index_functions(), product_functions(),
              activation_functions(), network_functions(), window_functions(), image_functions()})
            for (const Function& function : family) table.emplace(function.name, &function);
        return table;
    }();
    return all;
}

}  // namespace

const Function& function_of(std::string_view name, const std::string& owner) {
    const auto found = table().find(name);
    if (found == table().end())
        fail<ValueError>("{}: \"{}\" is no function that keratin has; there are {}", owner, name,
                         fmt::join(function_names(), ", "));
    return *found->second;
}

std::vector<std::string> function_names() {
    std::vector<std::string> names;
    for (const auto& [name, function] : table()) names.emplace_back(name);
    return names;
}

std::vector<OperandSpec> operand_specs(const Function& function) {
    using Kind = OperandSpec::Kind;
    std::vector<OperandSpec> specs;
    std::string_view left = function.operands;
    while (!left.empty()) {
        const size_t end = std::min(left.find(' '), left.size());
        std::string_view word = left.substr(0, end);
        left.remove_prefix(std::min(end + 1, left.size()));
        Kind kind = Kind::required;
        if (word.front() == '[') {
            kind = Kind::list;
            word = word.substr(1, word.size() - 2);
        } else if (word.front() == '*') {
            kind = Kind::rest;
            word.remove_prefix(1);
        } else if (word.back() == '?' || word.back() == '=') {
            kind = word.back() == '?' ? Kind::optional : Kind::keyword;
            word.remove_suffix(1);
        }
        specs.push_back({std::string(word), kind});
    }
    return specs;
}

}  // namespace keratin::operations
