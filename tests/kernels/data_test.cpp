#include "support/catch.hpp"

#include "kernels/context.hpp"
#include "kernels/fenced.hpp"

using namespace keratin::kernels;
using namespace keratin::kernels::testing;

TEMPLATE_TEST_CASE("a batch is gathered from bytes by row and scaled", "[kernels][data]", float, double) {
    using T = TestType;
    const int64_t cols = GENERATE(range<int64_t>(0, 71), values<int64_t>({784, 5000}));
    Random random(61);
    const int64_t samples = 20, rows = 9;
    std::vector<uint8_t> bytes(static_cast<size_t>(samples * cols));
    for (uint8_t& b : bytes) b = static_cast<uint8_t>(random.integer(0, 255));
    std::vector<int64_t> index;
    for (int64_t r = 0; r < rows; ++r) index.push_back(random.integer(0, samples - 1));
    const T scale = T(1) / T(255);
    for (const char* isa : present_isas()) {
        INFO(isa << " " << cols);
        Fenced<uint8_t> x(bytes);
        Fenced<T> y(rows * cols);
        kernels_for<T>(isa)->gather_scale(backward_context(), x.data(), index.data(), scale, y.data(), rows,
                                          cols);
        std::vector<T> wanted;
        for (int64_t i : index)
            for (int64_t c = 0; c < cols; ++c)
                wanted.push_back(static_cast<T>(bytes[size_t(i * cols + c)]) * scale);
        CHECK(same_bits(y.values(), wanted));
    }
}
