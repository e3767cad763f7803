#include "data/stage.hpp"

#include <keratin/core/random.hpp>

#include <vector>

namespace keratin::data {
namespace {

/// Draws elements at random from a buffer that it keeps full.
class Shuffle {
public:
    Shuffle(Elements from, int64_t buffer_size, uint64_t seed, uint64_t run)
        : from_(std::move(from)), size_(static_cast<size_t>(buffer_size)), seed_(seed), run_(run) {}

    std::optional<Batch> operator()() {
        while (!at_end_ && buffer_.size() < size_) {
            std::optional<Batch> element = from_();
            if (element)
                buffer_.push_back(std::move(*element));
            else
                at_end_ = true;
        }
        if (buffer_.empty()) return std::nullopt;
        std::swap(buffer_[below(buffer_.size())], buffer_.back());
        std::optional<Batch> element = std::move(buffer_.back());
        buffer_.pop_back();
        return element;
    }

private:
    /// A number below n; what would favour some is drawn again.
    size_t below(uint64_t n) {
        const uint64_t unfair = (0 - n) % n;
        uint64_t word = 0;
        do word = philox(draws_++, run_, seed_)[0];
        while (word < unfair);
        return static_cast<size_t>(word % n);
    }

    Elements from_;
    size_t size_;
    uint64_t seed_;
    uint64_t run_;
    uint64_t draws_ = 0;
    bool at_end_ = false;
    std::vector<Batch> buffer_;
};

}  // namespace

Elements shuffled(Elements elements, int64_t buffer_size, uint64_t seed, uint64_t run) {
    return Shuffle(std::move(elements), buffer_size, seed, run);
}

}  // namespace keratin::data
