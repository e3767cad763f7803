#pragma once

#include <keratin/core/random.hpp>

#include <vector>

namespace keratin {

/// The draws that a function has taken from generators, so that it can run again with the same ones.
struct DrawLog {
    std::vector<SeedGenerator::Draw> draws;

    /// While it lives, this thread's draws are noted, or taken from the log again from its beginning on.
    class Scope {
    public:
        Scope(DrawLog& log, bool replaying);
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

        /// The draw that the running scope has instead of this one; noted when it does not replay.
        template <class Take>
        static SeedGenerator::Draw pass(const Take& take) {
            Scope* scope = current_;
            if (scope && scope->replaying_ && scope->next_ < scope->log_.draws.size())
                return scope->log_.draws[scope->next_++];
            const SeedGenerator::Draw draw = take();
            if (scope && !scope->replaying_) scope->log_.draws.push_back(draw);
            return draw;
        }

    private:
        static thread_local Scope* current_;
        DrawLog& log_;
        const bool replaying_;
        size_t next_ = 0;
        Scope* outer_;
    };
};

}  // namespace keratin
