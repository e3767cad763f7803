#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace keratin::detail {

/// Tokens, their places and the weights of their indices.
template <class Token>
class Vocabulary {
public:
    bool known = false;
    bool given = false;  ///< and not found by adapt()
    std::vector<Token> tokens;
    std::vector<double> idf_weights;

    void set(std::vector<Token> list, std::vector<double> weights) {
        tokens = std::move(list);
        idf_weights = std::move(weights);
        places_.clear();
        for (size_t i = 0; i < tokens.size(); ++i) places_.emplace(tokens[i], static_cast<int64_t>(i));
        known = true;
    }
    /// Among the tokens; -1 for one that is none of them.
    int64_t place(const Token& token) const {
        const auto found = places_.find(token);
        return found == places_.end() ? -1 : found->second;
    }

private:
    std::unordered_map<Token, int64_t> places_;
};

template <class Token>
struct Frequencies {
    std::map<Token, int64_t> tokens;     ///< how often each is there
    std::map<Token, int64_t> documents;  ///< in how many it is

    explicit Frequencies(const std::vector<std::vector<Token>>& all) {
        for (const std::vector<Token>& document : all) {
            for (const Token& token : document) ++tokens[token];
            for (const Token& token : std::set<Token>(document.begin(), document.end())) ++documents[token];
        }
    }
    /// The most frequent first, of equals the greater one.
    std::vector<Token> sorted(size_t most) const {
        std::vector<std::pair<int64_t, Token>> order;
        for (const auto& [token, count] : tokens) order.emplace_back(count, token);
        std::sort(order.rbegin(), order.rend());
        if (order.size() > most) order.resize(most);
        std::vector<Token> result;
        for (auto& entry : order) result.push_back(std::move(entry.second));
        return result;
    }
    /// log(1 + documents / (1 + those with the token)).
    std::vector<double> idf(const std::vector<Token>& of, size_t count) const {
        std::vector<double> weights;
        for (const Token& token : of)
            weights.push_back(
                std::log(1 + static_cast<double>(count) / static_cast<double>(1 + documents.at(token))));
        return weights;
    }
};

}  // namespace keratin::detail
