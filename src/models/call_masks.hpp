#pragma once

#include "layers/node.hpp"

#include <keratin/core/config.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace keratin {

/// Which mask each tensor of a functional model carries, told apart from those that its config hands to
/// layers. Keras writes the first kind among a call's arguments as well, as operations that nobody called.
class CallMasks {
public:
    using Operations = std::map<std::string, const Config*>;
    using Find = std::function<std::optional<KerasTensor>(const Config::List& origin)>;

    /// `operations`: nodes by name; `find`: the tensor of [layer, call, output], if it is there yet.
    CallMasks(const Operations& operations, Find find) : operations_(operations), find_(std::move(find)) {}

    /// Notes what a call's results carry, from what its inputs do.
    void note(const detail::Node& call);
    /// True when what stands at `origin` is the mask that x carries.
    bool carries(const KerasTensor& x, const Config::List& origin);

private:
    /// What a mask is computed by, such that equal ones have one number; nothing for what is no mask.
    using Term = std::optional<size_t>;

    Term term(const std::string& text);
    Term carried(const KerasTensor& x) const;
    Term of_tensor(const KerasTensor& x);
    Term of_origin(const Config::List& origin, int depth);
    Term of_operation(const Config& node, const Config& call, int depth);
    Term merged(const detail::Node& call);
    Term concatenated(const detail::Node& call, int axis);

    const Operations& operations_;
    Find find_;
    std::map<std::string, size_t> terms_;
    std::map<const detail::Node*, size_t> carried_;                  ///< by the first output
    std::map<std::pair<std::string, int64_t>, Term> of_operations_;  ///< by name and call
};

}  // namespace keratin
