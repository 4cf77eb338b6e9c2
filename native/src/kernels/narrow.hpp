// Products of layers of few units, with the examples along the lanes: a block is an array
// [number][lane] of as many examples as a vector has lanes.

#pragma once

#include "packing.hpp"

namespace glassnet::GLASSNET_ISA {

#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int NARROW_BLOCKS = 4, NARROW_COLUMNS = 4;  // 4 × 4 sums and 4 vectors of X
#else
constexpr int NARROW_BLOCKS = 2, NARROW_COLUMNS = 2;  // 4 × 2 sums, and 4 of the bias, in 16 registers
#endif

// Rows of `numbers` numbers become blocks; examples behind the last are zeros.
template <class T>
void to_blocks(const T* rows, Size step, Size count, Size numbers, T* blocks) {
    constexpr Size L = LANES<T>;
    for (Size first = 0; first < count; first += L, rows += L * step, blocks += L * numbers) {
        Size here = count - first < L ? count - first : L;
        if (numbers == 1 && step == 1 && here == L) {
            store(blocks, load(rows));
            continue;
        }
        Size k = 0;
        for (; k + L <= numbers && here == L; k += L) {
            V<T> square[L];
            for (Size i = 0; i < L; ++i) square[i] = load(rows + i * step + k);
            transpose<T>(square);
            for (Size i = 0; i < L; ++i) store(blocks + (k + i) * L, square[i]);
        }
        for (; k < numbers; ++k)
            for (Size i = 0; i < L; ++i) blocks[k * L + i] = i < here ? rows[i * step + k] : T(0);
    }
}

template <class T>
void from_blocks(const T* blocks, Size count, Size numbers, T* rows, Size step) {
    constexpr Size L = LANES<T>;
    for (Size first = 0; first < count; first += L, rows += L * step, blocks += L * numbers) {
        Size here = count - first < L ? count - first : L;
        if (numbers == 1 && step == 1 && here == L) {
            store(rows, load(blocks));
            continue;
        }
        for (Size k = 0; k < numbers; ++k)
            for (Size i = 0; i < here; ++i) rows[i * step + k] = blocks[k * L + i];
    }
}

// B blocks at once, so that a weight is read once for all of them.
template <class T, int R, int B>
ALWAYS_INLINE void narrow_rows(const NarrowProduct<T>& p, const T* x, T* c, Size r) {
    constexpr Size L = LANES<T>;
    const Size depth = p.depth, w_row = p.w_row, w_step = p.w_step;
    V<T> sums[R][B];
    UNROLLED for (int i = 0; i < R; ++i) {
        V<T> start = all<T>(p.start ? p.start[r + i] : T(0));
        UNROLLED for (int b = 0; b < B; ++b) sums[i][b] = start;
    }
    const T* w = p.w + r * w_row;
    SEVERAL for (Size k = 0; k < depth; ++k, w += w_step) {
        V<T> lanes[B];
        UNROLLED for (int b = 0; b < B; ++b) lanes[b] = load(x + (b * depth + k) * L);
        UNROLLED for (int i = 0; i < R; ++i) {
            T each = w[i * w_row];
            UNROLLED for (int b = 0; b < B; ++b) sums[i][b] += each * lanes[b];
        }
    }
    UNROLLED for (int i = 0; i < R; ++i) {
        UNROLLED for (int b = 0; b < B; ++b) store(c + (b * p.rows + r + i) * L, sums[i][b]);
    }
}

template <class T, int B>
void narrow_blocks(const NarrowProduct<T>& p, Size b) {
    const T* x = p.x + b * p.depth * LANES<T>;
    T* c = p.c + b * p.rows * LANES<T>;
    Size r = 0;
    for (; r + 4 <= p.rows; r += 4) narrow_rows<T, 4, B>(p, x, c, r);
    for (; r + 2 <= p.rows; r += 2) narrow_rows<T, 2, B>(p, x, c, r);
    for (; r < p.rows; ++r) narrow_rows<T, 1, B>(p, x, c, r);
}

// C[r] = start[r] + Σ_k W[r, k] X[k], for every block.
template <class T>
void narrow_product(const NarrowProduct<T>& p) {
    Size b = 0;
    for (; b + NARROW_BLOCKS <= p.blocks; b += NARROW_BLOCKS) narrow_blocks<T, NARROW_BLOCKS>(p, b);
    for (; b < p.blocks; ++b) narrow_blocks<T, 1>(p, b);
}

// The sums of the lanes of COUNT vectors, all at once.
template <class T, int COUNT>
ALWAYS_INLINE void all_sums(const V<T>* v, T* made) {
    constexpr int GROUP = LANES<T>;
    UNROLLED for (int first = 0; first < COUNT; first += GROUP) {
        if (COUNT - first > GROUP / 4) {
            V<T> group[GROUP];
            UNROLLED for (int i = 0; i < GROUP; ++i)
                group[i] = first + i < COUNT ? v[first + i] : V<T>{};
            V<T> totals = sums<T>(group);
            UNROLLED for (int i = 0; i < GROUP; ++i)
                if (first + i < COUNT) made[first + i] = totals[i];
        } else {
            UNROLLED for (int i = first; i < COUNT; ++i) made[i] = sum<T>(v[i]);
        }
    }
}

// The first column of tiles sums the bias's gradient too.
template <class T, int R, int C, bool FIRST>
void narrow_gradient_tile(const NarrowGradient<T>& g, Size r, Size k) {
    constexpr Size L = LANES<T>;
    V<T> sums[R * C] = {}, bias[R] = {};
    const T* dz = g.dz + r * L;
    const T* x = g.x + k * L;
    SEVERAL for (Size b = 0; b < g.blocks; ++b, dz += g.units * L, x += g.inputs * L) {
        V<T> right[C];
        UNROLLED for (int j = 0; j < C; ++j) right[j] = load(x + j * L);
        UNROLLED for (int i = 0; i < R; ++i) {
            V<T> left = load(dz + i * L);
            if constexpr (FIRST) bias[i] += left;
            UNROLLED for (int j = 0; j < C; ++j) sums[i * C + j] += left * right[j];
        }
    }
    T made[R * C], biases[R];
    all_sums<T, R * C>(sums, made);
    for (int i = 0; i < R; ++i)
        for (int j = 0; j < C; ++j) g.dw[(r + i) * g.inputs + k + j] = made[i * C + j];
    if constexpr (FIRST) {
        all_sums<T, R>(bias, biases);
        for (int i = 0; i < R; ++i) g.db[r + i] = biases[i];
    }
}

// dW[r, k] = Σ dZ[r] X[k] and db[r] = Σ dZ[r], over all examples of the blocks.
template <class T>
void narrow_gradient(const NarrowGradient<T>& g) {
    auto tile = [&]<int R, int C>(Size r, Size k) {
        if (k == 0)
            narrow_gradient_tile<T, R, C, true>(g, r, k);
        else
            narrow_gradient_tile<T, R, C, false>(g, r, k);
    };
    auto columns = [&]<int R>(Size r) {
        Size k = 0;
        for (; k + NARROW_COLUMNS <= g.inputs; k += NARROW_COLUMNS)
            tile.template operator()<R, NARROW_COLUMNS>(r, k);
        switch (g.inputs - k) {
            case 1: tile.template operator()<R, 1>(r, k); break;
#if defined(__AVX512F__) || defined(__aarch64__)
            case 2: tile.template operator()<R, 2>(r, k); break;
            case 3: tile.template operator()<R, 3>(r, k); break;
#endif
            default: break;
        }
    };
    Size r = 0;
    for (; r + 4 <= g.units; r += 4) columns.template operator()<4>(r);
    for (; r + 2 <= g.units; r += 2) columns.template operator()<2>(r);
    for (; r < g.units; ++r) columns.template operator()<1>(r);
}

}  // namespace glassnet::GLASSNET_ISA
