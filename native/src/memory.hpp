// Arrays that begin at a cache line.

#pragma once

#include <utility>

#include "pages.hpp"

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
    ~Memory() { give_back(); }

    // New memory of zeros; a little more than asked for, for the last incomplete vector.
    void resize(std::ptrdiff_t count) {
        give_back();
        std::size_t bytes = (static_cast<std::size_t>(count) * sizeof(T) + 191) / 64 * 64;
        if (bytes >= LARGE) {
            data_ = static_cast<T*>(Pages::take(bytes));
        } else {
            all_ = std::calloc(bytes + Pages::LINE, 1);
            if (!all_) throw std::bad_alloc();
            auto start = reinterpret_cast<std::uintptr_t>(all_);
            data_ = reinterpret_cast<T*>((start + Pages::LINE - 1) / Pages::LINE * Pages::LINE);
        }
        count_ = count;
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
#if defined(GLASSNET_SANITIZE)
    static constexpr std::size_t LARGE = SIZE_MAX;  // every array has borders that are watched
#else
    static constexpr std::size_t LARGE = 1 << 15;
#endif

    void give_back() {
        if (data_ && !all_) Pages::give_back(data_);
        std::free(all_);
        all_ = nullptr;
        data_ = nullptr;
        count_ = 0;
    }

    void* all_ = nullptr;  // where the array is too small to lie on large pages
    T* data_ = nullptr;
    std::ptrdiff_t count_ = 0;
};

}  // namespace glassnet
