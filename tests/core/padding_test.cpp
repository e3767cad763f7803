#include "support/catch.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/padding.hpp>

#include <limits>
#include <sstream>

using namespace keratin;

TEST_CASE("Paddings and sizes print as in Keras", "[core][padding]") {
    std::ostringstream out;
    out << Padding("valid") << ' ' << Padding("SAME") << ' ' << Padding({1, 2}, {3, 4}) << ' ' << Size2(5)
        << ' ' << Size2(2, 3);
    CHECK(out.str() == "valid same ((1, 2), (3, 4)) (5, 5) (2, 3)");
    CHECK(fmt::format("{} {}", Padding("same"), Size2(1, 2)) == "same (1, 2)");
}

TEST_CASE("A padding is also found by a name known at run time", "[core][padding]") {
    CHECK(padding("valid") == Padding("valid"));
    CHECK(padding("VALID") == Padding("valid"));
    CHECK(padding("same") == Padding("same"));
    CHECK(padding("SAME") == Padding("same"));
    CHECK_THROWS_MATCHES(padding("smae"), ValueError,
                         Message("padding: \"smae\" is not accepted; use \"valid\" or \"same\""));
}

TEST_CASE("window_extent counts the places of a window", "[core][padding]") {
    const auto in = GENERATE(int64_t{0}, int64_t{1}, int64_t{2}, int64_t{5}, int64_t{28});
    const auto window = GENERATE(int64_t{1}, int64_t{2}, int64_t{3}, int64_t{5});
    const auto stride = GENERATE(int64_t{1}, int64_t{2}, int64_t{3});
    const auto dilation = GENERATE(int64_t{1}, int64_t{2});
    const int64_t last = (window - 1) * dilation;  // from the first tap to the last
    INFO("in " << in << " window " << window << " stride " << stride << " dilation " << dilation);
    const auto places = [&](int64_t pixels) {
        int64_t count = 0;
        for (int64_t first = 0; first + last < pixels; first += stride) ++count;
        return count;
    };

    const WindowExtent valid = window_extent(in, window, stride, dilation, Padding::Kind::valid, {9, 9});
    CHECK(std::max<int64_t>(valid.out, 0) == places(in));
    CHECK((valid.before == 0 && valid.after == 0));

    const WindowExtent explicit_ =
        window_extent(in, window, stride, dilation, Padding::Kind::explicit_, {2, 1});
    CHECK(std::max<int64_t>(explicit_.out, 0) == places(in + 3));
    CHECK((explicit_.before == 2 && explicit_.after == 1));

    const WindowExtent same = window_extent(in, window, stride, dilation, Padding::Kind::same, {9, 9});
    int64_t steps = 0;
    for (int64_t first = 0; first < in; first += stride) ++steps;
    CHECK(same.out == steps);
    if (steps > 0) {
        CHECK(places(same.before + in + same.after) == steps);
        CHECK((same.after == same.before || same.after == same.before + 1));
    }
    // No zero more than the last window needs.
    if (same.after > 0) CHECK((steps - 1) * stride + last == same.before + in + same.after - 1);
}

TEST_CASE("window_extent says that a window does not fit, however large it is", "[core][padding]") {
    constexpr int64_t huge = std::numeric_limits<int64_t>::max();
    CHECK(window_extent(4, 5, 1, 1, Padding::Kind::valid, {0, 0}).out == 0);
    CHECK(window_extent(4, 5, 3, 1, Padding::Kind::valid, {0, 0}).out == 0);
    CHECK(window_extent(4, 9, 3, 1, Padding::Kind::explicit_, {1, 1}).out == 0);
    CHECK(window_extent(4, huge, 1, huge, Padding::Kind::valid, {0, 0}).out == 0);
    CHECK(window_extent(4, huge, 1, 1, Padding::Kind::explicit_, {huge, huge}).out == 0);
    CHECK(window_extent(4, 3, 1, huge, Padding::Kind::same, {0, 0}).out == 0);
    CHECK(window_extent(4, 3, 0, 1, Padding::Kind::valid, {0, 0}).out == 0);
}
