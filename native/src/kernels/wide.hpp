// Numbers of a vector in float64: long sums of float32 lose digits.

#pragma once

#include "simd.hpp"

namespace glassnet::GLASSNET_ISA {

// The lanes of a vector as numbers of float64, in as many vectors as these need: GCC takes a vector
// of twice the width apart in memory.
template <class T>
struct Wide {
    static constexpr int PARTS = static_cast<int>(sizeof(double) / sizeof(T));
    V<double> part[PARTS] = {};

    Wide() = default;
    ALWAYS_INLINE explicit Wide(V<double> v) requires(PARTS == 1) : part{v} {}
#if defined(__AVX512F__)
    ALWAYS_INLINE explicit Wide(V<float> v)
        : part{(V<double>)_mm512_cvtps_pd(_mm512_castps512_ps256((__m512)v)),
               (V<double>)_mm512_cvtps_pd(_mm512_extractf32x8_ps((__m512)v, 1))} {}
#elif defined(__AVX2__)
    ALWAYS_INLINE explicit Wide(V<float> v)
        : part{(V<double>)_mm256_cvtps_pd(_mm256_castps256_ps128((__m256)v)),
               (V<double>)_mm256_cvtps_pd(_mm256_extractf128_ps((__m256)v, 1))} {}
#else
    ALWAYS_INLINE explicit Wide(V<float> v) {
        UNROLLED for (int i = 0; i < LANES<float>; ++i) part[i / LANES<double>][i % LANES<double>] = v[i];
    }
#endif

    ALWAYS_INLINE void operator+=(const Wide& other) {
        UNROLLED for (int p = 0; p < PARTS; ++p) part[p] += other.part[p];
    }
    ALWAYS_INLINE double operator[](int lane) const {
        return part[lane / LANES<double>][lane % LANES<double>];
    }
    ALWAYS_INLINE V<T> narrow() const {
        if constexpr (PARTS == 1) {
            return part[0];
        } else {
            V<T> v;
            UNROLLED for (int i = 0; i < LANES<T>; ++i) v[i] = static_cast<T>((*this)[i]);
            return v;
        }
    }
};

}  // namespace glassnet::GLASSNET_ISA
