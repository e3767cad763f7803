#include "kernels/families.hpp"
#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"
#include "kernels/tile.hpp"

/// Batch normalization over rows of channels. Memory limits it, so each pass does all that it can. A sum over
/// the rows is one chain for every block of rows, and the blocks are added in double precision, in order.
namespace keratin::kernels::KERATIN_ISA {
namespace {

constexpr int64_t block_rows = 256;

/// x where y > 0, else 0; x itself without y.
template <class T>
KERATIN_INLINE Vec<T> gated(Vec<T> x, const T* y, int64_t cols) {
    return y ? select(load_cols(y, cols) > Vec<T>::zero(), x, Vec<T>::zero()) : x;
}

/// Adds up term(row's first element, channel, channels left) over rows [begin, end), for as many vectors of
/// channels at a time as fill a few registers.
template <int Vectors, class T, class Term>
KERATIN_INLINE void sum_columns(int64_t begin, int64_t end, int64_t channels, int64_t c, const Term& term,
                                T* to) {
    Vec<T> sum[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) sum[v] = Vec<T>::zero();
    for (int64_t row = begin; row < end; ++row)
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) {
            const int64_t at = c + v * lanes<T>;
            sum[v] = sum[v] + term(row * channels + at, at, channels - at);
        }
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) store_cols(sum[v], to + c + v * lanes<T>, channels - c - v * lanes<T>);
}

template <class T, class Term>
void sum_block(int64_t begin, int64_t end, int64_t channels, const Term& term, T* to) {
    int64_t c = 0;
    for (; c + 4 * lanes<T> <= channels; c += 4 * lanes<T>) sum_columns<4>(begin, end, channels, c, term, to);
    for (; c < channels; c += lanes<T>) sum_columns<1>(begin, end, channels, c, term, to);
}

/// The sum over all rows of each of `Count` terms; sums[k] receives that of number k.
template <int Count, class T, class Term>
void sum_rows(const Context& context, int64_t rows, int64_t channels, const Term& term,
              T* const (&sums)[Count]) {
    const int64_t blocks = divide_up(rows, block_rows);
    const Scratch<T> part(context, larger(1, Count * blocks * channels));
    parallel_for(context, blocks, 4 * rows * channels, [&](int64_t begin, int64_t end) {
        for (int64_t b = begin; b < end; ++b)
            for (int k = 0; k < Count; ++k)
                sum_block(
                    b * block_rows, smaller(rows, (b + 1) * block_rows), channels,
                    [&](int64_t at, int64_t c, int64_t left) { return term(k, at, c, left); },
                    part.data() + (k * blocks + b) * channels);
    });
    for (int k = 0; k < Count; ++k)
        for (int64_t c = 0; c < channels; ++c) {
            double sum = 0;
            for (int64_t b = 0; b < blocks; ++b)
                sum += static_cast<double>(part.data()[(k * blocks + b) * channels + c]);
            sums[k][c] = static_cast<T>(sum);
        }
}

template <class T>
void moments(const Context& context, const T* x, T* mean, T* variance, int64_t rows, int64_t channels) {
    const T share = T(1) / static_cast<T>(rows);
    T* const first[1] = {mean};
    sum_rows(
        context, rows, channels,
        [&](int, int64_t at, int64_t, int64_t left) { return load_cols(x + at, left); }, first);
    for (int64_t c = 0; c < channels; ++c) mean[c] *= share;
    T* const second[1] = {variance};
    sum_rows(
        context, rows, channels,
        [&](int, int64_t at, int64_t c, int64_t left) {
            const Vec<T> deviation = load_cols(x + at, left) - load_cols(mean + c, left);
            return deviation * deviation;
        },
        second);
    for (int64_t c = 0; c < channels; ++c) variance[c] *= share;
}

/// Runs step(element, channel, channels left) over all vectors of all rows.
template <class T, class Step>
KERATIN_INLINE void for_vectors(const Context& context, int64_t rows, int64_t channels, const Step& step) {
    parallel_rows(context, rows, channels, 4, [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row)
            for (int64_t c = 0; c < channels; c += lanes<T>) step(row * channels + c, c, channels - c);
    });
}

template <class T>
void normalize(const Context& context, const T* x, const Channelwise<T>& to, bool relu, T* y, int64_t rows,
               int64_t channels) {
    for_vectors<T>(context, rows, channels, [=](int64_t at, int64_t c, int64_t left) {
        const Vec<T> deviation = load_cols(x + at, left) - load_cols(to.center + c, left);
        Vec<T> value = deviation * load_cols(to.scale + c, left);
        if (to.shift) value = value + load_cols(to.shift + c, left);
        if (relu) value = max(Vec<T>::zero(), value);
        store_cols(value, y + at, left);
    });
}

template <class T>
void normalize_sums(const Context& context, const T* x, const T* center, const T* y, const T* dy, T* sum,
                    T* product, int64_t rows, int64_t channels) {
    T* const sums[2] = {sum, product};
    sum_rows(
        context, rows, channels,
        [&](int k, int64_t at, int64_t c, int64_t left) {
            const Vec<T> gradient = gated(load_cols(dy + at, left), y ? y + at : nullptr, left);
            return k == 0 ? gradient : gradient * (load_cols(x + at, left) - load_cols(center + c, left));
        },
        sums);
}

template <class T>
void normalize_gradient(const Context& context, const T* x, const T* center, const T* y, const T* dy,
                        const Slope<T>& by, T* dx, int64_t rows, int64_t channels) {
    for_vectors<T>(context, rows, channels, [=](int64_t at, int64_t c, int64_t left) {
        const Vec<T> gradient = gated(load_cols(dy + at, left), y ? y + at : nullptr, left);
        const Vec<T> deviation = load_cols(x + at, left) - load_cols(center + c, left);
        const Vec<T> straight = gradient * load_cols(by.scale + c, left) + load_cols(by.shift + c, left);
        store_cols(straight + deviation * load_cols(by.slope + c, left), dx + at, left);
    });
}

template <class T>
void fill_table(Table<T>& table) {
    table.moments = moments<T>;
    table.normalize = normalize<T>;
    table.normalize_sums = normalize_sums<T>;
    table.normalize_gradient = normalize_gradient<T>;
}

}  // namespace

void fill_normalize(Table<float>& table) {
    fill_table(table);
}
void fill_normalize(Table<double>& table) {
    fill_table(table);
}

}  // namespace keratin::kernels::KERATIN_ISA
