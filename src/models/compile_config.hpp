#pragma once

#include <keratin/core/config.hpp>
#include <keratin/models/training.hpp>

#include <cstddef>
#include <string>

namespace keratin {

/// The arguments of compile() as Keras's files hold them. Throws ValueError, beginning with `owner`, for what
/// has no config: losses, metrics and learning rates given as functions.
Config compile_config(const CompileOptions& options, const std::string& owner);
/// Back again, for a model of so many outputs; Keras 2's training_config as well, without its optimizer.
CompileOptions read_compile_config(const Config& config, size_t outputs, const std::string& owner);

}  // namespace keratin
