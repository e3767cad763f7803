#include "kernels/conv_max_pool.hpp"
#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"
#include "kernels/sparse.hpp"

/// dx behind a max pooling: for each output that was chosen by some channels, the kernels of those channels
/// times their gradients are added up in registers and then onto the window. The lanes are the entries (kw,
/// c) of a kernel row. The order is that of the outputs, and of the channels at each, whatever the registers
/// are.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
struct Job {
    const Conv2D& conv;
    Windows windows;
    Frame frame;
    Square square;
    const uint8_t* where;
    const T* dy;
    const T* filters;  ///< (out_c, kernel_h, vectors of a kernel row), zeros at the end of a row
    T* dx;
    bool accumulate;

    Job(const Conv2D& c, const uint8_t* chosen, const T* gradient, T* result, bool add)
        : conv(c),
          windows(windows_of(c)),
          frame(windows),
          square(windows, frame),
          where(chosen),
          dy(gradient),
          filters(nullptr),
          dx(result),
          accumulate(add) {}

    int64_t rows() const { return conv.out_h / 2; }
    int64_t cols() const { return conv.out_w / 2; }
    int64_t vectors() const { return divide_up(conv.kernel_w * conv.in_c, lanes<T>); }
    int64_t kernel_row() const { return vectors() * lanes<T>; }
    int64_t filter() const { return conv.kernel_h * kernel_row(); }
    int64_t work() const {
        return 2 * conv.batch * rows() * cols() * conv.out_c * conv.kernel_h * conv.kernel_w * conv.in_c;
    }
};

/// The channels that chose each output of a square.
struct Chosen {
    int32_t* list[4];
    int64_t count[4];

    template <class T>
    void fill(const uint8_t* where, const T* dy, int64_t channels) {
        for (int64_t& n : count) n = 0;
        for (int64_t c = 0; c < channels; ++c) {
            const uint8_t s = where[c];
            list[s][count[s]] = static_cast<int32_t>(c);
            count[s] += dy[c] != T(0);
        }
    }
};

template <int Rows, int Vectors, class T>
void add_patch(const Job<T>& job, const int32_t* list, int64_t count, const T* dy, const Patch& patch,
               T* to) {
    const int64_t tap_row = job.windows.rows.step * job.frame.row, kernel_row = job.kernel_row();
    const T* const filters = job.filters + patch.row * kernel_row + patch.vector * lanes<T>;
    to += patch.row * tap_row + patch.vector * lanes<T>;
    Vec<T> sum[Rows][Vectors];
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) sum[r][v] = Vec<T>::zero();
    for (int64_t k = 0; k < count; ++k) {
        const T* filter = filters + list[k] * job.filter();
        const Vec<T> gradient = Vec<T>::broadcast(dy[list[k]]);
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (int v = 0; v < Vectors; ++v)
                sum[r][v] = fmadd(gradient, Vec<T>::load(filter + r * kernel_row + v * lanes<T>), sum[r][v]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) {
            T* place = to + r * tap_row + v * lanes<T>;
            (Vec<T>::load(place) + sum[r][v]).store(place);
        }
}

/// All windows of one image into a frame of zeros.
template <class T>
void add_windows(const Job<T>& job, int64_t n, Chosen& chosen, T* frame) {
    const int64_t channels = job.conv.out_c;
    int64_t at = n * job.rows() * job.cols() * channels;
    for (int64_t i = 0; i < job.rows(); ++i) {
        T* window = frame + first_window(job.windows) + 2 * i * job.windows.rows.stride * job.frame.row;
        for (int64_t j = 0; j < job.cols(); ++j, at += channels) {
            chosen.fill(job.where + at, job.dy + at, channels);
            for (int s = 0; s < 4; ++s) {
                if (chosen.count[s] == 0) continue;
                for_patches(job.conv.kernel_h, job.vectors(), [&]<int Rows, int Vectors>(const Patch& patch) {
                    add_patch<Rows, Vectors>(job, chosen.list[s], chosen.count[s], job.dy + at, patch,
                                             window + job.square.offset[s]);
                });
            }
            window += 2 * job.windows.cols.stride * job.windows.channels;
        }
    }
}

/// What a frame holds of the image itself; the rest of the image has no gradient.
template <class T>
void copy_out(const Job<T>& job, const T* frame, T* dx) {
    const Windows& windows = job.windows;
    const int64_t c = windows.channels, row = windows.cols.extent * c;
    const int64_t first = larger(windows.left(), 0);
    const int64_t count =
        larger(0, smaller(windows.left() + windows.wide(), windows.cols.extent) - first) * c;
    for (int64_t r = 0; r < windows.rows.extent; ++r, dx += row) {
        const bool read = r >= job.frame.top && r < job.frame.top + job.frame.rows;
        const T* from = frame + (r - job.frame.top) * job.frame.row + (first - windows.left()) * c;
        if (!job.accumulate) clear(dx, row);
        if (!read) continue;
        if (!job.accumulate)
            copy(from, count, dx + first * c);
        else
            for (int64_t k = 0; k < count; ++k) dx[first * c + k] += from[k];
    }
}

/// Filters one after the other, their rows in whole vectors.
template <class T>
void pack(const Job<T>& job, const T* kernel, T* filters) {
    const int64_t entries = job.conv.kernel_w * job.conv.in_c, out_c = job.conv.out_c;
    for (int64_t c = 0; c < out_c; ++c)
        for (int64_t kh = 0; kh < job.conv.kernel_h; ++kh, filters += job.kernel_row()) {
            for (int64_t e = 0; e < entries; ++e) filters[e] = kernel[(kh * entries + e) * out_c + c];
            for (int64_t e = entries; e < job.kernel_row(); ++e) filters[e] = T(0);
        }
}

template <class T>
void input_gradient(const Context& context, const Conv2D& conv, const uint8_t* where, const T* dy,
                    const T* kernel, T* dx, bool accumulate) {
    if (conv.batch == 0) return;
    Job<T> job(conv, where, dy, dx, accumulate);
    const Scratch<T> filters(context, conv.out_c * job.filter());
    pack(job, kernel, filters.data());
    job.filters = filters.data();
    parallel_for(context, conv.batch, job.work(), [&](int64_t begin, int64_t end) {
        const Scratch<T> frame(context, job.frame.template size<T>());
        const Scratch<int32_t> lists(context, 4 * (conv.out_c + 1));
        Chosen chosen{};
        for (int s = 0; s < 4; ++s) chosen.list[s] = lists.data() + s * (conv.out_c + 1);
        for (int64_t n = begin; n < end; ++n) {
            clear(frame.data(), job.frame.template size<T>());
            add_windows(job, n, chosen, frame.data());
            copy_out(job, frame.data(), dx + n * job.windows.image());
        }
    });
}

}  // namespace

void conv_max_pool_input_gradient(const Context& context, const Conv2D& conv, const uint8_t* where,
                                  const float* dy, const float* kernel, float* dx, bool accumulate) {
    input_gradient(context, conv, where, dy, kernel, dx, accumulate);
}
void conv_max_pool_input_gradient(const Context& context, const Conv2D& conv, const uint8_t* where,
                                  const double* dy, const double* kernel, double* dx, bool accumulate) {
    input_gradient(context, conv, where, dy, kernel, dx, accumulate);
}

}  // namespace keratin::kernels::KERATIN_ISA
