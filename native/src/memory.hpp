// Arrays that begin at a cache line.

#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstdint>
#include <new>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace glassnet {

template <class T>
class Memory {
public:
    Memory() = default;
    explicit Memory(std::ptrdiff_t count) { resize(count); }
    Memory(Memory&& other) noexcept { *this = std::move(other); }
    Memory& operator=(Memory&& other) noexcept {
        std::swap(all_, other.all_);
        std::swap(data_, other.data_);
        std::swap(count_, other.count_);
        return *this;
    }
    ~Memory() { std::free(all_); }

    // New memory of zeros; a little more than asked for, for the last incomplete vector. The zeros
    // of large arrays are the system's, which brings them when they are first looked at.
    void resize(std::ptrdiff_t count) {
        std::free(all_);
        std::size_t bytes = (static_cast<std::size_t>(count) * sizeof(T) + 191) / 64 * 64;
        std::size_t line = bytes < HUGE ? 64 : HUGE;
        all_ = std::calloc(bytes + line, 1);
        if (!all_) throw std::bad_alloc();
        auto start = reinterpret_cast<std::uintptr_t>(all_);
        data_ = reinterpret_cast<T*>((start + line - 1) / line * line);
        count_ = count;
#if defined(__linux__)
        if (line == HUGE) madvise(data_, bytes, MADV_HUGEPAGE);
#endif
    }

    // Memory for so many numbers: what there is, where it is of that size.
    void provide(std::ptrdiff_t count) {
        if (count != count_) resize(count);
    }

    T* data() { return data_; }
    const T* data() const { return data_; }
    std::ptrdiff_t size() const { return count_; }
    T& operator[](std::ptrdiff_t i) { return data_[i]; }
    const T& operator[](std::ptrdiff_t i) const { return data_[i]; }

private:
    static constexpr std::size_t HUGE = 1 << 21;  // bytes of a large page

    void* all_ = nullptr;
    T* data_ = nullptr;
    std::ptrdiff_t count_ = 0;
};

}  // namespace glassnet
