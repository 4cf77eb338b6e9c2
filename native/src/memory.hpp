// Arrays that begin at a cache line.

#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace glassnet {

template <class T>
class Memory {
public:
    Memory() = default;
    explicit Memory(std::ptrdiff_t count) { resize(count); }
    Memory(Memory&& other) noexcept : data_(other.data_), count_(other.count_) {
        other.data_ = nullptr;
        other.count_ = 0;
    }
    Memory& operator=(Memory&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(count_, other.count_);
        return *this;
    }
    ~Memory() { std::free(data_); }

    // New memory of zeros; a little more than asked for, for the last incomplete vector.
    void resize(std::ptrdiff_t count) {
        std::free(data_);
        std::size_t bytes = (static_cast<std::size_t>(count) * sizeof(T) + 191) / 64 * 64;
        data_ = static_cast<T*>(std::aligned_alloc(64, bytes));
        count_ = count;
        if (!data_) throw std::bad_alloc();
        std::memset(static_cast<void*>(data_), 0, bytes);
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
    T* data_ = nullptr;
    std::ptrdiff_t count_ = 0;
};

}  // namespace glassnet
