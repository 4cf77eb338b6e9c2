// A = g(Z) and dZ = dA ∗ g′(Z), on blocks that are still in the cache from the product before.
//
// g′ comes from A where it can. The others leave it beside A while they have Z (`slope`).
// What must become NaN where Z is NaN is written so that a comparison with NaN keeps it.

#pragma once

#include "../table.hpp"
#include "erf.hpp"

namespace glassnet::GLASSNET_ISA {

constexpr double SELU_SCALE = 1.0507009873554805, SELU_ALPHA = 1.6732632423543772;

// Some numbers of every row; or all rows at once, with what fills them up.
struct Area {
    Size rows, numbers, step;
    bool whole;
};

template <class T, class F>
ALWAYS_INLINE void each(const Area& area, F f) {
    if (area.whole) {
        each<T>(area.rows * area.step, f);
        return;
    }
    for (Size i = 0; i < area.rows * area.step; i += area.step)
        each<T>(area.numbers, [&](Size j, int n) __attribute__((always_inline)) { f(i + j, n); });
}

template <class T, class F>
ALWAYS_INLINE void in_place(T* z, const Area& area, F f) {
    each<T>(area, [&](Size i, int n) __attribute__((always_inline)) {
        put(z + i, f(take(z + i, n)), n);
    });
}

template <class T, class F>
ALWAYS_INLINE void with_slope(T* z, T* slope, const Area& area, F f) {
    each<T>(area, [&](Size i, int n) __attribute__((always_inline)) {
        V<T> a, g;
        f(take(z + i, n), a, g);
        put(z + i, a, n);
        if (slope) put(slope + i, g, n);
    });
}

// What a row has to be known of for its softmax: the largest z, and Σ e^(z − the largest).
template <class T>
struct Powers {
    T most, total;
};

template <class T>
ALWAYS_INLINE Powers<T> powers(const T* z, Size units, T* made) {
    V<T> top = all<T>(z[0]), sums = {};
    each<T>(units, [&](Size i, int n) __attribute__((always_inline)) {
        top = maximum<T>(top, first_of<T>(take(z + i, n), n, z[0]));
    });
    const T most = largest<T>(top);
    each<T>(units, [&](Size i, int n) __attribute__((always_inline)) {
        V<T> power = exponential<T>(take(z + i, n) - most);
        put(made + i, power, n);
        sums += first_of<T>(power, n, 0);
    });
    return {most, sum<T>(sums)};
}

template <class T>
void softmax_row(T* z, Size units) {
    const T total = powers(z, units, z).total;
    in_place(z, Area{1, units, units, true}, [&](V<T> power) { return power / total; });
}

template <class T>
void activate(Activation kind, double parameter, T* z, T* slope, Size rows, Size units, Size step,
              bool whole) {
    const T p = static_cast<T>(parameter);
    const Area area{rows, units, step, whole};
    switch (kind) {
        case Activation::identity:
            break;
        case Activation::sigmoid:
            in_place(z, area, [](V<T> x) { return sigmoid<T>(x); });
            break;
        case Activation::tanh:
            in_place(z, area, [](V<T> x) { return hyperbolic_tangent<T>(x); });
            break;
        case Activation::relu:
            in_place(z, area, [](V<T> x) { return x < 0 ? V<T>{} : x; });
            break;
        case Activation::leaky_relu:
            in_place(z, area, [p](V<T> x) { return x > 0 ? x : p * x; });
            break;
        case Activation::softmax:
            for (Size i = 0; i < rows; ++i) softmax_row(z + i * step, units);
            break;
        case Activation::exponential:
            in_place(z, area, [](V<T> x) { return exponential<T>(x); });
            break;
        case Activation::elu:
            in_place(z, area,
                     [p](V<T> x) { return x > 0 ? x : p * exponential_minus_1<T>(x); });
            break;
        case Activation::selu:
            in_place(z, area, [](V<T> x) {
                const T scale = T(SELU_SCALE), alpha = T(SELU_SCALE * SELU_ALPHA);
                return x > 0 ? scale * x : alpha * exponential_minus_1<T>(x);
            });
            break;
        case Activation::softplus:
            with_slope(z, slope, area, [](V<T> x, V<T>& a, V<T>& g) {
                a = softplus<T>(x);
                g = sigmoid<T>(x);
            });
            break;
        case Activation::gelu:
            with_slope(z, slope, area, [](V<T> x, V<T>& a, V<T>& g) {
                V<T> share = normal_below<T>(x);
                a = x * share;
                g = share + x * exponential<T>(x * x * T(-0.5)) * T(0.3989422804014327);
            });
            break;
        case Activation::silu:
            with_slope(z, slope, area, [](V<T> x, V<T>& a, V<T>& g) {
                V<T> s = sigmoid<T>(x);
                a = x * s;
                g = s + a * (1 - s);
            });
            break;
        case Activation::mish:
            with_slope(z, slope, area, [](V<T> x, V<T>& a, V<T>& g) {
                V<T> t = hyperbolic_tangent<T>(softplus<T>(x));
                a = x * t;
                g = t + x * (1 - t * t) * sigmoid<T>(x);
            });
            break;
    }
}

template <class T, class F>
ALWAYS_INLINE void multiply(T* da, const T* a, const Area& area, F slope) {
    each<T>(area, [&](Size i, int n) __attribute__((always_inline)) {
        put(da + i, take(da + i, n) * slope(take(a + i, n)), n);
    });
}

template <class T>
void chain(Activation kind, double parameter, T* da, const T* a, const T* slope, Size rows,
           Size units, Size step, bool whole) {
    const T p = static_cast<T>(parameter);
    const Area area{rows, units, step, whole};
    switch (kind) {
        case Activation::identity:
            break;
        case Activation::sigmoid:
            multiply(da, a, area, [](V<T> x) { return x * (1 - x); });
            break;
        case Activation::tanh:
            multiply(da, a, area, [](V<T> x) { return 1 - x * x; });
            break;
        case Activation::relu:
            multiply(da, a, area, [](V<T> x) { return x > 0 ? all<T>(1) : V<T>{}; });
            break;
        case Activation::leaky_relu:
            multiply(da, a, area, [p](V<T> x) { return x > 0 ? all<T>(1) : all<T>(p); });
            break;
        case Activation::softmax:
            for (Size i = 0; i < rows; ++i) {
                T* d = da + i * step;
                const T* x = a + i * step;
                V<T> sums = {};
                each<T>(units, [&](Size j, int n) __attribute__((always_inline)) {
                    sums += take(d + j, n) * take(x + j, n);
                });
                T total = sum<T>(sums);
                each<T>(units, [&](Size j, int n) __attribute__((always_inline)) {
                    put(d + j, take(x + j, n) * (take(d + j, n) - total), n);
                });
            }
            break;
        case Activation::exponential:
            multiply(da, a, area, [](V<T> x) { return x; });
            break;
        case Activation::elu:
            multiply(da, a, area, [p](V<T> x) { return x > 0 ? all<T>(1) : x + p; });
            break;
        case Activation::selu:
            multiply(da, a, area, [](V<T> x) {
                const T scale = T(SELU_SCALE), alpha = T(SELU_SCALE * SELU_ALPHA);
                return x > 0 ? all<T>(scale) : x + alpha;
            });
            break;
        case Activation::softplus:
        case Activation::gelu:
        case Activation::silu:
        case Activation::mish:
            multiply(da, slope, area, [](V<T> x) { return x; });
            break;
    }
}

}  // namespace glassnet::GLASSNET_ISA
