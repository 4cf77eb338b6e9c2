#include "pool.hpp"

#include <new>

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif
#if defined(__linux__)
#include <sched.h>
#endif

namespace glassnet {

namespace {

// Never destroyed: at exit, and in the child of a fork, its threads are not there to be joined.
std::atomic<Pool*> the_pool{nullptr};

void forget_after_fork() {
    // A child of a fork has one thread. The parent's pool is left as it is, and a new one made.
    the_pool.store(nullptr);
}

Pool& pool() {
    Pool* now = the_pool.load();
    if (now) return *now;
#if defined(__unix__) || defined(__APPLE__)
    static const int registered = pthread_atfork(nullptr, nullptr, forget_after_fork);
    static_cast<void>(registered);
#endif
    auto* made = new Pool;
    if (the_pool.compare_exchange_strong(now, made)) return *made;
    delete made;
    return *now;
}

constexpr int SPINS = 2000;

#if defined(__linux__)
int core() { return sched_getcpu(); }

// Where all cores are busy the system wakes a thread on the core of whoever called it, and leaves
// it there: two threads then take turns. This one moves to any other core that it may use.
void leave(int taken) {
    if (taken < 0 || sched_getcpu() != taken) return;
    cpu_set_t allowed, others;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2) return;
    others = allowed;
    CPU_CLR(taken, &others);
    sched_setaffinity(0, sizeof others, &others);
    sched_setaffinity(0, sizeof allowed, &allowed);
}
#else
int core() { return -1; }
void leave(int) {}
#endif

}  // namespace

Pool::Lease::Lease(int threads) {
    if (threads <= 1) return;
    Pool& shared = pool();
    if (!shared.in_use_.try_lock()) return;
    pool_ = &shared;
    pool_->grow(threads);
    threads_ = std::min<int>(threads, 1 + static_cast<int>(pool_->threads_.size()));
}

Pool::Lease::~Lease() {
    if (pool_) pool_->in_use_.unlock();
}

void Pool::Lease::run(int team, const Work& work) {
    if (team <= 1 || !pool_)
        work(0);
    else
        pool_->run(team, work);
}

Pool::~Pool() {
    {
        std::lock_guard lock(mutex_);
        over_ = true;
        call_.fetch_add(1);
    }
    called_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void Pool::grow(int threads) {
    while (static_cast<int>(threads_.size()) < threads - 1) {
        int number = static_cast<int>(threads_.size()) + 1;
        unsigned seen = call_.load();
        try {
            threads_.emplace_back([this, number, seen] { serve(number, seen); });
        } catch (const std::system_error&) {
            return;  // a limit on processes: fewer threads do the same work
        }
    }
}

void Pool::run(int team, const Work& work) {
    {
        std::lock_guard lock(mutex_);
        work_ = &work;
        team_ = team;
        callers_core_ = core();
        working_.store(static_cast<int>(threads_.size()));
        call_.fetch_add(1, std::memory_order_release);
    }
    called_.notify_all();
    work(0);
    // The others are at their last instructions: the work ends with a barrier.
    while (working_.load(std::memory_order_acquire) > 0) std::this_thread::yield();
}

void Pool::serve(int number, unsigned seen) {
#if defined(__linux__)
    pthread_setname_np(pthread_self(), "glassnet");  // for top, gdb, and tests that count them
#endif
    while (true) {
        for (int spin = 0; spin < SPINS && call_.load(std::memory_order_acquire) == seen; ++spin) {
#if defined(__x86_64__) || defined(__i386__)
            __builtin_ia32_pause();
#endif
        }
        {
            std::unique_lock lock(mutex_);
            called_.wait(lock, [&] { return call_.load() != seen; });
            seen = call_.load();
            if (over_) return;
        }
        if (number < team_) {
            leave(callers_core_);
            (*work_)(number);
        }
        working_.fetch_sub(1, std::memory_order_release);
    }
}

}  // namespace glassnet
