#include <keratin/core/random.hpp>

#include "core/context.hpp"
#include "core/convert.hpp"
#include "core/default_generator.hpp"
#include "core/normal_quantile.hpp"
#include "core/philox.hpp"

#include <cmath>
#include <numeric>
#include <type_traits>

namespace keratin {
namespace {

SeedGenerator::Draw draw_of(std::optional<uint64_t> seed) {
    return seed ? SeedGenerator::Draw{*seed, 0} : default_generator().next();
}

/// 128 bits that belong to one draw alone.
std::array<uint64_t, 2> bits_of(SeedGenerator::Draw draw, int64_t block) {
    return philox(static_cast<uint64_t>(block), draw.counter, draw.seed);
}

/// Calls element(i) for every i below n, on several threads; `work` is the cost of one.
template <class Body>
void for_each_block(int64_t n, int64_t work, const Body& body) {
    const auto range = [](void* data, int64_t begin, int64_t end) {
        for (; begin < end; ++begin) (*static_cast<const Body*>(data))(begin);
    };
    context().parallel(n, n * work, range, const_cast<Body*>(&body));
}

/// Fills x with value(64 random bits), two elements for each block of bits.
template <class T, class Value>
void fill_by_word(Tensor& x, SeedGenerator::Draw draw, int64_t work, const Value& value) {
    const std::span<T> out = x.mutable_data<T>();
    const int64_t size = x.size();
    for_each_block((size + 1) / 2, 2 * work, [&](int64_t block) {
        const auto bits = bits_of(draw, block);
        for (int64_t i = 2 * block; i < std::min(2 * block + 2, size); ++i)
            out[static_cast<size_t>(i)] = value(bits[static_cast<size_t>(i - 2 * block)]);
    });
}

/// (0, 1), neither end reached.
double open_unit(uint64_t bits) {
    return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

/// A number below `count` (0: any), all equally likely (Lemire: Fast random integer generation in an
/// interval, 2019). What would favour some is drawn again from the bits that the bits themselves select.
uint64_t below(uint64_t count, std::array<uint64_t, 2> bits, uint64_t key) {
    __extension__ using Wide = unsigned __int128;
    if (count == 0) return bits[0];
    const uint64_t unfair = (0 - count) % count;
    while (true) {
        for (const uint64_t word : bits) {
            const Wide product = Wide{word} * count;
            if (static_cast<uint64_t>(product) >= unfair) return static_cast<uint64_t>(product >> 64);
        }
        bits = philox(bits[0], bits[1], key);
    }
}

/// Numbers of 16 bits are drawn as float32 and rounded.
template <class Options>
Options in_float32(Options options) {
    options.dtype = float32;
    return options;
}

void check_normal(const random::NormalOptions& options, const char* owner) {
    if (!is_floating(options.dtype))
        fail<DTypeError>("{}: dtype is {}; use float32 or float64", owner, options.dtype);
    if (!std::isfinite(options.mean) || !std::isfinite(options.stddev) || options.stddev < 0)
        fail<ValueError>("{}: mean is {} and stddev {}; both must be finite and stddev not negative", owner,
                         options.mean, options.stddev);
}

/// Normal numbers whose probability below them is uniform in (p_min, 1 - p_min).
Tensor normal_between(const Shape& shape, const random::NormalOptions& options, SeedGenerator::Draw draw,
                      double p_min, double limit) {
    if (is_half(options.dtype))
        return convert(normal_between(shape, in_float32(options), draw, p_min, limit), options.dtype);
    Tensor result = Tensor::empty(shape, options.dtype);
    with_element(options.dtype, [&]<class T>() {
        if constexpr (std::is_floating_point_v<T>)
            fill_by_word<T>(result, draw, 50, [=](uint64_t bits) {
                const double p = p_min + open_unit(bits) * (1 - 2 * p_min);
                return static_cast<T>(options.mean +
                                      options.stddev * std::clamp(normal_quantile(p), -limit, limit));
            });
    });
    return result;
}

template <class T>
void fill_uniform_floating(Tensor& x, const random::UniformOptions& options, SeedGenerator::Draw draw) {
    const double low = options.minval;
    const double range = options.maxval - low;
    if (!std::isfinite(low) || !std::isfinite(range) || range < 0)
        fail<ValueError>(
            "random::uniform: minval is {} and maxval {}; both must be finite and minval not above maxval",
            low, options.maxval);
    const T first = static_cast<T>(low);
    const auto value = [=, maxval = options.maxval](double unit) {
        const T result = static_cast<T>(low + unit * range);  // may round up to maxval
        return static_cast<double>(result) < maxval
                   ? result
                   : std::max(first, std::nextafter(static_cast<T>(maxval), first));
    };
    if constexpr (std::is_same_v<T, double>) {
        fill_by_word<T>(x, draw, 20,
                        [&](uint64_t bits) { return value(static_cast<double>(bits >> 11) * 0x1p-53); });
    } else {
        const std::span<T> out = x.mutable_data<T>();
        const int64_t size = x.size();
        for_each_block((size + 3) / 4, 80, [&](int64_t block) {
            const auto bits = bits_of(draw, block);
            for (int64_t lane = 0; lane < std::min<int64_t>(4, size - 4 * block); ++lane) {
                const uint64_t word = bits[static_cast<size_t>(lane / 2)] >> (lane % 2 * 32) & 0xffffffff;
                out[static_cast<size_t>(4 * block + lane)] = value(static_cast<double>(word >> 8) * 0x1p-24);
            }
        });
    }
}

template <class T>
void fill_uniform_integer(Tensor& x, const random::UniformOptions& options, SeedGenerator::Draw draw) {
    const double low = std::ceil(options.minval);
    const double high = std::ceil(options.maxval);
    const double least = static_cast<double>(std::numeric_limits<T>::min());
    const double above = std::ldexp(1.0, std::numeric_limits<T>::digits);
    if (!(low < high))
        fail<ValueError>("random::uniform: there is no integer from minval {} up to, but without, maxval {}",
                         options.minval, options.maxval);
    if (low < least || high > above)
        fail<ValueError>(
            "random::uniform: minval is {} and maxval {}, beyond what {} holds; use a wider dtype",
            options.minval, options.maxval, x.dtype());
    const auto first = static_cast<uint64_t>(static_cast<int64_t>(low));
    const uint64_t end =
        high < 0x1p63 ? static_cast<uint64_t>(static_cast<int64_t>(high)) : uint64_t{1} << 63;
    const std::span<T> out = x.mutable_data<T>();
    for_each_block(x.size(), 40, [&](int64_t i) {
        out[static_cast<size_t>(i)] =
            static_cast<T>(static_cast<int64_t>(first + below(end - first, bits_of(draw, i), draw.seed)));
    });
}

}  // namespace

namespace random {

Tensor normal(const Shape& shape, const NormalOptions& options) {
    return normal(shape, options, draw_of(options.seed));
}
Tensor truncated_normal(const Shape& shape, const NormalOptions& options) {
    return truncated_normal(shape, options, draw_of(options.seed));
}
Tensor uniform(const Shape& shape, const UniformOptions& options) {
    return uniform(shape, options, draw_of(options.seed));
}
Tensor permutation(int64_t n, std::optional<uint64_t> seed) {
    return permutation(n, draw_of(seed));
}

Tensor normal(const Shape& shape, const NormalOptions& options, SeedGenerator::Draw draw) {
    check_normal(options, "random::normal");
    return normal_between(shape, options, draw, 0.0, std::numeric_limits<double>::infinity());
}

// Drawing again until a number lies within two standard deviations gives the normal distribution between
// them, which is what the quantiles between theirs give at once.
Tensor truncated_normal(const Shape& shape, const NormalOptions& options, SeedGenerator::Draw draw) {
    constexpr double below_minus_two = 0.022750131948179207;
    check_normal(options, "random::truncated_normal");
    return normal_between(shape, options, draw, below_minus_two, 2.0);
}

Tensor uniform(const Shape& shape, const UniformOptions& options, SeedGenerator::Draw draw) {
    if (is_half(options.dtype)) return convert(uniform(shape, in_float32(options), draw), options.dtype);
    Tensor result = Tensor::empty(shape, options.dtype);
    with_element(options.dtype, [&]<class T>() {
        if constexpr (std::is_same_v<T, bool>)
            fail<DTypeError>("random::uniform: dtype is bool; use a floating or an integer dtype");
        else if constexpr (std::is_floating_point_v<T>)
            fill_uniform_floating<T>(result, options, draw);
        else
            fill_uniform_integer<T>(result, options, draw);
    });
    return result;
}

Tensor permutation(int64_t n, SeedGenerator::Draw draw) {
    if (n < 0) fail<ValueError>("random::permutation: {} numbers were asked for; use 0 or more", n);
    Tensor result = Tensor::empty({n}, int64);
    const std::span<int64_t> order = result.mutable_data<int64_t>();
    std::iota(order.begin(), order.end(), int64_t{0});
    for (size_t left = order.size(); left > 1; --left) {  // Fisher and Yates
        const auto bits = bits_of(draw, static_cast<int64_t>(left));
        std::swap(order[left - 1], order[below(left, bits, draw.seed)]);
    }
    return result;
}

}  // namespace random
}  // namespace keratin
