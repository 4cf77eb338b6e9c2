// Whether an update is shared among threads, and how.

#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>

#include "table.hpp"

namespace glassnet {

// How an update is worked out: by one thread, or by all there are, which divide the rows or the units
// (division.hpp). It is measured, since it depends on the network, the machine and on who else is
// using it; the result does not depend on it. A team that turns out slow, because somebody else has a
// core of it, is ended after a few updates, and tried again less and less often.
class Tuner {
public:
    enum Way { alone, rows, units };

    struct Stretch {
        Way way;
        int team;
        Size updates;
        double allowance;  // seconds, after which a team is to end early
        bool trial;
    };

    // The threads for the next stretch of updates; `guess` is the time of one, in seconds.
    Stretch next(int most, double guess, bool divides_units) {
        std::lock_guard lock(mutex_);
        if (most <= 1 || guess < ALONE) return {alone, 1, MANY, FOREVER, false};
        if (guess > LONG) return {rows, most, MANY, FOREVER, false};
        ways_ = divides_units ? 3 : 2;
        if (trial_ >= ROUNDS * ways_ && Clock::now() >= settled_until_) {
            trial_ = 0;
            best_.fill(FOREVER);
        }
        const bool trial = trial_ < ROUNDS * ways_;
        const Way way = trial ? static_cast<Way>(trial_ % ways_) : fastest();
        const Size some = std::clamp<Size>(static_cast<Size>(200e-6 / guess), 1, 16);
        const Size updates = trial ? some : 16 * some;
        const double expected = static_cast<double>(updates) * best_[trial ? alone : way];
        const double allowance = 2 * expected + (trial ? 100e-6 : 500e-6);
        return {way, way == alone ? 1 : most, updates, way == alone ? FOREVER : allowance, trial};
    }

    void measured(const Stretch& stretch, double seconds, Size updates) {
        std::lock_guard lock(mutex_);
        if (updates == 0) return;
        if (!stretch.trial) {
            if (seconds > stretch.allowance) settled_until_ = Clock::now();
            return;
        }
        if (trial_ >= ROUNDS * ways_) return;  // two callers tried at once
        double& best = best_[stretch.way];
        best = std::min(best, seconds / static_cast<double>(updates));
        if (++trial_ < ROUNDS * ways_) return;
        pause_ = fastest() == alone ? std::min(2 * pause_, 4 * SETTLED) : SETTLED;
        double pause = std::max(pause_, 100 * best_[fastest()]);
        settled_until_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                            std::chrono::duration<double>(pause));
    }

    static constexpr double ALONE = 4e-6;    // updates shorter than this are never shared
    static constexpr double WAKING = 200e-6;  // of a team that has cores of its own

private:
    using Clock = std::chrono::steady_clock;
    static constexpr double LONG = 0.05, SETTLED = 0.25, FOREVER = 1e30;
    static constexpr Size MANY = 1 << 30;
    static constexpr int ROUNDS = 3;

    Way fastest() const {
        return static_cast<Way>(std::min_element(best_.begin(), best_.end()) - best_.begin());
    }

    std::mutex mutex_;
    int ways_ = 2, trial_ = ROUNDS * 3;
    std::array<double, 3> best_{FOREVER, FOREVER, FOREVER};
    double pause_ = SETTLED / 2;
    Clock::time_point settled_until_{};
};

}  // namespace glassnet
