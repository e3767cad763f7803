#pragma once

#include <keratin/core/export.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keratin {

/// Names and values of a step or an epoch: "loss", "accuracy", "val_loss". Sorted by name, as callbacks see
/// them. A few of them, with short names, need no heap: a training step answers with them.
class KERATIN_EXPORT Logs {
public:
    using Item = std::pair<std::string, double>;

    /// Throws ValueError listing the names when there is no such one.
    double operator[](std::string_view name) const;
    const double* find(std::string_view name) const;  ///< null when absent
    bool contains(std::string_view name) const { return find(name) != nullptr; }
    void set(const std::string& name, double value);

    const Item* begin() const { return many_.empty() ? few_.data() : many_.data(); }
    const Item* end() const { return begin() + size(); }
    size_t size() const { return many_.empty() ? count_ : many_.size(); }
    bool empty() const { return size() == 0; }

private:
    std::array<Item, 4> few_;  ///< the first count_ are all, unless there are more
    size_t count_ = 0;
    std::vector<Item> many_;  ///< all, once they are more than a few
};

/// What fit() returns (keras.callbacks.History): one value per epoch and name.
struct KERATIN_EXPORT History {
    std::map<std::string, std::vector<double>, std::less<>> history;
    std::vector<int64_t> epoch;

    /// The values of one name; throws ValueError listing the names.
    const std::vector<double>& operator[](std::string_view name) const;
};

}  // namespace keratin
