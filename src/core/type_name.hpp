#pragma once

#include <string>
#include <typeinfo>

namespace keratin {

/// "Residual" of app::Residual, (anonymous namespace)::Residual and Residual<3>.
std::string plain_name(const std::type_info& type);

}  // namespace keratin
