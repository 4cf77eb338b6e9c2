// Gradients become parameters: the equations of glassnet.optimizers in one pass over each array.
//
// A sum of x − x over everything that was made is zero if all of it is finite, and NaN if not.

#pragma once

#include "../table.hpp"
#include "wide.hpp"

namespace glassnet::GLASSNET_ISA {

// What becomes of a sum of gradients before anything is done with it. Numbers are taken out of
// `Update` once: behind a store the compiler has to read them again.
template <class T>
class Finished {
public:
    Finished(const Update& u, bool weights)
        : scale_(static_cast<T>(u.scale)),
          l1_(static_cast<T>(weights ? u.l1 : 0)),
          l2_(static_cast<T>(weights ? u.l2 : 0)) {}

    ALWAYS_INLINE V<T> operator()(V<T> dw, V<T> w) const {
        dw *= scale_;
        if (l2_ != 0) dw += l2_ * w;
        if (l1_ != 0) dw += l1_ * (w > 0 ? all<T>(1) : (w < 0 ? all<T>(-1) : w));
        return dw;
    }

private:
    T scale_, l1_, l2_;
};

template <class T>
bool finish(const Update& u, const Range<T>& x, bool weights) {
    const Finished<T> finished(u, weights);
    V<T> zero = {};
    each<T>(x.count, [&](Size i, int n) __attribute__((always_inline)) {
        V<T> dw = finished(take(x.dw + i, n), take(x.w + i, n));
        zero += dw - dw;
        put(x.dw + i, dw, n);
    });
    return sum<T>(zero) == 0;
}

// A `PLAIN` update has no penalty, no limit and no averages: its loop does not ask for them.
template <class T, Rule RULE, bool PLAIN>
bool updated(const Update& u, const Range<T>& range, bool weights) {
    const Finished<T> finished(u, weights);
    const Range<T> x = range;
    const T alpha = static_cast<T>(u.alpha), beta_1 = static_cast<T>(u.beta_1);
    const T beta_2 = static_cast<T>(u.beta_2), epsilon = static_cast<T>(u.epsilon);
    const T rest_1 = static_cast<T>(1 - u.beta_1), rest_2 = static_cast<T>(1 - u.beta_2);
    // α v̂ / (√ŝ + ε) with what does not depend on the parameter taken together.
    const double unbias = __builtin_sqrt(u.unbias_2);
    const T step = static_cast<T>(u.alpha * u.unbias_1 / unbias);
    const T slack = static_cast<T>(u.epsilon / unbias);
    const T scale = static_cast<T>(u.scale);
    const T shrink = static_cast<T>(weights ? u.shrink : 1.0), limit = static_cast<T>(u.limit);
    const T kept = static_cast<T>(u.average), fresh = static_cast<T>(1 - u.average);
    const bool averages = u.average >= 0;
    V<T> zero = {};
    each<T>(x.count, [&](Size i, int n) __attribute__((always_inline)) {
        V<T> w = take(x.w + i, n), dw = take(x.dw + i, n);
        if constexpr (PLAIN) {
            dw *= scale;
        } else {
            dw = finished(dw, w);
            zero += dw - dw;
            if (limit > 0) {
                dw = dw > limit ? all<T>(limit) : dw;
                dw = dw < -limit ? all<T>(-limit) : dw;
            }
        }
        w *= shrink;
        // An infinite v makes w infinite, unless s is so too.
        if constexpr (RULE == Rule::descent) {
            w -= alpha * dw;
        } else if constexpr (RULE == Rule::momentum || RULE == Rule::nesterov) {
            V<T> v = beta_1 * take(x.v + i, n) + rest_1 * dw;
            put(x.v + i, v, n);
            w -= alpha * (RULE == Rule::momentum ? v : beta_1 * v + rest_1 * dw);
        } else if constexpr (RULE == Rule::rmsprop) {
            V<T> s = beta_2 * take(x.s + i, n) + rest_2 * (dw * dw);
            put(x.s + i, s, n);
            zero += s - s;
            w -= alpha * dw / (root(s) + epsilon);
        } else {
            V<T> v = beta_1 * take(x.v + i, n) + rest_1 * dw;
            V<T> s = beta_2 * take(x.s + i, n) + rest_2 * (dw * dw);
            put(x.v + i, v, n);
            put(x.s + i, s, n);
            zero += s - s;
            w -= step * v / (root(s) + slack);
        }
        put(x.w + i, w, n);
        zero += w - w;
        if constexpr (!PLAIN)
            if (averages) put(x.mean + i, kept * take(x.mean + i, n) + fresh * w, n);
    });
    return sum<T>(zero) == 0;
}

template <class T>
bool update(const Update& u, const Range<T>& x, bool weights) {
    const bool penalized = weights && (u.l1 != 0 || u.l2 != 0);
    const bool plain = !penalized && u.limit <= 0 && u.average < 0;
    auto by = [&]<Rule RULE>() {
        return plain ? updated<T, RULE, true>(u, x, weights) : updated<T, RULE, false>(u, x, weights);
    };
    switch (u.rule) {
        case Rule::descent: return by.template operator()<Rule::descent>();
        case Rule::momentum: return by.template operator()<Rule::momentum>();
        case Rule::nesterov: return by.template operator()<Rule::nesterov>();
        case Rule::rmsprop: return by.template operator()<Rule::rmsprop>();
        case Rule::adam: return by.template operator()<Rule::adam>();
    }
    return false;
}

template <class T>
void norms(const T* x, Size count, double* squares, double* absolutes) {
    Wide<T> square, absolute;
    each<T>(count, [&](Size i, int n) __attribute__((always_inline)) {
        Wide<T> w(take(x + i, n));
        UNROLLED for (int p = 0; p < w.PARTS; ++p) {
            square.part[p] += w.part[p] * w.part[p];
            absolute.part[p] += magnitude<double>(w.part[p]);
        }
    });
    for (int j = 0; j < LANES<T>; ++j) {
        *squares += square[j];
        *absolutes += absolute[j];
    }
}

template <class T>
double total(const T* x, Size count) {
    Wide<T> sums;
    each<T>(count, [&](Size i, int n) __attribute__((always_inline)) {
        sums += Wide<T>(take(x + i, n));
    });
    double made = 0;
    for (int j = 0; j < LANES<T>; ++j) made += sums[j];
    return made;
}

// Σ over the rows, in float64: long float32 sums lose digits.
template <class T>
void column_sums(const T* a, Size step, Size rows, Size columns, T* sums) {
    if (step == columns && LANES<T> % columns == 0) {
        // Narrow rows without gaps: a vector holds several, and every lane belongs to one column.
        Wide<T> lanes;
        each<T>(rows * columns, [&](Size i, int n) __attribute__((always_inline)) {
            lanes += Wide<T>(take(a + i, n));
        });
        for (Size j = 0; j < columns; ++j) {
            double total = 0;
            for (Size i = j; i < LANES<T>; i += columns) total += lanes[i];
            sums[j] = static_cast<T>(total);
        }
        return;
    }
    // Several vectors of a row at a time: whole lines of it, and sums that do not wait for each
    // other. Every column is summed in the same way, wherever it stands.
    constexpr int SOME = sizeof(V<T>) == 64 ? 4 : 2;
    Size j = 0;
    auto vectors = [&]<int COUNT>(int n) __attribute__((always_inline)) {
        Wide<T> even[COUNT], odd[COUNT];
        auto row = [&](Size i, Wide<T>* to) __attribute__((always_inline)) {
            UNROLLED for (int k = 0; k < COUNT; ++k)
                to[k] += Wide<T>(take(a + i * step + j + k * LANES<T>, n));
        };
        Size i = 0;
        for (; i + 1 < rows; i += 2) {
            row(i, even);
            row(i + 1, odd);
        }
        if (i < rows) row(i, even);
        UNROLLED for (int k = 0; k < COUNT; ++k) {
            even[k] += odd[k];
            put(sums + j + k * LANES<T>, even[k].narrow(), n);
        }
    };
    for (; j + SOME * LANES<T> <= columns; j += SOME * LANES<T>)
        vectors.template operator()<SOME>(LANES<T>);
    for (; j + LANES<T> <= columns; j += LANES<T>) vectors.template operator()<1>(LANES<T>);
    if (j < columns) vectors.template operator()<1>(static_cast<int>(columns - j));
}

}  // namespace glassnet::GLASSNET_ISA
