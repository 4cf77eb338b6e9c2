// L of every example, and dZ of a canonical pair or dA of any other.

#pragma once

#include "activations.hpp"

namespace glassnet::GLASSNET_ISA {

// What one output value comes to: a is Z before and A after where the pair is canonical.
template <class T>
struct One {
    V<T> a, da, loss;
};

template <class T>
ALWAYS_INLINE V<T> at_least(V<T> a, T low) {
    return a < low ? all<T>(low) : a;
}
template <class T>
ALWAYS_INLINE V<T> at_most(V<T> a, T high) {
    return a > high ? all<T>(high) : a;
}
template <class T>
ALWAYS_INLINE V<T> inside(V<T> a) {
    return at_most<T>(at_least<T>(a, Numbers<T>::EPSILON), 1 - Numbers<T>::EPSILON);
}
template <class T>
ALWAYS_INLINE V<T> positive(V<T> a) {
    return at_least<T>(a, Numbers<T>::SMALLEST_ROOT);
}

// L and dA, given whether a slope or a loss is wanted at all.
template <class T, class F>
ALWAYS_INLINE void over(const Losses<T>& x, F f) {
    bool flat = x.step == x.units && x.y_units == x.units && x.rule.kind != Loss::quantile;
    Size runs = flat ? 1 : x.rows, length = flat ? x.rows * x.units : x.units;
    for (Size i = 0; i < runs; ++i) {
        T* a = x.a + i * x.step;
        const T* y = x.y + i * x.y_units;
        each<T>(length, [&](Size j, int n) __attribute__((always_inline)) {
            V<T> label = x.y_units == x.units ? take(y + j, n) : all<T>(y[0]);
            One<T> made = f(take(a + j, n), label, j, n);
            if (x.rule.canonical) put(a + j, made.a, n);
            if (x.da) put(x.da + i * x.step + j, made.da, n);
            if (x.each) put(x.scratch + i * x.step + j, made.loss, n);
        });
    }
}

template <class T>
void softmax_losses(const Losses<T>& x, T keep, T spread) {
    for (Size i = 0; i < x.rows; ++i) {
        T* z = x.a + i * x.step;
        T* scratch = x.scratch + i * x.step;
        const T* y = x.y + i * x.y_units;
        const auto [most, total] = powers(z, x.units, scratch);
        const T log_total = x.each ? logarithm<T>(all<T>(total))[0] : 0;
        each<T>(x.units, [&](Size j, int n) __attribute__((always_inline)) {
            V<T> target = take(y + j, n) * keep + spread;
            V<T> loss = target * (log_total - (take(z + j, n) - most));
            V<T> a = take(scratch + j, n) / total;
            put(z + j, a, n);
            if (x.da) put(x.da + i * x.step + j, a - target, n);
            if (x.each) put(scratch + j, loss, n);
        });
    }
}

template <class T>
void each_loss(const Losses<T>& x) {
    const bool canonical = x.rule.canonical;
    const T delta = static_cast<T>(x.rule.delta), keep = static_cast<T>(1 - x.rule.smoothing);
    const bool binary = x.rule.kind == Loss::binary_cross_entropy;
    const T spread = static_cast<T>(x.rule.smoothing / (binary ? 2 : x.units));
    switch (x.rule.kind) {
        case Loss::squared:
            over(x, [](V<T> a, V<T> y, Size, int) -> One<T> {
                return {a, a - y, (a - y) * (a - y) * T(0.5)};
            });
            break;
        case Loss::absolute:
            over(x, [](V<T> a, V<T> y, Size, int) -> One<T> {
                V<T> e = a - y;
                V<T> sign = e > 0 ? all<T>(1) : (e < 0 ? all<T>(-1) : e);
                return {a, sign, magnitude<T>(e)};
            });
            break;
        case Loss::huber:
            over(x, [delta](V<T> a, V<T> y, Size, int) -> One<T> {
                V<T> far = magnitude<T>(a - y);
                return {a, at_most<T>(at_least<T>(a - y, -delta), delta),
                        far <= delta ? far * far * T(0.5) : delta * (far - delta * T(0.5))};
            });
            break;
        case Loss::quantile:
            over(x, [&x](V<T> a, V<T> y, Size j, int n) -> One<T> {
                V<T> q = {};
                for (int i = 0; i < n; ++i) q[i] = static_cast<T>(x.rule.quantiles[j + i]);
                V<T> e = y - a, one = q * e, other = (q - 1) * e;
                return {a, e > 0 ? -q : (e < 0 ? 1 - q : e), one > other ? one : other};
            });
            break;
        case Loss::poisson:
            if (canonical)
                over(x, [](V<T> z, V<T> y, Size, int) -> One<T> {
                    V<T> a = exponential<T>(z);
                    return {a, a - y, a - y * z};
                });
            else
                over(x, [](V<T> a, V<T> y, Size, int) -> One<T> {
                    V<T> held = positive<T>(a);
                    return {a, 1 - y / held, a - y * logarithm<T>(held)};
                });
            break;
        case Loss::binary_cross_entropy:
            if (canonical)
                over(x, [keep, spread](V<T> z, V<T> y, Size, int) -> One<T> {
                    V<T> target = y * keep + spread, top = z < 0 ? V<T>{} : z;
                    V<T> power = exponential<T>(-magnitude<T>(z)), below = 1 + power;
                    V<T> a = quotient<T>(z < 0 ? power : all<T>(1), below, power - (below - 1));
                    return {a, a - target, top + near_logarithm<T>(power) - target * z};
                });
            else
                over(x, [keep, spread](V<T> a, V<T> y, Size, int) -> One<T> {
                    V<T> target = y * keep + spread, held = inside<T>(a);
                    V<T> loss = -(target * logarithm<T>(held) +
                                  (1 - target) * logarithm_of_1_plus<T>(-held));
                    return {a, (1 - target) / (1 - held) - target / positive<T>(a), loss};
                });
            break;
        case Loss::categorical_cross_entropy:
            if (canonical)
                softmax_losses(x, keep, spread);
            else
                over(x, [keep, spread](V<T> a, V<T> y, Size, int) -> One<T> {
                    V<T> target = y * keep + spread;
                    return {a, -target / positive<T>(a), -target * logarithm<T>(inside<T>(a))};
                });
            break;
    }
}

// The sums of rows of a few numbers, without a vector that would be almost empty for each.
template <class T, int NUMBERS>
void few_sums(const T* x, Size rows, T* sums) {
    for (Size i = 0; i < rows; ++i) {
        T made = x[i * NUMBERS];
        UNROLLED for (int j = 1; j < NUMBERS; ++j) made += x[i * NUMBERS + j];
        sums[i] = made;
    }
}

template <class T>
void row_sums(const T* x, Size step, Size rows, Size numbers, T* sums) {
    switch (step == numbers ? numbers : 0) {
        case 1: return few_sums<T, 1>(x, rows, sums);
        case 2: return few_sums<T, 2>(x, rows, sums);
        case 3: return few_sums<T, 3>(x, rows, sums);
        case 4: return few_sums<T, 4>(x, rows, sums);
        default: break;
    }
    for (Size i = 0; i < rows; ++i, x += step) {
        V<T> made = {};
        each<T>(numbers, [&](Size j, int n) __attribute__((always_inline)) { made += take(x + j, n); });
        sums[i] = sum<T>(made);
    }
}

template <class T>
void losses(const Losses<T>& x) {
    each_loss(x);
    if (x.each) row_sums(x.scratch, x.step, x.rows, x.units, x.each);
    if (x.each && x.weights) {
        each<T>(x.rows, [&](Size i, int n) __attribute__((always_inline)) {
            put(x.each + i, take(x.each + i, n) * take(x.weights + i, n), n);
        });
    }
    if (!x.da) return;
    for (Size i = 0; i < x.rows && x.weights; ++i) {
        for (Size j = 0; j < x.units; ++j) x.da[i * x.step + j] *= x.weights[i];
    }
    // Lanes behind the last unit carry no gradient.
    for (Size i = 0; i < x.rows && x.step > x.units; ++i) {
        for (Size j = x.units; j < x.step; ++j) x.da[i * x.step + j] = 0;
    }
}

}  // namespace glassnet::GLASSNET_ISA
