#include <cmath>
#include <vector>

#include "kernels/reference/families.hpp"

namespace keratin::kernels::reference {
namespace {

/// Calls visit(pooled element, its four elements of the convolution's result).
template <class Visit>
void visit_squares(const Conv2D& c, Visit visit) {
    const int64_t rows = c.out_h / 2, cols = c.out_w / 2;
    for (int64_t p = 0; p < c.batch * rows * cols * c.out_c; ++p) {
        const int64_t channel = p % c.out_c, j = p / c.out_c % cols, i = p / c.out_c / cols % rows;
        const int64_t n = p / c.out_c / cols / rows;
        int64_t four[4];
        for (int64_t s = 0; s < 4; ++s)
            four[s] = ((n * c.out_h + 2 * i + s / 2) * c.out_w + 2 * j + s % 2) * c.out_c + channel;
        visit(p, four);
    }
}

template <class T>
Table<T> convolutions() {
    Table<T> table{};
    fill_conv(table);
    return table;
}

template <class T>
void conv_max_pool(const Context& context, const Conv2D& c, const T* x, const T* kernel, const T* bias,
                   Activation activation, T* y, uint8_t* where) {
    std::vector<T> all(static_cast<size_t>(c.batch * c.out_h * c.out_w * c.out_c));
    convolutions<T>().conv2d(context, c, x, kernel, bias, activation, all.data());
    visit_squares(c, [&](int64_t p, const int64_t(&four)[4]) {
        int64_t best = 0;
        for (int64_t s = 1; s < 4; ++s) {
            const T now = all[static_cast<size_t>(four[s])], old = all[static_cast<size_t>(four[best])];
            if (now > old || (std::isnan(now) && !std::isnan(old))) best = s;
        }
        y[p] = all[static_cast<size_t>(four[best])];
        if (where) where[p] = static_cast<uint8_t>(best);
    });
}

/// dy at the chosen outputs, zeros elsewhere.
template <class T>
std::vector<T> spread(const Conv2D& c, const uint8_t* where, const T* dy) {
    std::vector<T> all(static_cast<size_t>(c.batch * c.out_h * c.out_w * c.out_c));
    visit_squares(
        c, [&](int64_t p, const int64_t(&four)[4]) { all[static_cast<size_t>(four[where[p]])] = dy[p]; });
    return all;
}

template <class T>
void input_gradient(const Context& context, const Conv2D& c, const uint8_t* where, const T* dy,
                    const T* kernel, T* dx, bool accumulate) {
    convolutions<T>().conv2d_input_gradient(context, c, spread(c, where, dy).data(), kernel, dx, accumulate);
}

template <class T>
void kernel_gradient(const Context& context, const Conv2D& c, const T* x, const uint8_t* where, const T* dy,
                     T* dkernel, bool accumulate) {
    convolutions<T>().conv2d_kernel_gradient(context, c, x, spread(c, where, dy).data(), dkernel, accumulate);
}

}  // namespace

template <class T>
void fill_conv_max_pool(Table<T>& table) {
    table.conv2d_max_pool = conv_max_pool<T>;
    table.conv2d_max_pool_input_gradient = input_gradient<T>;
    table.conv2d_max_pool_kernel_gradient = kernel_gradient<T>;
}

template void fill_conv_max_pool(Table<float>&);
template void fill_conv_max_pool(Table<double>&);

}  // namespace keratin::kernels::reference
