#include <keratin/core/tensors.hpp>

#include <keratin/core/error.hpp>

namespace keratin {

Tensors::Tensors(std::vector<Tensor> several) {
    if (several.empty()) return;
    first_ = std::move(several.front());
    rest_.assign(std::make_move_iterator(several.begin() + 1), std::make_move_iterator(several.end()));
}

std::vector<Tensor> Tensors::list() const {
    std::vector<Tensor> all;
    for (size_t i = 0; i < size(); ++i) all.push_back((*this)[i]);
    return all;
}

void Tensors::push_back(Tensor tensor) {
    if (size() == 0)
        first_ = std::move(tensor);
    else
        rest_.push_back(std::move(tensor));
}

Tensors::operator const Tensor&() const {
    if (!rest_.empty())
        fail<ValueError>("Tensors: there are {} where one is wanted; take one of them by its index", size());
    return first_;
}

}  // namespace keratin
