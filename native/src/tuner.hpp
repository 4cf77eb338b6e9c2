// Whether an update is shared among threads.

#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>

#include "table.hpp"

namespace glassnet {

// How many threads an update is given: all there are, or one. It is measured, since it depends on
// the network, the machine and on who else is using it; the result does not depend on it. A team
// that turns out slow, because somebody else has a core of it, is ended after a few updates, and
// tried again less and less often.
class Tuner {
public:
    struct Stretch {
        int team;
        Size updates;
        double allowance;  // seconds, after which a team is to end early
        bool trial;
    };

    // The threads for the next stretch of updates; `guess` is the time of one, in seconds.
    Stretch next(int most, double guess) {
        std::lock_guard lock(mutex_);
        if (most <= 1 || guess < ALONE) return {1, MANY, FOREVER, false};
        if (guess > LONG) return {most, MANY, FOREVER, false};
        if (trial_ == TRIALS && Clock::now() >= settled_until_) {
            trial_ = 0;
            best_[0] = best_[1] = FOREVER;
        }
        Size some = std::clamp<Size>(static_cast<Size>(200e-6 / guess), 1, 16);
        if (trial_ < TRIALS) {
            bool team = trial_ % 2;
            double expected = static_cast<double>(some) * best_[0];
            return {team ? most : 1, some, team ? 2 * expected + 100e-6 : FOREVER, true};
        }
        bool team = best_[1] < best_[0];
        double expected = static_cast<double>(16 * some) * best_[team];
        return {team ? most : 1, 16 * some, team ? 2 * expected + 500e-6 : FOREVER, false};
    }

    void measured(const Stretch& stretch, double seconds, Size updates) {
        std::lock_guard lock(mutex_);
        if (updates == 0) return;
        if (!stretch.trial) {
            if (seconds > stretch.allowance) settled_until_ = Clock::now();
            return;
        }
        if (trial_ == TRIALS) return;  // two callers tried at once
        double& best = best_[trial_ % 2];
        best = std::min(best, seconds / static_cast<double>(updates));
        if (++trial_ < TRIALS) return;
        pause_ = best_[1] < best_[0] ? SETTLED : std::min(2 * pause_, 4 * SETTLED);
        double pause = std::max(pause_, 100 * std::min(best_[0], best_[1]));
        settled_until_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                            std::chrono::duration<double>(pause));
    }

    static constexpr double ALONE = 4e-6;    // updates shorter than this are never shared
    static constexpr double WAKING = 200e-6;  // of a team that has cores of its own

private:
    using Clock = std::chrono::steady_clock;
    static constexpr double LONG = 0.05, SETTLED = 0.25, FOREVER = 1e30;
    static constexpr Size MANY = 1 << 30;
    static constexpr int TRIALS = 6;

    std::mutex mutex_;
    int trial_ = TRIALS;
    double best_[2] = {FOREVER, FOREVER}, pause_ = SETTLED / 2;
    Clock::time_point settled_until_{};
};

}  // namespace glassnet
