#include "core/near_names.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace keratin {
namespace {

constexpr size_t longest_name = 64;  // the work grows with the square
constexpr size_t most_names = 3;

bool is_capital(char letter) {
    return letter >= 'A' && letter <= 'Z';
}

/// Of "HeNormal" and of "he_normal".
std::string letters_of(std::string_view name) {
    std::string letters;
    for (const char letter : name)
        if (letter != '_') letters += is_capital(letter) ? static_cast<char>(letter - 'A' + 'a') : letter;
    return letters;
}

/// Letters to put in, take out, replace, or swap with the next (optimal string alignment).
size_t distance(std::string_view a, std::string_view b) {
    std::vector<size_t> before, last(b.size() + 1), row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        before = std::exchange(last, row);
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row.back();
}

bool holds(std::string_view whole, std::string_view part, size_t least) {
    return part.size() >= least && whole.find(part) != std::string_view::npos;
}

struct Near {
    size_t apart;
    std::string_view name;
    std::string letters;
};

}  // namespace

std::string near_names(std::string_view wanted, const std::vector<std::string_view>& known) {
    if (wanted.empty() || wanted.size() > longest_name) return "";
    const std::string letters = letters_of(wanted);
    const size_t most = std::max<size_t>(1, letters.size() / 3);
    std::vector<Near> found;
    for (const std::string_view name : known) {
        if (name.empty() || name.size() > longest_name || name == wanted) continue;
        Near near{0, name, letters_of(name)};
        near.apart = distance(letters, near.letters);
        if (holds(near.letters, letters, 2) || holds(letters, near.letters, 3))
            near.apart = std::min(near.apart, most);
        if (near.apart <= most) found.push_back(std::move(near));
    }
    // Of "Adam" and "adam" the one that begins alike.
    const bool capital = is_capital(wanted.front());
    std::stable_sort(found.begin(), found.end(), [&](const Near& a, const Near& b) {
        const bool a_differs = is_capital(a.name.front()) != capital,
                   b_differs = is_capital(b.name.front()) != capital;
        return std::pair(a.apart, a_differs) < std::pair(b.apart, b_differs);
    });
    std::string text;
    std::vector<std::string_view> said;
    for (const Near& near : found) {
        if (said.size() == most_names) break;
        if (std::find(said.begin(), said.end(), near.letters) != said.end()) continue;
        said.emplace_back(near.letters);
        text += (text.empty() ? "\"" : ", \"") + std::string(near.name) + '"';
    }
    return text;
}

}  // namespace keratin
