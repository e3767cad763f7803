#include "kernels/families.hpp"
#include "kernels/parallel.hpp"

namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
void gather_scale(const Context& context, const uint8_t* x, const int64_t* index, T scale, T* y, int64_t rows,
                  int64_t cols) {
    parallel_rows(context, rows, cols, 1, [=](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r) {
            const uint8_t* const from = x + index[r] * cols;
            for (int64_t c = 0; c < cols; ++c) y[r * cols + c] = static_cast<T>(from[c]) * scale;
        }
    });
}

}  // namespace

void fill_data(Table<float>& table) {
    table.gather_scale = gather_scale<float>;
}
void fill_data(Table<double>& table) {
    table.gather_scale = gather_scale<double>;
}

}  // namespace keratin::kernels::KERATIN_ISA
