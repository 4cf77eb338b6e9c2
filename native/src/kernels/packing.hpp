// Rearrangements that let products read memory in order.

#pragma once

#include "products.hpp"

namespace glassnet::GLASSNET_ISA {

// Numbers from..to of every row, in tiles of TILE numbers: [tile][row][TILE]. Several tiles at once, so
// that whole lines of a row are read one behind the other.
template <class T>
void pack_tiles(Examples<T> a, Size rows, Size from, Size to, T* packed) {
    constexpr Size SOME = 8, AHEAD = 4, LINE = 64 / sizeof(T);
    Size k = from;
    for (Size tiles; (tiles = (to - k) / TILE) > 0; k += tiles * TILE) {
        if (tiles > SOME) tiles = SOME;
        T* first = packed + (k - from) * rows;
        for (Size i = 0; i < rows; ++i, first += TILE) {
            if (i + AHEAD < rows)
                for (Size j = 0; j < tiles * TILE; j += LINE) __builtin_prefetch(a[i + AHEAD] + k + j);
            const T* row = a[i] + k;
            T* target = first;
            for (Size t = 0; t < tiles; ++t, row += TILE, target += TILE * rows)
                __builtin_memcpy(target, row, TILE * sizeof(T));
        }
    }
    T* target = packed + (k - from) * rows;
    for (Size i = 0; i < rows && k < to; ++i, target += TILE)
        for (Size j = 0; j < TILE; ++j) target[j] = k + j < to ? a[i][k + j] : T(0);
}

// Rows, one behind the other.
template <class T>
void gather(Examples<T> a, Size rows, Size numbers, T* to, Size to_step) {
    constexpr Size AHEAD = 6, LINE = 64 / sizeof(T);
    if (!a.order && a.step == numbers && to_step == numbers) {
        numbers *= rows;
        rows = 1;
    }
    for (Size i = 0; i < rows; ++i, to += to_step) {
        if (a.order && i + AHEAD < rows)
            for (Size j = 0; j < numbers && j < 16 * LINE; j += LINE)
                __builtin_prefetch(a[i + AHEAD] + j);
        const T* row = a[i];
        each<T>(numbers, [&](Size j, int n) __attribute__((always_inline)) {
            put(to + j, take(row + j, n), n);
        });
    }
}

// The first `numbers` numbers of every row, filled up with zeros to `width`.
template <class T>
void pack_panel(Examples<T> a, Size rows, Size numbers, Size width, T* packed) {
    constexpr Size AHEAD = 4, LINE = 64 / sizeof(T);
    for (Size i = 0; i < rows; ++i, packed += width) {
        if (i + AHEAD < rows)
            for (Size j = 0; j < numbers; j += LINE) __builtin_prefetch(a[i + AHEAD] + j);
        const T* row = a[i];
        Size j = 0;
        for (; j + LANES<T> <= numbers; j += LANES<T>) store(packed + j, load(row + j));
        if (j < numbers) {
            store(packed + j, load_part(row + j, static_cast<int>(numbers - j)));
            j += LANES<T>;
        }
        for (; j < width; j += LANES<T>) store(packed + j, V<T>{});
    }
}

// Some panels of rows: [panel][row][width].
template <class T>
void pack_panels(Examples<T> a, Size rows, Size width, Size panels, T* packed) {
    constexpr Size AHEAD = 4, LINE = 64 / sizeof(T);
    const Size numbers = panels * width;
    for (Size i = 0; i < rows; ++i, packed += width) {
        const T* row = a[i];
        if (i + AHEAD < rows)
            for (Size j = 0; j < numbers; j += LINE) __builtin_prefetch(a[i + AHEAD] + j);
        T* target = packed;
        for (Size p = 0; p < panels; ++p, row += width, target += rows * width)
            for (Size j = 0; j < width; j += LANES<T>) store(target + j, load(row + j));
    }
}

// Four vectors become their first quarters, their second ones, and so on: the two widest stages of a
// transposition, in an order in which AVX-512 has an instruction of one cycle for each exchange.
template <class T, int... J>
ALWAYS_INLINE void exchange_quarters(V<T>& a, V<T>& b, V<T>& c, V<T>& d) {
    constexpr int L = LANES<T>, H = L / 2, Q = L / 4;
    V<T> first = __builtin_shufflevector(a, b, (J < H ? J : J + H)...);
    V<T> second = __builtin_shufflevector(a, b, (J < H ? J + H : J + L)...);
    V<T> third = __builtin_shufflevector(c, d, (J < H ? J : J + H)...);
    V<T> fourth = __builtin_shufflevector(c, d, (J < H ? J + H : J + L)...);
    a = __builtin_shufflevector(first, third, (J / Q * H + J % Q)...);
    b = __builtin_shufflevector(first, third, (J / Q * H + J % Q + Q)...);
    c = __builtin_shufflevector(second, fourth, (J / Q * H + J % Q)...);
    d = __builtin_shufflevector(second, fourth, (J / Q * H + J % Q + Q)...);
}
template <class T>
ALWAYS_INLINE void exchange_quarters(V<T>* rows) {
    constexpr int Q = LANES<T> / 4;
    V<T>&a = rows[0], &b = rows[Q], &c = rows[2 * Q], &d = rows[3 * Q];
    if constexpr (LANES<T> == 16)
        exchange_quarters<T, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15>(a, b, c, d);
    else
        exchange_quarters<T, 0, 1, 2, 3, 4, 5, 6, 7>(a, b, c, d);
}

template <class T, int S = LANES<T> / 2>
ALWAYS_INLINE void transpose(V<T>* rows) {
    constexpr int L = LANES<T>;
    if constexpr (BYTES == 64 && S == L / 2) {
        UNROLLED for (int i = 0; i < L / 4; ++i) exchange_quarters<T>(rows + i);
        transpose<T, L / 8>(rows);
    } else {
        UNROLLED for (int i = 0; i < L; ++i) {
            if ((i & S) == 0) exchange<T, S>(rows[i], rows[i | S]);
        }
        if constexpr (S > 1) transpose<T, S / 2>(rows);
    }
}

// The columns `from`..`to` of W, u rows of n numbers, as squares of LANES rows and columns: `use` of
// where each begins in W, how many columns it has, and where it is in forward panels, Wᵀ.
template <class T, class Use>
ALWAYS_INLINE void each_square(Size n, Size u, Size from, Size to, Use use) {
    constexpr Size L = LANES<T>;
    Size vectors = (u + L - 1) / L;
    for (Size index = 0; index < panels(vectors, WIDEST); ++index) {
        Panel at = panel(vectors, WIDEST, index);
        Size width = at.width * L;
        for (Size k = from; k < to; k += L)
            for (Size vector = 0; vector < at.width; ++vector)
                use((at.first + vector) * L, k, static_cast<int>(to - k < L ? to - k : L),
                    at.first * L * n + k * width + vector * L, width);
    }
}

template <class T>
void pack(const T* natural, Size n, Size u, T* forward, Size from, Size to) {
    each_square<T>(n, u, from, to, [=](Size j, Size k, int columns, Size place, Size step)
                                       __attribute__((always_inline)) {
        V<T> rows[LANES<T>];
        for (Size i = 0; i < LANES<T>; ++i)
            rows[i] = j + i < u ? take(natural + (j + i) * n + k, columns) : V<T>{};
        transpose<T>(rows);
        for (int i = 0; i < columns; ++i) store(forward + place + i * step, rows[i]);
    });
}

template <class T>
void unpack(const T* forward, Size n, Size u, T* natural, Size from, Size to) {
    each_square<T>(n, u, from, to, [=](Size j, Size k, int columns, Size place, Size step)
                                       __attribute__((always_inline)) {
        V<T> rows[LANES<T>];
        for (Size i = 0; i < LANES<T>; ++i)
            rows[i] = i < columns ? load(forward + place + i * step) : V<T>{};
        transpose<T>(rows);
        for (Size i = 0; i < LANES<T> && j + i < u; ++i)
            put(natural + (j + i) * n + k, rows[i], columns);
    });
}

// Wᵀ, in forward panels of n rows, becomes W, in backward panels of u rows. Rows `from`..`to` of
// the former, and units `first`..`last` of them; `from` and `first` are multiples of LANES.
template <class T>
void turn(const T* forward, Size n, Size u, T* backward, Size from, Size to, Size first,
          Size last) {
    constexpr Size L = LANES<T>;
    const Size wide = (u + L - 1) / L, narrow = (n + L - 1) / L;
    const Size sources = panels(wide, WIDEST), targets = panels(narrow, WIDEST);
    for (Size in = 0; in < sources; ++in) {
        const Panel source = panel(wide, WIDEST, in);
        const Size unit = source.first * L, units = source.width * L;
        if (unit < first || unit >= last) continue;
        for (Size out = 0; out < targets; ++out) {
            const Panel target = panel(narrow, WIDEST, out);
            const Size input = target.first * L, step = target.width * L;
            if (input + step <= from || input >= to) continue;
            T* base = backward + input * u + unit * step;
            for (Size j = 0; j < units && out + 1 < targets; ++j)
                __builtin_prefetch(base + step * u + j * step, 1);
            for (Size j = unit; j < unit + units; j += L) {
                for (Size k = input; k < input + step; k += L) {
                    if (k < from || k >= to) continue;
                    const T* p = forward + unit * n + k * units + (j - unit);
                    V<T> rows[L];
                    for (Size i = 0; i < L; ++i) rows[i] = k + i < n ? load(p + i * units) : V<T>{};
                    transpose<T>(rows);
                    T* made = base + (j - unit) * step + (k - input);
                    for (Size i = 0; i < L && j + i < u; ++i) store(made + i * step, rows[i]);
                }
            }
        }
    }
}

}  // namespace glassnet::GLASSNET_ISA
