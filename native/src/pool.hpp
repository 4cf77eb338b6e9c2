// Threads that run one piece of work together, and wait for each other inside it.

#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace glassnet {

// Where every thread of a team waits until all have come. It spins for some microseconds, since
// phases are short, then lets others run in between, and then sleeps: a thread whose core somebody
// else has taken must not be waited for by a core that could let it run. Who sleeps is often woken
// on the core of whom it waited for, so that both share it from then on; hence the step in between.
class Barrier {
public:
    explicit Barrier(int team) : team_(team) {}

    void wait() {
        if (team_ == 1) return;
        auto generation = generation_.load(std::memory_order_acquire);
        if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == team_) {
            arrived_.store(0, std::memory_order_relaxed);
            generation_.fetch_add(1, std::memory_order_release);
            generation_.notify_all();
            return;
        }
        for (int spin = 0; spin < SPINS; ++spin) {
            if (generation_.load(std::memory_order_acquire) != generation) return;
            relax();
        }
        for (int spin = 0; spin < YIELDS; ++spin) {
            if (generation_.load(std::memory_order_acquire) != generation) return;
            std::this_thread::yield();
        }
        while (generation_.load(std::memory_order_acquire) == generation)
            generation_.wait(generation, std::memory_order_acquire);
    }

private:
    static constexpr int SPINS = 2000, YIELDS = 500;

    static void relax() {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        asm volatile("yield");
#endif
    }

    const int team_;
    alignas(64) std::atomic<int> arrived_{0};
    alignas(64) std::atomic<unsigned> generation_{0};
};

// One pool for the process. Work is a function of the thread's number; the caller is number 0.
class Pool {
public:
    using Work = std::function<void(int)>;

    // The pool, or null where another thread of this process is using it: then the caller works
    // alone, so that there are never more threads at work than there are cores for them.
    class Lease {
    public:
        explicit Lease(int threads);
        ~Lease();
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        int threads() const { return threads_; }
        void run(int team, const Work& work);

    private:
        Pool* pool_ = nullptr;
        int threads_ = 1;
    };

    Pool() = default;
    ~Pool();

private:
    void grow(int threads);
    void serve(int number, unsigned seen);
    void run(int team, const Work& work);

    std::mutex in_use_;
    std::vector<std::thread> threads_;
    std::mutex mutex_;
    std::condition_variable called_;
    std::atomic<unsigned> call_{0};
    std::atomic<int> working_{0};
    const Work* work_ = nullptr;
    int team_ = 0, callers_core_ = -1;
    bool over_ = false;
};

}  // namespace glassnet
