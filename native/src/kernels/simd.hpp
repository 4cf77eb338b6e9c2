// Vectors of the width that this translation unit is compiled for.
//
// The files of this folder are compiled once for each instruction set, every time into a namespace
// of its own (GLASSNET_ISA). They use nothing of the standard library that has code: the linker
// would keep one copy of an inline function for all, and could keep one that only newer
// processors understand.

#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#endif

#define ALWAYS_INLINE inline __attribute__((always_inline))
#define UNROLLED _Pragma("GCC unroll 24")
// Loops whose own instructions would take from the products what a core shared with others has left.
#define SEVERAL _Pragma("GCC unroll 4")

namespace glassnet::GLASSNET_ISA {

#if defined(__AVX512F__)
constexpr int BYTES = 64;
#elif defined(__AVX2__)
constexpr int BYTES = 32;
#else
constexpr int BYTES = 16;
#endif

template <class T>
struct Of;
template <>
struct Of<float> {
    typedef float V __attribute__((vector_size(BYTES)));
    typedef float Loose __attribute__((vector_size(BYTES), aligned(4), may_alias));
    typedef std::int32_t I __attribute__((vector_size(BYTES)));
    using Int = std::int32_t;
};
template <>
struct Of<double> {
    typedef double V __attribute__((vector_size(BYTES)));
    typedef double Loose __attribute__((vector_size(BYTES), aligned(8), may_alias));
    typedef std::int64_t I __attribute__((vector_size(BYTES)));
    using Int = std::int64_t;
};

template <class T>
using V = typename Of<T>::V;
template <class T>
using I = typename Of<T>::I;
template <class T>
constexpr int LANES = BYTES / static_cast<int>(sizeof(T));

template <class T>
ALWAYS_INLINE V<T> load(const T* p) {
    return *reinterpret_cast<const typename Of<T>::Loose*>(p);
}

template <class T>
ALWAYS_INLINE void store(T* p, V<T> v) {
    *reinterpret_cast<typename Of<T>::Loose*>(p) = v;
}

template <class T>
ALWAYS_INLINE V<T> all(T x) {
    return x - V<T>{};
}

// The first `count` lanes; the others are zero, and what is behind them is not touched.
#if defined(__AVX512F__)
ALWAYS_INLINE V<float> load_part(const float* p, int count) {
    return (V<float>)_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), p);
}
ALWAYS_INLINE V<double> load_part(const double* p, int count) {
    return (V<double>)_mm512_maskz_loadu_pd(static_cast<__mmask8>((1u << count) - 1), p);
}
ALWAYS_INLINE void store_part(float* p, V<float> v, int count) {
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << count) - 1), (__m512)v);
}
ALWAYS_INLINE void store_part(double* p, V<double> v, int count) {
    _mm512_mask_storeu_pd(p, static_cast<__mmask8>((1u << count) - 1), (__m512d)v);
}
// √v by an estimate of 14 bits and one step of Newton's: within 2 units in the last place, and beside
// a division, which keeps the divider busy, without waiting. √0 is 0.
ALWAYS_INLINE V<float> root(V<float> v) {
    __mmask16 some = _mm512_cmp_ps_mask((__m512)v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
    V<float> inverse = (V<float>)_mm512_maskz_rsqrt14_ps(some, (__m512)v), near = v * inverse;
    return near + near * (0.5f - near * (0.5f * inverse));
}
ALWAYS_INLINE V<double> root(V<double> v) { return (V<double>)_mm512_maskz_sqrt_pd(0xff, (__m512d)v); }
#elif defined(__AVX2__)
template <class N>
ALWAYS_INLINE __m256i first(int count) {
    typename Of<N>::I lane;
    for (int i = 0; i < LANES<N>; ++i) lane[i] = i;
    return (__m256i)(lane < static_cast<typename Of<N>::Int>(count));
}
ALWAYS_INLINE V<float> load_part(const float* p, int count) {
    return (V<float>)_mm256_maskload_ps(p, first<float>(count));
}
ALWAYS_INLINE V<double> load_part(const double* p, int count) {
    return (V<double>)_mm256_maskload_pd(p, first<double>(count));
}
// By halves: processors of AMD's take 20 operations and more for a store with a mask.
ALWAYS_INLINE void store_part(float* p, V<float> v, int count) {
    __m128 rest = _mm256_castps256_ps128((__m256)v);
    if (count & 4) {
        _mm_storeu_ps(p, rest);
        p += 4;
        rest = _mm256_extractf128_ps((__m256)v, 1);
    }
    if (count & 2) {
        _mm_storel_pi(reinterpret_cast<__m64*>(p), rest);
        p += 2;
        rest = _mm_movehl_ps(rest, rest);
    }
    if (count & 1) _mm_store_ss(p, rest);
}
ALWAYS_INLINE void store_part(double* p, V<double> v, int count) {
    __m128d rest = _mm256_castpd256_pd128((__m256d)v);
    if (count & 2) {
        _mm_storeu_pd(p, rest);
        p += 2;
        rest = _mm256_extractf128_pd((__m256d)v, 1);
    }
    if (count & 1) _mm_store_sd(p, rest);
}
ALWAYS_INLINE V<float> root(V<float> v) { return (V<float>)_mm256_sqrt_ps((__m256)v); }
ALWAYS_INLINE V<double> root(V<double> v) { return (V<double>)_mm256_sqrt_pd((__m256d)v); }
#else
template <class T>
ALWAYS_INLINE V<T> load_part(const T* p, int count) {
    V<T> v = {};
    for (int i = 0; i < count; ++i) v[i] = p[i];
    return v;
}
template <class T>
ALWAYS_INLINE void store_part(T* p, V<T> v, int count) {
    for (int i = 0; i < count; ++i) p[i] = v[i];
}
ALWAYS_INLINE V<float> root(V<float> v) {
    for (int i = 0; i < LANES<float>; ++i) v[i] = __builtin_sqrtf(v[i]);
    return v;
}
ALWAYS_INLINE V<double> root(V<double> v) {
    for (int i = 0; i < LANES<double>; ++i) v[i] = __builtin_sqrt(v[i]);
    return v;
}
#endif

// a − q b, rounded once: what a quotient q leaves of a, to the last digit. Written out, since a
// compiler that optimises less rounds the product as well, and then nothing but noise is left.
#if defined(__AVX512F__)
ALWAYS_INLINE V<float> remainder(V<float> a, V<float> q, V<float> b) {
    return (V<float>)_mm512_fnmadd_ps((__m512)q, (__m512)b, (__m512)a);
}
ALWAYS_INLINE V<double> remainder(V<double> a, V<double> q, V<double> b) {
    return (V<double>)_mm512_fnmadd_pd((__m512d)q, (__m512d)b, (__m512d)a);
}
#elif defined(__FMA__)
ALWAYS_INLINE V<float> remainder(V<float> a, V<float> q, V<float> b) {
    return (V<float>)_mm256_fnmadd_ps((__m256)q, (__m256)b, (__m256)a);
}
ALWAYS_INLINE V<double> remainder(V<double> a, V<double> q, V<double> b) {
    return (V<double>)_mm256_fnmadd_pd((__m256d)q, (__m256d)b, (__m256d)a);
}
#endif

// 1 / v, to half of its digits or more. A division keeps the divider busy for as long as ten
// multiplications take: AVX-512 has an estimate of 14 bits instead.
#if defined(__AVX512F__)
ALWAYS_INLINE V<float> near_inverse(V<float> v) {
    return (V<float>)_mm512_maskz_rcp14_ps(0xffff, (__m512)v);
}
ALWAYS_INLINE V<double> near_inverse(V<double> v) {
    V<double> near = (V<double>)_mm512_maskz_rcp14_pd(0xff, (__m512d)v);
    return near + near * remainder(all<double>(1), v, near);
}
#else
ALWAYS_INLINE V<float> near_inverse(V<float> v) { return 1 / v; }
ALWAYS_INLINE V<double> near_inverse(V<double> v) { return 1 / v; }
#endif

// a / b to the last digit but one, where b is neither zero nor infinite nor beyond the normal
// numbers; and a / (b + lost), where b is a sum and `lost` what it has rounded away.
template <class T>
ALWAYS_INLINE V<T> quotient(V<T> a, V<T> b) {
#if defined(__AVX512F__)
    V<T> inverse = near_inverse(b), made = a * inverse;
    return made + remainder(a, made, b) * inverse;
#else
    return a / b;
#endif
}
template <class T>
ALWAYS_INLINE V<T> quotient(V<T> a, V<T> b, V<T> lost) {
#if defined(__FMA__)
    V<T> inverse = near_inverse(b), made = a * inverse;
    return made + (remainder(a, made, b) - made * lost) * inverse;
#else
    V<T> made = a / b;
    return made - made * (lost / b);
#endif
}

template <class T>
ALWAYS_INLINE V<T> maximum(V<T> a, V<T> b) {
    return a > b ? a : b;
}
template <class T>
ALWAYS_INLINE V<T> minimum(V<T> a, V<T> b) {
    return a < b ? a : b;
}
template <class T>
ALWAYS_INLINE V<T> magnitude(V<T> v) {
    return v < 0 ? -v : v;
}

// Exchanges, between two vectors, the lanes of which bit S differs: one stage of a transposition,
// and of a sum over lanes.
template <class T, int S, int... J>
ALWAYS_INLINE void exchange_lanes(V<T>& a, V<T>& b) {
    V<T> first = __builtin_shufflevector(a, b, ((J & S) ? LANES<T> + (J ^ S) : J)...);
    b = __builtin_shufflevector(a, b, ((J & S) ? LANES<T> + J : (J ^ S))...);
    a = first;
}
template <class T, int S>
ALWAYS_INLINE void exchange(V<T>& a, V<T>& b) {
    if constexpr (LANES<T> == 16)
        exchange_lanes<T, S, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15>(a, b);
    else if constexpr (LANES<T> == 8)
        exchange_lanes<T, S, 0, 1, 2, 3, 4, 5, 6, 7>(a, b);
    else if constexpr (LANES<T> == 4)
        exchange_lanes<T, S, 0, 1, 2, 3>(a, b);
    else
        exchange_lanes<T, S, 0, 1>(a, b);
}

template <class T, int S = LANES<T> / 2>
ALWAYS_INLINE V<T> folded(V<T> v) {
    V<T> other = v;
    exchange<T, S>(v, other);
    // Now `v` has the lanes without bit S twice, `other` those with it.
    v = v + other;
    if constexpr (S > 1)
        return folded<T, S / 2>(v);
    else
        return v;
}

// The largest of the lanes.
template <class T, int S = LANES<T> / 2>
ALWAYS_INLINE T largest(V<T> v) {
    V<T> other = v;
    exchange<T, S>(v, other);
    v = maximum<T>(v, other);
    if constexpr (S > 1)
        return largest<T, S / 2>(v);
    else
        return v[0];
}

// The first `count` lanes of v, and `rest` in the others.
template <class T>
ALWAYS_INLINE V<T> first_of(V<T> v, int count, T rest) {
    if (count == LANES<T>) return v;
    I<T> lane;
    for (int i = 0; i < LANES<T>; ++i) lane[i] = i;
    return lane < static_cast<typename Of<T>::Int>(count) ? v : all<T>(rest);
}

// The sum of the lanes: halves are added, so that the order is the same wherever it is called.
template <class T>
ALWAYS_INLINE T sum(V<T> v) {
    return folded<T>(v)[0];
}

// Lane j of the result is the sum of the lanes of v[j]; the same additions as `sum`, all at once.
template <class T, int S = LANES<T> / 2>
ALWAYS_INLINE V<T> sums(V<T>* v) {
    UNROLLED for (int i = 0; i < S; ++i) {
        exchange<T, S>(v[i], v[i + S]);
        v[i] += v[i + S];
    }
    if constexpr (S > 1)
        return sums<T, S / 2>(v);
    else
        return v[0];
}

// A bit for each lane that is not zero.
template <class T>
ALWAYS_INLINE unsigned nonzero(V<T> v) {
    unsigned set = 0;
    for (int i = 0; i < LANES<T>; ++i) set |= static_cast<unsigned>(v[i] != 0) << i;
    return set;
}
#if defined(__AVX512F__)
template <>
ALWAYS_INLINE unsigned nonzero<float>(V<float> v) {
    return _mm512_cmp_ps_mask((__m512)v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
}
template <>
ALWAYS_INLINE unsigned nonzero<double>(V<double> v) {
    return _mm512_cmp_pd_mask((__m512d)v, _mm512_setzero_pd(), _CMP_NEQ_UQ);
}
#elif defined(__AVX2__)
template <>
ALWAYS_INLINE unsigned nonzero<float>(V<float> v) {
    return static_cast<unsigned>(
        _mm256_movemask_ps(_mm256_cmp_ps((__m256)v, _mm256_setzero_ps(), _CMP_NEQ_UQ)));
}
template <>
ALWAYS_INLINE unsigned nonzero<double>(V<double> v) {
    return static_cast<unsigned>(
        _mm256_movemask_pd(_mm256_cmp_pd((__m256d)v, _mm256_setzero_pd(), _CMP_NEQ_UQ)));
}
#endif

// f of every number from `from` on; the last, incomplete vector is filled up with zeros.
template <class T, class F>
ALWAYS_INLINE void each(std::ptrdiff_t count, F f) {
    std::ptrdiff_t i = 0;
    for (; i + LANES<T> <= count; i += LANES<T>) f(i, LANES<T>);
    if (i < count) f(i, static_cast<int>(count - i));
}

template <class T>
ALWAYS_INLINE V<T> take(const T* p, int count) {
    return count == LANES<T> ? load(p) : load_part(p, count);
}
template <class T>
ALWAYS_INLINE void put(T* p, V<T> v, int count) {
    if (count == LANES<T>)
        store(p, v);
    else
        store_part(p, v, count);
}

}  // namespace glassnet::GLASSNET_ISA
