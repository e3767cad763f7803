#include "kernels/reference/families.hpp"

namespace keratin::kernels::reference {
namespace {

template <class T>
void gather_scale(const Context&, const uint8_t* x, const int64_t* index, T scale, T* y, int64_t rows,
                  int64_t cols) {
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < cols; ++c) y[r * cols + c] = static_cast<T>(x[index[r] * cols + c]) * scale;
}

}  // namespace

template <class T>
void fill_data(Table<T>& table) {
    table.gather_scale = gather_scale<T>;
}

template void fill_data(Table<float>&);
template void fill_data(Table<double>&);

}  // namespace keratin::kernels::reference
