// Memory in large pages for arrays of middle and large size, one array behind the other.
//
// On pages of 4 KiB a few million parameters need more pages than a processor remembers the places
// of, and which arrays drive each other out of the cache is another matter of luck in every process.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace glassnet {

class Pages {
public:
    static constexpr std::size_t LINE = 64;

    // Zeros from a line on. The system brings pages when they are first looked at, so that what
    // is asked of it at once may be more than is needed.
    static void* take(std::size_t bytes) {
        std::lock_guard lock(mutex());
        bytes = up(bytes, LINE) + LINE;
        Block*& block = open();
        if (!block || block->used + bytes > block->size) block = new_block(bytes);
        std::byte* start = block->start + block->used;
        block->used += bytes;
        ++block->arrays;
        *reinterpret_cast<Block**>(start) = block;
        return start + LINE;
    }

    // Pages go back to the system with the last array that is on them.
    static void give_back(void* array) {
        std::lock_guard lock(mutex());
        auto* block = *reinterpret_cast<Block**>(static_cast<std::byte*>(array) - LINE);
        if (--block->arrays) return;
        if (block == open()) open() = nullptr;
        std::free(block->all);
        delete block;
    }

private:
    static constexpr std::size_t PAGE = 1 << 21, SIZE = 32 * PAGE;

    struct Block {
        void* all;
        std::byte* start;
        std::size_t size, used = 0, arrays = 0;
    };

    static std::size_t up(std::size_t bytes, std::size_t multiple) {
        return (bytes + multiple - 1) / multiple * multiple;
    }

    static Block* new_block(std::size_t bytes) {
        std::size_t size = std::max(up(bytes, PAGE), SIZE);
        void* all = std::calloc(size + PAGE, 1);
        if (!all) throw std::bad_alloc();
        auto start = up(reinterpret_cast<std::uintptr_t>(all), PAGE);
#if defined(__linux__)
        madvise(reinterpret_cast<void*>(start), size, MADV_HUGEPAGE);
#endif
        return new Block{all, reinterpret_cast<std::byte*>(start), size};
    }

    // Both are kept to the end of the process: arrays may be given back until then.
    static std::mutex& mutex() {
        static auto& made = *new std::mutex;
        return made;
    }
    static Block*& open() {
        static Block* block = nullptr;
        return block;
    }
};

}  // namespace glassnet
