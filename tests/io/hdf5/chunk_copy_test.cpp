#include "support/catch.hpp"

#include "io/hdf5/chunk_copy.hpp"

#include <algorithm>
#include <numeric>

using keratin::io::hdf5::ChunkCopy;

namespace {

struct Case {
    std::vector<int64_t> shape;
    std::vector<uint64_t> chunk;
    size_t runs;  ///< of the first chunk
};

/// The place in the array of each element of a chunk, or -1 outside, found axis by axis.
std::vector<int64_t> places(const Case& c, uint64_t chunk) {
    const size_t rank = c.shape.size();
    std::vector<uint64_t> first(rank);
    for (size_t i = rank; i-- > 0;) {
        const uint64_t count = (static_cast<uint64_t>(c.shape[i]) + c.chunk[i] - 1) / c.chunk[i];
        first[i] = chunk % count * c.chunk[i];
        chunk /= count;
    }
    const uint64_t elements = std::accumulate(c.chunk.begin(), c.chunk.end(), uint64_t{1}, std::multiplies());
    std::vector<int64_t> result;
    for (uint64_t element = 0; element < elements; ++element) {
        uint64_t rest = element;
        int64_t place = 0, step = 1;
        for (size_t i = rank; i-- > 0; rest /= c.chunk[i]) {
            const auto at = static_cast<int64_t>(first[i] + rest % c.chunk[i]);
            if (at >= c.shape[i]) place = INT64_MIN / 2;
            place += at * step;
            step *= c.shape[i];
        }
        result.push_back(std::max<int64_t>(place, -1));
    }
    return result;
}

}  // namespace

TEST_CASE("Every element of a chunk goes to its place, in runs as long as they can be", "[io][hdf5]") {
    const std::vector<Case> cases = {
        {{7}, {3}, 1},         // one axis
        {{7, 10}, {3, 4}, 3},  // rows
        {{8, 1}, {3, 1}, 1},   // trailing axes that a chunk has as a whole are one with the next
        {{6, 2, 3}, {4, 2, 3}, 1},
        {{6, 4, 3}, {4, 2, 3}, 4},
        {{6, 2, 3}, {4, 2, 2}, 8},  // but not when an inner one is cut
        {{6, 1}, {4, 2}, 4},        // or hangs over
        {{5, 1, 4, 1}, {2, 1, 3, 1}, 2},
        {{2, 3}, {2, 3}, 1},
        {{3, 5}, {4, 8}, 3}};
    for (const Case& c : cases) {
        const ChunkCopy copy(c.shape, c.chunk);
        size_t runs = 0;
        for (uint64_t chunk = 0; chunk < copy.chunks(); ++chunk) {
            const std::vector<int64_t> wanted = places(c, chunk);
            std::vector<int64_t> found(wanted.size(), -1);
            REQUIRE(copy.chunk_elements() == wanted.size());
            copy.each_run(chunk, [&](size_t from, size_t to, size_t count) {
                for (size_t i = 0; i < count; ++i) found.at(from + i) = static_cast<int64_t>(to + i);
                runs += chunk == 0;
            });
            CHECK(found == wanted);
        }
        CHECK(runs == c.runs);
    }
}
