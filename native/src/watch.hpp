// Whether somebody wants the work to end: asked now and then, by the thread that called.

#pragma once

#include <atomic>
#include <chrono>
#include <functional>

#include "table.hpp"

namespace glassnet {

// Bytes of W times the examples that it is multiplied with, by one thread between two looks: two such
// products, as of both passes, take some 70 ms.
constexpr Size HEARD = 6'000'000'000;

class Watch {
public:
    explicit Watch(std::function<bool()> stops) : stops_(std::move(stops)) {}

    // Asks, unless it has just been asked. Only the thread that called may look.
    void look() {
        auto now = Clock::now();
        if (now < next_) return;
        next_ = now + std::chrono::milliseconds(20);
        if (stops_()) over_.store(true, std::memory_order_relaxed);
    }
    bool over() const { return over_.load(std::memory_order_relaxed); }

private:
    using Clock = std::chrono::steady_clock;
    std::function<bool()> stops_;
    Clock::time_point next_ = Clock::now() + std::chrono::milliseconds(20);
    std::atomic<bool> over_{false};
};

}  // namespace glassnet
