#include "onnx/import/folding.hpp"
#include "onnx/import/graph.hpp"

#include <array>

namespace keratin::onnx {
namespace {

constexpr uint64_t spare = uint64_t{32} << 20;
constexpr uint64_t no_end = uint64_t{1} << 62;

uint64_t bytes_of(const Tensor& tensor) {
    return static_cast<uint64_t>(tensor.size()) * size_of(tensor.dtype());
}

uint64_t times(uint64_t a, uint64_t b) {
    uint64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? no_end : std::min(product, no_end);
}

/// Elements of a result to which all operands broadcast; the last `without` axes are left out.
uint64_t broadcast_size(const std::vector<Tensor>& operands, int without) {
    uint64_t elements = 1;
    for (int behind = without + 1; behind <= Shape::max_rank; ++behind) {
        int64_t extent = 0;
        bool any = false;
        for (const Tensor& one : operands) {
            if (one.rank() < behind) continue;
            const int64_t own = one.shape()[-behind];
            extent = any && (own == 1 || extent == 1) ? own * extent : std::max(extent, own);
            any = true;
        }
        if (any) elements = times(elements, static_cast<uint64_t>(extent));
    }
    return elements;
}

/// Elements of a result, and multiplications that it takes.
struct Cost {
    uint64_t elements, work;
};

Cost cost_of_product(const Tensor& a, const Tensor& b) {
    const auto extent = [](const Tensor& x, int axis) {
        return x.rank() >= -axis ? static_cast<uint64_t>(x.shape()[axis]) : 1;
    };
    const uint64_t rows = a.rank() > 1 ? extent(a, -2) : 1, columns = b.rank() > 1 ? extent(b, -1) : 1;
    const uint64_t elements = times(broadcast_size({a, b}, 2), times(rows, columns));
    return {elements, times(elements, a.rank() ? extent(a, -1) : 1)};
}

/// Of an equation each letter is a loop, and those of the result are its extents.
Cost cost_of_einsum(const std::string& equation, const std::vector<Tensor>& operands) {
    std::array<uint64_t, 256> extents{};
    size_t at = 0;
    Cost cost{1, 1};
    for (const Tensor& one : operands) {
        for (int axis = 0; axis < one.rank() && at < equation.size(); ++axis, ++at)
            extents[static_cast<unsigned char>(equation[at])] = std::max(
                extents[static_cast<unsigned char>(equation[at])], static_cast<uint64_t>(one.shape()[axis]));
        at = equation.find(',', at) == std::string::npos ? equation.size() : equation.find(',', at) + 1;
    }
    for (const uint64_t extent : extents)
        if (extent > 0) cost.work = times(cost.work, extent);
    const size_t arrow = equation.find("->");
    for (size_t i = arrow == std::string::npos ? equation.size() : arrow + 2; i < equation.size(); ++i)
        if (const uint64_t extent = extents[static_cast<unsigned char>(equation[i])]; extent > 0)
            cost.elements = times(cost.elements, extent);
    // Dots stand for axes that nothing here tells apart.
    if (equation.find('.') != std::string::npos)
        for (const Tensor& one : operands) {
            cost.elements = times(cost.elements, static_cast<uint64_t>(one.size()));
            cost.work = times(cost.work, static_cast<uint64_t>(one.size()));
        }
    return cost;
}

}  // namespace

void Folding::hold(const Tensor& tensor) {
    held_ += bytes_of(tensor);
}

void Folding::drop(const Tensor& tensor) {
    held_ -= std::min(held_, bytes_of(tensor));
}

uint64_t Folding::room() const {
    const uint64_t most = std::min(allowed_, spare + 2 * file_);
    return most - std::min(most, held_);
}

bool Folding::work(uint64_t numbers) {
    worked_ = std::min(worked_ + std::min(numbers, no_end), no_end);
    return worked_ <= spare + 8 * file_;
}

void Node::check_room(uint64_t elements, uint64_t work) const {
    constexpr uint64_t element = 4;  ///< bytes
    if (times(elements, element) > importer.folding().room())
        wrong(
            "its result is constant and has {} elements; for those of all nodes there are {} bytes left, "
            "which the size of the file and ReadLimits::unpacked_bytes bound",
            elements, importer.folding().room());
    if (!importer.folding().work(std::max(elements, work)))
        wrong("it and others before it are constant, and take more work than a file of this size is worth");
}

void Node::check_room(std::string_view function, const Config& arguments,
                      const std::vector<Tensor>& operands) const {
    constexpr uint64_t products_for_one = 16;  ///< that are as quick as a function of one number
    Cost cost{0, 0};
    if (function == "numpy.Matmul")
        cost = cost_of_product(operands[0], operands[1]);
    else if (function == "numpy.Einsum")
        cost = cost_of_einsum(arguments["subscripts"].as_string(), operands);
    else if (operands.size() > 1 && function != "numpy.Take")  // whose indices are few
        cost.elements = broadcast_size(operands, 0);
    for (const Tensor& one : operands)
        cost.elements = std::max(cost.elements, static_cast<uint64_t>(one.size()));
    check_room(cost.elements, cost.work / products_for_one);
}

}  // namespace keratin::onnx
