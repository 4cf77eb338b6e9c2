// exp, log, tanh and their relatives on vectors, by their series after a reduction of the argument.
//
// Errors, measured against longer arithmetic by tests/engines/test_functions.py: at most 2 units in
// the last place in float32 and in float64.

#pragma once

#include "simd.hpp"

namespace glassnet::GLASSNET_ISA {

template <class T>
struct Numbers;
template <>
struct Numbers<float> {
    static constexpr float MAGIC = 12582912.0f;  // 1.5 · 2²³: adding it rounds to a whole number
    static constexpr float LN2_HIGH = 0.693359375f, LN2_LOW = -2.12194440e-4f;
    static constexpr float LOWEST = -104.0f, HIGHEST = 89.0f, MANY = 20.0f;
    static constexpr float EPSILON = 1.1920929e-07f, SMALLEST_ROOT = 1.0842022e-19f;
    static constexpr int BIAS = 127, FRACTION = 23, EXP_TERMS = 7, LOG_TERMS = 5;
    static constexpr int NEAR_LOG_TERMS = 7;
    static constexpr std::int32_t ROOT_HALF = 0x3f3504f3;
    // tanh r = r + r³ (c₀ + c₁ r² + …) up to ½ ln 2: the polynomial with the least relative error, 4e-10.
    static constexpr double TANH[] = {-0.33333317312814071, 0.13332260814019343,
                                      -0.053715467419996357, 0.019404232611235424};
    static constexpr int TANH_TERMS = 4;
};
template <>
struct Numbers<double> {
    static constexpr double MAGIC = 6755399441055744.0;  // 1.5 · 2⁵²
    static constexpr double LN2_HIGH = 6.93147180369123816490e-01;
    static constexpr double LN2_LOW = 1.90821492927058770002e-10;
    static constexpr double LOWEST = -746.0, HIGHEST = 710.0, MANY = 40.0;
    static constexpr double EPSILON = 2.220446049250313e-16;
    static constexpr double SMALLEST_ROOT = 1.4916681462400413e-154;
    static constexpr int BIAS = 1023, FRACTION = 52, EXP_TERMS = 13, LOG_TERMS = 11;
    static constexpr int NEAR_LOG_TERMS = 15;
    static constexpr std::int64_t ROOT_HALF = 0x3fe6a09e667f3bcd;
    // The same with 8e-18.
    static constexpr double TANH[] = {-0.33333333333332296,  0.13333333333102712,
                                      -0.053968253770636618, 0.021869480039047148,
                                      -0.0088630297635238667, 0.0035891880484364472,
                                      -0.0014311377910987945, 0.00047572637234867280};
    static constexpr int TANH_TERMS = 8;
};

// Inverse factorials and inverse odd numbers, by Horner's rule from the last term.
template <class T>
struct Series {
    T factorial[16], odd[16];
    constexpr Series() : factorial{}, odd{} {
        double product = 1;
        for (int k = 0; k < 16; ++k) {
            if (k > 0) product *= k;
            factorial[k] = static_cast<T>(1 / product);
            odd[k] = static_cast<T>(1.0 / (2 * k + 1));
        }
    }
};
template <class T>
constexpr Series<T> SERIES{};

// eˣ − 1 = 2ᵏ p + (2ᵏ − 1) with p = eʳ − 1, x = k ln 2 + r, |r| ≤ ½ ln 2.
template <class T>
struct Reduced {
    V<T> p, half, rest;  // 2ᵏ = half · rest, so that neither overflows before their product does
};

template <class T>
ALWAYS_INLINE V<T> power_of_two(I<T> k) {
    return (V<T>)((k + Numbers<T>::BIAS) << Numbers<T>::FRACTION);
}

// The power of two and p, for arguments whose power is a normal number.
template <class T>
ALWAYS_INLINE V<T> near_power(V<T> x, I<T>& k) {
    using N = Numbers<T>;
    V<T> shifted = x * static_cast<T>(1.4426950408889634) + N::MAGIC;
    V<T> whole = shifted - N::MAGIC;
    k = (I<T>)shifted - (I<T>)all<T>(N::MAGIC);
    V<T> high = x - whole * N::LN2_HIGH, low = whole * N::LN2_LOW;
    V<T> r = high - low, lost = (high - r) - low;
    V<T> p = all<T>(SERIES<T>.factorial[N::EXP_TERMS]);
    UNROLLED for (int j = N::EXP_TERMS - 1; j >= 2; --j) p = p * r + SERIES<T>.factorial[j];
    return r + (r * r * p + lost);
}

template <class T>
ALWAYS_INLINE Reduced<T> reduced(V<T> x) {
    using N = Numbers<T>;
    x = x < N::LOWEST ? all<T>(N::LOWEST) : x;
    x = x > N::HIGHEST ? all<T>(N::HIGHEST) : x;
    I<T> k;
    V<T> p = near_power<T>(x, k);
    I<T> first = k >> 1;
    return {p, power_of_two<T>(first), power_of_two<T>(k - first)};
}

template <class T>
ALWAYS_INLINE V<T> exponential(V<T> x) {
    Reduced<T> e = reduced<T>(x);
    return (e.half + e.half * e.p) * e.rest;
}

template <class T>
ALWAYS_INLINE V<T> exponential_minus_1(V<T> x) {
    Reduced<T> e = reduced<T>(x);
    V<T> power = e.half * e.rest;
    V<T> made = power * e.p + (power - 1);
    return x > Numbers<T>::HIGHEST - 1 ? exponential<T>(x) : made;
}

// ln x = e ln 2 + 2 artanh s with s = (f − 1)/(f + 1), x = 2ᵉ f, f in [√½, √2). For x > 0.
template <class T>
ALWAYS_INLINE V<T> logarithm(V<T> x) {
    using N = Numbers<T>;
    using Int = typename Of<T>::Int;
    // Below the normal numbers the exponent says nothing: they are scaled up first.
    const T up = static_cast<T>(sizeof(T) == 4 ? 16777216.0 : 18014398509481984.0);
    auto tiny = x < N::SMALLEST_ROOT * N::SMALLEST_ROOT;
    V<T> scaled = tiny ? x * up : x;
    I<T> bits = (I<T>)scaled;
    I<T> e = (bits - N::ROOT_HALF) >> N::FRACTION;
    V<T> f = (V<T>)(bits - (e << N::FRACTION));
    V<T> whole = __builtin_convertvector(e, V<T>);
    whole = tiny ? whole - static_cast<T>(sizeof(T) == 4 ? 24 : 54) : whole;
    V<T> s = quotient<T>(f - 1, f + 1), square = s * s;
    V<T> sum = all<T>(SERIES<T>.odd[N::LOG_TERMS]);
    UNROLLED for (int j = N::LOG_TERMS - 1; j >= 1; --j) sum = sum * square + SERIES<T>.odd[j];
    // 2s = (f − 1) − s (f − 1): keeps the digits of f − 1 near f = 1.
    V<T> u = f - 1;
    V<T> small = u - s * (u - 2 * square * sum);
    V<T> made = whole * N::LN2_HIGH + (small + whole * N::LN2_LOW);
    const Int infinite = sizeof(T) == 4 ? Int(0x7f800000) : Int(0x7ff0000000000000);
    made = x == 0 ? (V<T>)(all<T>(0) - (V<T>)(I<T>{} + infinite)) : made;
    made = x == (V<T>)(I<T>{} + infinite) ? x : made;
    return ((x < 0) | (x != x)) ? (V<T>)(I<T>{} + (infinite | (Int(1) << (N::FRACTION - 1)))) : made;
}

template <class T>
ALWAYS_INLINE V<T> logarithm_of_1_plus(V<T> x) {
    V<T> u = 1 + x;
    V<T> lost = x - (u - 1);  // what the sum rounded away
    V<T> correction = ((u > 0) & (lost == lost)) ? lost / u : V<T>{};
    return u == 1 ? x : logarithm<T>(u) + correction;
}

// ln(1 + x) = 2 artanh s with s = x / (2 + x), for x from 0 to 1: s is ⅓ at most.
template <class T>
ALWAYS_INLINE V<T> near_logarithm(V<T> x) {
    constexpr int TERMS = Numbers<T>::NEAR_LOG_TERMS;
    V<T> s = quotient<T>(x, 2 + x), square = s * s;
    V<T> sum = all<T>(SERIES<T>.odd[TERMS]);
    UNROLLED for (int j = TERMS - 1; j >= 1; --j) sum = sum * square + SERIES<T>.odd[j];
    // 2s = x − s x, as in `logarithm`.
    return x - s * (x - 2 * square * sum);
}

// 1 / (1 + e⁻ˣ), and eˣ / (1 + eˣ) below zero: no power is larger than 1.
template <class T>
ALWAYS_INLINE V<T> sigmoid(V<T> x) {
    V<T> power = exponential<T>(-magnitude<T>(x)), below = 1 + power;
    return quotient<T>(x < 0 ? power : all<T>(1), below, power - (below - 1));
}

// tanh (k ½ ln 2 + r) with r from 0 to ½ ln 2: with t = tanh r and u = 2ᵏ
//
//   tanh x = (u − 1 + (u + 1) t) / (u + 1 + (u − 1) t)
//          = (1 − 1/u) + (1/u − 1 + (3 − 1/u) t) / (u + 1 + (u − 1) t)
//
// 1 − 1/u is exact and the quotient beside it small, so that what that rounds away hardly counts.
// What is not a number stays so on the way.
template <class T>
ALWAYS_INLINE V<T> hyperbolic_tangent(V<T> x) {
    using N = Numbers<T>;
    I<T> sign = (I<T>)x & (I<T>)all<T>(T(-0.0));
    V<T> far = (V<T>)((I<T>)x ^ sign);
    far = far > N::MANY ? all<T>(N::MANY) : far;
    V<T> shifted = far * static_cast<T>(2.8853900817779268) - T(0.5) + N::MAGIC;
    V<T> whole = shifted - N::MAGIC;
    V<T> r = far - whole * (N::LN2_HIGH / 2) - whole * (N::LN2_LOW / 2), square = r * r;
    V<T> sum = all<T>(static_cast<T>(N::TANH[N::TANH_TERMS - 1]));
    UNROLLED for (int j = N::TANH_TERMS - 2; j >= 0; --j)
        sum = sum * square + static_cast<T>(N::TANH[j]);
    V<T> t = r + r * square * sum;
    I<T> k = (I<T>)shifted << N::FRACTION, one = (I<T>)all<T>(1);
    V<T> u = (V<T>)(one + k), inverse = (V<T>)(one - k), below = inverse - 1;
    V<T> made = (below + (3 - inverse) * t) / (u + 1 + (u - 1) * t) - below;
    return (V<T>)((I<T>)made | sign);
}

template <class T>
ALWAYS_INLINE V<T> softplus(V<T> x) {
    return maximum<T>(x, V<T>{}) + near_logarithm<T>(exponential<T>(-magnitude<T>(x)));
}

}  // namespace glassnet::GLASSNET_ISA
