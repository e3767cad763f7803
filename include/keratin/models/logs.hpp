#pragma once

#include <keratin/core/export.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace keratin {

/// Names and values of a step or an epoch: "loss", "accuracy", "val_loss". Sorted by name, as callbacks see
/// them.
class KERATIN_EXPORT Logs {
public:
    /// Throws ValueError listing the names when there is no such one.
    double operator[](std::string_view name) const;
    const double* find(std::string_view name) const;  ///< null when absent
    bool contains(std::string_view name) const { return find(name) != nullptr; }
    void set(const std::string& name, double value) { values_[name] = value; }

    auto begin() const { return values_.begin(); }
    auto end() const { return values_.end(); }
    size_t size() const { return values_.size(); }
    bool empty() const { return values_.empty(); }

private:
    std::map<std::string, double, std::less<>> values_;
};

/// What fit() returns (keras.callbacks.History): one value per epoch and name.
struct KERATIN_EXPORT History {
    std::map<std::string, std::vector<double>, std::less<>> history;
    std::vector<int64_t> epoch;

    /// The values of one name; throws ValueError listing the names.
    const std::vector<double>& operator[](std::string_view name) const;
};

}  // namespace keratin
