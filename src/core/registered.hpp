#pragma once

#include <string>
#include <vector>

/// The classes of keratin's own that configs may name, by kind: what the library offers, for its tests and
/// pages. Each list is defined beside its registry.
namespace keratin::detail {

std::vector<std::string> registered_layers();
std::vector<std::string> registered_initializers();
std::vector<std::string> registered_regularizers();
std::vector<std::string> registered_constraints();
std::vector<std::string> registered_losses();
std::vector<std::string> registered_metrics();
std::vector<std::string> registered_optimizers();
std::vector<std::string> registered_schedules();

}  // namespace keratin::detail
