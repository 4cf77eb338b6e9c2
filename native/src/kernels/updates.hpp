// Gradients become parameters: the equations of glassnet.optimizers in one pass over each array.
//
// A sum of 0 · x over everything that was made is zero if all of it is finite, and NaN if not.

#pragma once

#include "../table.hpp"
#include "simd.hpp"

namespace glassnet::GLASSNET_ISA {

template <class T>
ALWAYS_INLINE V<T> finished(const Update& u, V<T> dw, V<T> w, bool weights) {
    dw *= static_cast<T>(u.scale);
    if (weights && u.l2 != 0) dw += static_cast<T>(u.l2) * w;
    if (weights && u.l1 != 0) {
        V<T> sign = w > 0 ? all<T>(1) : (w < 0 ? all<T>(-1) : w);
        dw += static_cast<T>(u.l1) * sign;
    }
    return dw;
}

template <class T>
bool finish(const Update& u, const Range<T>& x, bool weights) {
    V<T> zero = {};
    each<T>(x.count, [&](Size i, int n) __attribute__((always_inline)) {
        V<T> dw = finished<T>(u, take(x.dw + i, n), take(x.w + i, n), weights);
        zero += dw * 0;
        put(x.dw + i, dw, n);
    });
    return sum<T>(zero) == 0;
}

template <class T, Rule RULE>
bool updated(const Update& u, const Range<T>& x, bool weights) {
    const T alpha = static_cast<T>(u.alpha), beta_1 = static_cast<T>(u.beta_1);
    const T beta_2 = static_cast<T>(u.beta_2), epsilon = static_cast<T>(u.epsilon);
    const T rest_1 = static_cast<T>(1 - u.beta_1), rest_2 = static_cast<T>(1 - u.beta_2);
    const T unbias_1 = static_cast<T>(u.unbias_1), unbias_2 = static_cast<T>(u.unbias_2);
    const T shrink = static_cast<T>(weights ? u.shrink : 1.0), limit = static_cast<T>(u.limit);
    const T kept = static_cast<T>(u.average), fresh = static_cast<T>(1 - u.average);
    V<T> zero = {};
    each<T>(x.count, [&](Size i, int n) __attribute__((always_inline)) {
        V<T> w = take(x.w + i, n);
        V<T> dw = finished<T>(u, take(x.dw + i, n), w, weights);
        zero += dw * 0;
        if (limit > 0) {
            dw = dw > limit ? all<T>(limit) : dw;
            dw = dw < -limit ? all<T>(-limit) : dw;
        }
        w *= shrink;
        if constexpr (RULE == Rule::descent) {
            w -= alpha * dw;
        } else if constexpr (RULE == Rule::momentum || RULE == Rule::nesterov) {
            V<T> v = beta_1 * take(x.v + i, n) + rest_1 * dw;
            put(x.v + i, v, n);
            zero += v * 0;
            w -= alpha * (RULE == Rule::momentum ? v : beta_1 * v + rest_1 * dw);
        } else if constexpr (RULE == Rule::rmsprop) {
            V<T> s = beta_2 * take(x.s + i, n) + rest_2 * (dw * dw);
            put(x.s + i, s, n);
            zero += s * 0;
            w -= alpha * dw / (root(s) + epsilon);
        } else {
            V<T> v = beta_1 * take(x.v + i, n) + rest_1 * dw;
            V<T> s = beta_2 * take(x.s + i, n) + rest_2 * (dw * dw);
            put(x.v + i, v, n);
            put(x.s + i, s, n);
            zero += v * 0 + s * 0;
            w -= (alpha * (v * unbias_1)) / (root(s * unbias_2) + epsilon);
        }
        zero += w * 0;
        put(x.w + i, w, n);
        if (u.average >= 0) put(x.mean + i, kept * take(x.mean + i, n) + fresh * w, n);
    });
    return sum<T>(zero) == 0;
}

template <class T>
bool update(const Update& u, const Range<T>& x, bool weights) {
    switch (u.rule) {
        case Rule::descent: return updated<T, Rule::descent>(u, x, weights);
        case Rule::momentum: return updated<T, Rule::momentum>(u, x, weights);
        case Rule::nesterov: return updated<T, Rule::nesterov>(u, x, weights);
        case Rule::rmsprop: return updated<T, Rule::rmsprop>(u, x, weights);
        case Rule::adam: return updated<T, Rule::adam>(u, x, weights);
    }
    return false;
}

template <class T>
void norms(const T* x, Size count, double* squares, double* absolutes) {
    using Wide = typename Of<T>::Wide;
    Wide square = {}, absolute = {};
    each<T>(count, [&](Size i, int n) __attribute__((always_inline)) {
        Wide w = __builtin_convertvector(take(x + i, n), Wide);
        square += w * w;
        absolute += w < 0 ? -w : w;
    });
    for (int j = 0; j < LANES<T>; ++j) {
        *squares += square[j];
        *absolutes += absolute[j];
    }
}

template <class T>
double total(const T* x, Size count) {
    using Wide = typename Of<T>::Wide;
    Wide sums = {};
    each<T>(count, [&](Size i, int n) __attribute__((always_inline)) {
        sums += __builtin_convertvector(take(x + i, n), Wide);
    });
    double made = 0;
    for (int j = 0; j < LANES<T>; ++j) made += sums[j];
    return made;
}

// Σ over the rows, in float64: long float32 sums lose digits.
template <class T>
void column_sums(const T* a, Size step, Size rows, Size columns, T* sums, bool add) {
    using Wide = typename Of<T>::Wide;
    if (step == columns && LANES<T> % columns == 0) {
        // Narrow rows without gaps: a vector holds several, and every lane belongs to one column.
        Wide lanes = {};
        each<T>(rows * columns, [&](Size i, int n) __attribute__((always_inline)) {
            lanes += __builtin_convertvector(take(a + i, n), Wide);
        });
        for (Size j = 0; j < columns; ++j) {
            double total = 0;
            for (Size i = j; i < LANES<T>; i += columns) total += lanes[i];
            sums[j] = static_cast<T>(total) + (add ? sums[j] : T(0));
        }
        return;
    }
    each<T>(columns, [&](Size j, int n) __attribute__((always_inline)) {
        Wide even = {}, odd = {};
        auto row = [&](Size i) __attribute__((always_inline)) {
            return __builtin_convertvector(take(a + i * step + j, n), Wide);
        };
        Size i = 0;
        for (; i + 1 < rows; i += 2) {
            even += row(i);
            odd += row(i + 1);
        }
        if (i < rows) even += row(i);
        V<T> made = __builtin_convertvector(even + odd, V<T>);
        put(sums + j, add ? take(sums + j, n) + made : made, n);
    });
}

}  // namespace glassnet::GLASSNET_ISA
