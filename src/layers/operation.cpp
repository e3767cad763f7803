#include <keratin/layers/operation.hpp>

#include "layers/layer_state.hpp"
#include "layers/operations/plan.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

namespace keratin::layers {
namespace {

using operations::Operand;
using operations::OperandSpec;
using Kind = OperandSpec::Kind;

constexpr int64_t largest_sample = int64_t{1} << 28;    ///< elements of a result
constexpr int64_t largest_stand_in = int64_t{1} << 24;  ///< elements, to find shapes with
constexpr int64_t large = int64_t{1} << 20;             ///< elements that are better not made for that

/// What stands for an open batch and for other open extents, in the order in which they are tried: the second
/// divides by more numbers, the last ones have what others are too short for.
struct Trial {
    int64_t batch, other, largest;
};
constexpr std::array<Trial, 4> trials = {
    {{2, 8, largest_stand_in}, {12, 24, largest_stand_in}, {2, 240, large}, {2, 4096, large}}};

/// What a result may have for a batch of this size.
int64_t limit_of(const std::vector<Tensor>& inputs) {
    int64_t batch = 1;
    for (const Tensor& x : inputs)
        if (x.rank() > 0) batch = std::max(batch, x.shape()[0]);
    return std::min(batch, largest_sample) * largest_sample;
}

std::string_view class_of(std::string_view function) {
    return function.substr(function.rfind('.') + 1);
}

bool is_open_ended(const std::vector<OperandSpec>& specs) {
    return !specs.empty() && (specs.back().kind == Kind::rest || specs.back().kind == Kind::list);
}

/// The defaults, replaced by what is given.
Config completed(const char* json, const Config& given, const std::string& owner) {
    Config arguments = *json ? Config::from_json(json) : Config::object();
    if (!given.is_null())
        for (const auto& [key, value] : given.members()) {
            if (!arguments.find(key)) {
                std::vector<std::string> names;
                for (const auto& [name, otherwise] : arguments.members()) names.push_back(name);
                fail<ValueError>("{}: it has no argument \"{}\"; its arguments are [{}]", owner, key,
                                 fmt::join(names, ", "));
            }
            arguments.set(key, value);
        }
    for (const auto& [key, value] : arguments.members())
        if (value == Config("!")) fail<ValueError>("{}: the argument \"{}\" must be given", owner, key);
    return arguments;
}

}  // namespace

Operation::Plan::Plan(std::string_view wanted, Config given, OperationOptions options)
    : name(wanted),
      function(operations::function_of(wanted, options.name.empty() ? "Operation" : options.name)),
      specs(operations::operand_specs(function)),
      arguments(completed(function.arguments, given, options.name.empty() ? name : options.name)) {
    for (const auto& [position, literal] : options.literals) {
        const bool is_key = position < specs.size() && specs[position].name == "key";
        const std::string_view wrapper = operations::wrapper_of(literal);
        constants[position] = {
            {is_key ? Tensor() : operations::tensor_of(literal, name), wrapper.empty() ? literal : Config()},
            wrapper};
    }
    for (const auto& [position, value] : options.constants) {
        if (!value.defined()) fail<ValueError>("{}: constant {} is an undefined tensor", name, position);
        if (value.rank() == 0)
            constants[position] = {{{}, operations::literal_of(value, {})}, {}};
        else
            constants[position] = {{value, {}}, "__tensor__"};
    }
    if (!constants.empty() && !is_open_ended(specs) && constants.rbegin()->first >= specs.size())
        fail<ValueError>("{}: there is a constant for operand {}, and it has {} operands", name,
                         constants.rbegin()->first, specs.size());
}

Config Operation::Plan::Constant::written() const {
    return wrapper.empty() ? operand.literal : operations::literal_of(operand.tensor, wrapper);
}

std::vector<Operand> Operation::Plan::operands(const std::vector<Tensor>& inputs,
                                               const std::string& owner) const {
    const bool open_ended = is_open_ended(specs);
    const size_t count = open_ended ? inputs.size() + constants.size() : specs.size();
    std::vector<Operand> result(count);
    size_t next = 0;
    for (size_t i = 0; i < count; ++i) {
        if (const auto constant = constants.find(i); constant != constants.end()) {
            result[i] = constant->second.operand;
        } else if (next < inputs.size()) {
            result[i].tensor = inputs[next++];
        } else if (open_ended || specs[i].kind == Kind::required) {
            fail<ValueError>("{}: {} takes {} ({}) and got {} inputs and {} constants", owner, name,
                             specs.size() == 1 ? "one operand" : fmt::format("{} operands", specs.size()),
                             function.operands, inputs.size(), constants.size());
        }
    }
    if (next < inputs.size())
        fail<ValueError>("{}: {} takes the operands ({}); {} inputs and {} constants are too many", owner,
                         name, function.operands, inputs.size(), constants.size());
    return result;
}

std::vector<Tensor> Operation::Plan::run(const std::vector<Tensor>& inputs, const std::string& owner,
                                         int64_t limit) const {
    const std::vector<Operand> given = operands(inputs, owner);
    const operations::Call call(owner, arguments, given, limit);
    if (function.run_list) return function.run_list(call);
    return {function.run(call)};
}

Operation::Operation(std::string_view function, Config arguments, OperationOptions options)
    : Operation(std::make_shared<const Plan>(function, std::move(arguments), options), options.name) {}

Operation::Operation(std::shared_ptr<const Plan> plan, const std::string& name)
    : ListLayer({.name = name}, class_of(plan->name)), plan_(std::move(plan)) {
    state_->takes_any_float = true;
}

std::vector<std::string> Operation::functions() {
    return operations::function_names();
}

const std::string& Operation::function() const {
    return plan_->name;
}

const Config& Operation::arguments() const {
    return plan_->arguments;
}

std::vector<Tensor> Operation::call_list(const std::vector<Tensor>& inputs) {
    return plan_->run(inputs, name(), limit_of(inputs));
}

namespace {

/// The shapes with their open extents filled in: the batch, and others.
std::vector<Tensor> stand_ins(const std::vector<Shape>& shapes, const std::vector<DType>& dtypes,
                              const Trial& trial, const std::string& owner) {
    std::vector<Tensor> tensors;
    for (size_t i = 0; i < shapes.size(); ++i) {
        Shape shape = shapes[i];
        for (int axis = 0; axis < shape.rank(); ++axis)
            if (shape[axis] == Shape::unknown)
                shape = shape.with(axis, axis == 0 ? trial.batch : trial.other);
        if (shape.size() > trial.largest)
            fail<ShapeError>("{}: an input of shape {} is too large", owner, shapes[i]);
        tensors.push_back(zeros(shape, dtypes[i]));
    }
    return tensors;
}

/// As broadcast(), where an open extent goes with any.
Shape broadcast_open(const Shape& a, const Shape& b, const std::string& owner) {
    std::vector<int64_t> left, right;
    for (const auto& [shape, filled] : {std::pair(&a, &left), std::pair(&b, &right)}) {
        filled->assign(static_cast<size_t>(std::max(a.rank(), b.rank()) - shape->rank()), 1);
        filled->insert(filled->end(), shape->begin(), shape->end());
    }
    std::vector<size_t> open;
    for (size_t axis = 0; axis < left.size(); ++axis) {
        int64_t &x = left[axis], &y = right[axis];
        if (x != Shape::unknown && y != Shape::unknown) continue;
        if (std::max(x, y) <= 1) open.push_back(axis);
        x = y = std::max<int64_t>(std::max(x, y), 1);
    }
    Shape shape = broadcast(Shape(left), Shape(right), owner.c_str());
    for (const size_t axis : open) shape = shape.with(static_cast<int>(axis), Shape::unknown);
    return shape;
}

bool is_large(const Shape& shape) {
    int64_t elements = 1;
    for (const int64_t extent : shape) {
        if (extent == 0) return false;
        const int64_t factor = extent == Shape::unknown ? 8 : extent;
        if (elements > large / factor) return true;
        elements *= factor;
    }
    return false;
}

}  // namespace

/// What a function of single numbers makes of inputs that are too large to try it on.
Operation::Output Operation::broadcast_spec(const std::vector<Shape>& shapes,
                                            const std::vector<DType>& dtypes) const {
    std::vector<Tensor> numbers;
    for (const DType dtype : dtypes) numbers.push_back(zeros({}, dtype));
    const std::vector<Tensor> result = plan_->run(numbers, name(), largest_stand_in);
    Shape shape = result.front().shape();  // the constants'
    for (const Shape& input : shapes) shape = broadcast_open(shape, input, name());
    return {shape, result.front().dtype()};
}

std::vector<Operation::Output> Operation::compute_output_spec(const std::vector<Shape>& shapes,
                                                              const std::vector<DType>& dtypes) const {
    const bool open =
        std::any_of(shapes.begin(), shapes.end(), [](const Shape& shape) { return !shape.is_static(); });
    const NoGradient pause;
    if (operations::is_elementwise(plan_->function) && std::any_of(shapes.begin(), shapes.end(), is_large))
        return {broadcast_spec(shapes, dtypes)};
    const auto trace = [&](const Trial& trial) {
        return plan_->run(stand_ins(shapes, dtypes, trial, name()), name(), trial.largest);
    };
    const auto compare = [&](const Trial& trial) {
        const std::vector<Tensor> one = trace(trial);
        std::vector<Output> outputs;
        for (const Tensor& y : one) outputs.push_back({y.shape(), y.dtype()});
        if (!open) return outputs;
        const std::vector<Tensor> two = trace({2 * trial.batch, 2 * trial.other, trial.largest});
        if (two.size() != one.size())
            fail<ShapeError>("{}: how many results it has hangs on an extent that is open in {}", name(),
                             shapes.front());
        for (size_t i = 0; i < two.size(); ++i) {
            if (two[i].rank() != one[i].rank())
                fail<ShapeError>("{}: the rank of its result hangs on an extent that is open in {}", name(),
                                 shapes.front());
            for (int axis = 0; axis < one[i].rank(); ++axis)
                if (one[i].shape()[axis] != two[i].shape()[axis])
                    outputs[i].shape = outputs[i].shape.with(axis, Shape::unknown);
        }
        return outputs;
    };
    if (!open) return compare({1, 1, largest_stand_in});
    // What begins behind the end of a stand-in is empty there.
    const auto has_empty = [](const std::vector<Output>& outputs) {
        return std::any_of(outputs.begin(), outputs.end(), [](const Output& y) {
            return std::find(y.shape.begin(), y.shape.end(), 0) != y.shape.end();
        });
    };
    std::optional<std::vector<Output>> found;
    std::exception_ptr refused;
    for (const Trial& trial : trials) try {
            found = compare(trial);
            if (!has_empty(*found)) break;
        } catch (const Error&) {
            if (!refused) refused = std::current_exception();
        }
    if (!found) std::rethrow_exception(refused);
    return *found;
}

std::vector<Shape> Operation::compute_output_shapes(const std::vector<Shape>& inputs) const {
    std::vector<Shape> shapes;
    for (const Output& output : compute_output_spec(inputs, std::vector<DType>(inputs.size(), float32)))
        shapes.push_back(output.shape);
    return shapes;
}

bool Operation::has_constants() const {
    return !plan_->constants.empty();
}

Config Operation::get_config() const {
    Config config = Config::object({{"name", name()}});
    for (const auto& [key, value] : plan_->arguments.members()) config.set(key, value);
    return config;
}

Config Operation::call_config(const std::vector<Config>& tensors) const {
    const bool open_ended = is_open_ended(plan_->specs);
    const size_t needed = has_constants() ? plan_->constants.rbegin()->first + 1 : 0;
    const size_t count =
        open_ended ? std::max(needed, tensors.size() + plan_->constants.size()) : plan_->specs.size();
    const Config stand_in = tensors.empty() ? Config::object({{"class_name", "__keras_tensor__"}}) : Config();
    Config::List args;
    Config kwargs = Config::object();
    for (size_t i = 0, next = 0; i < count; ++i) {
        const auto constant = plan_->constants.find(i);
        Config value = constant != plan_->constants.end() ? constant->second.written()
                       : next < tensors.size()            ? tensors[next++]
                                                          : stand_in;
        if (!open_ended && plan_->specs[i].kind == Kind::keyword)
            kwargs.set(plan_->specs[i].name, std::move(value));
        else
            args.push_back(std::move(value));
    }
    if (open_ended && plan_->specs.back().kind == Kind::list) args = {Config(std::move(args))};
    return Config::object({{"args", std::move(args)}, {"kwargs", std::move(kwargs)}});
}

KerasTensor operation(std::string_view function, const KerasTensor& x, Config arguments,
                      OperationOptions options) {
    return Operation(function, std::move(arguments), std::move(options))(x);
}

KerasTensor operation(std::string_view function, const std::vector<KerasTensor>& inputs, Config arguments,
                      OperationOptions options) {
    return Operation(function, std::move(arguments), std::move(options))(inputs);
}

}  // namespace keratin::layers
