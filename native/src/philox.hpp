// Philox 4x64-10, a generator whose n-th numbers can be computed directly: the bits of NumPy's
// `Generator(Philox(key=…, counter=…))`, so that a mask is the same on every engine.
//
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).

#pragma once

#include <array>
#include <cstdint>

namespace glassnet {

struct Philox {
    std::array<std::uint64_t, 2> key;
    std::array<std::uint64_t, 4> counter;

    // Block number n of four numbers; NumPy counts before it draws.
    std::array<std::uint64_t, 4> block(std::uint64_t n) const {
        auto x = counter;
        x[0] += n + 1;
        if (x[0] < n + 1 && ++x[1] == 0 && ++x[2] == 0) ++x[3];
        auto k = key;
        for (int round = 0; round < 10; ++round) {
            if (round > 0) {
                k[0] += 0x9E3779B97F4A7C15u;
                k[1] += 0xBB67AE8584CAA73Bu;
            }
            auto first = static_cast<unsigned __int128>(0xD2E7470EE14C6C93u) * x[0];
            auto second = static_cast<unsigned __int128>(0xCA5A826395121157u) * x[2];
            x = {static_cast<std::uint64_t>(second >> 64) ^ x[1] ^ k[0],
                 static_cast<std::uint64_t>(second),
                 static_cast<std::uint64_t>(first >> 64) ^ x[3] ^ k[1],
                 static_cast<std::uint64_t>(first)};
        }
        return x;
    }

    // Calls f(j, u) for numbers `from`..`to` of `random(dtype=float32)`, j counted from `from`.
    template <class F>
    void uniform(std::uint64_t from, std::uint64_t to, F f) const {
        for (std::uint64_t at = from; at < to;) {
            auto numbers = block(at / 8);
            for (; at < to; ++at) {
                auto word = static_cast<std::uint32_t>(numbers[at % 8 / 2] >> (at % 2 ? 32 : 0));
                f(at - from, static_cast<float>(word >> 8) * (1.0f / 16777216.0f));
                if (at % 8 == 7) {
                    ++at;
                    break;
                }
            }
        }
    }
};

}  // namespace glassnet
