// Products that skip the zeros of P.
//
// A row of C, as many vectors of it as fit into the registers, is held there while those numbers of a
// row of P that are not zero are looked up in a set of bits: each is a broadcast and as many
// multiply-adds, whose other factors come from the first cache. The additions are those of a tile, in
// the same order, but for those of zero: the same bits, but for the sign of a sum that is zero.

#pragma once

#include "packing.hpp"

namespace glassnet::GLASSNET_ISA {

constexpr int TOGETHER = 12;                   // vectors of a row of C
constexpr int NEARBY = BYTES == 64 ? 32 : 64;  // terms whose rows of Q, so long, fit into the first cache

// Which of `count` numbers are not zero, at most NEARBY of them.
template <class T>
ALWAYS_INLINE std::uint64_t nonzeros(const T* p, Size count) {
    std::uint64_t set = 0;
    if (count == NEARBY) {
        UNROLLED for (int j = 0; j < NEARBY; j += LANES<T>)
            set |= static_cast<std::uint64_t>(nonzero<T>(load(p + j))) << j;
    } else {
        each<T>(count, [&](Size j, int n) __attribute__((always_inline)) {
            set |= static_cast<std::uint64_t>(nonzero<T>(take(p + j, n))) << j;
        });
    }
    return set;
}

template <class T>
Size count_nonzeros(Examples<T> a, Size rows, Size from, Size to) {
    Size count = 0;
    for (Size i = 0; i < rows; ++i)
        for (Size j = from; j < to; j += NEARBY)
            count += __builtin_popcountll(nonzeros(a[i] + j, to - j < NEARBY ? to - j : NEARBY));
    return count;
}

// Of the rows from `first` on, the terms from `begin` on: those in the set of every row.
template <class T>
struct Terms {
    const Product<T>& x;
    Size first, rows, begin;
    const std::uint64_t* sets;
};

// G panels of W vectors, from number `lane` of C on.
template <class T, int G, int W>
void skipping_panels(const Terms<T>& at, Size lane) {
    const Product<T>& x = at.x;
    constexpr Size WIDTH = W * LANES<T>;
    const Size q_step = x.q_step ? x.q_step : WIDTH, q_panel = x.q_step ? WIDTH : WIDTH * x.depth;
    const Size c_step = x.c_step ? x.c_step : WIDTH, c_panel = x.c_step ? WIDTH : WIDTH * x.rows;
    const T* q[G];
    UNROLLED for (int g = 0; g < G; ++g)
        q[g] = x.q + (x.q_step ? lane : lane * x.depth) + g * q_panel + at.begin * q_step;
    T* c = x.c + (x.c_step ? lane : lane * x.rows) + at.first * c_step;
    for (Size i = 0; i < at.rows; ++i, c += c_step) {
        const Size row = at.first + i;
        const T* p = x.p + (x.order ? x.order[row] : row) * x.p_row + at.begin;
        V<T> sums[G][W];
        UNROLLED for (int g = 0; g < G; ++g) {
            UNROLLED for (int w = 0; w < W; ++w) {
                const Size here = (g * W + w) * LANES<T>;
                if (at.begin > 0)
                    sums[g][w] = load(c + g * c_panel + w * LANES<T>);
                else
                    sums[g][w] = x.start ? load(x.start + lane + here) : V<T>{};
            }
        }
        std::uint64_t set = at.sets[i];
        SEVERAL for (; set; set &= set - 1) {
            const Size d = __builtin_ctzll(set);
            const T number = p[d];
            UNROLLED for (int g = 0; g < G; ++g) {
                UNROLLED for (int w = 0; w < W; ++w)
                    sums[g][w] += number * load(q[g] + d * q_step + w * LANES<T>);
            }
        }
        UNROLLED for (int g = 0; g < G; ++g) {
            UNROLLED for (int w = 0; w < W; ++w)
                store(c + g * c_panel + w * LANES<T>, sums[g][w]);
        }
    }
}

// `count` panels of W vectors.
template <class T, int W, int G = TOGETHER / W>
void skipping_group(const Terms<T>& at, Size lane, Size count) {
    if constexpr (G > 1)
        if (count < G) return skipping_group<T, W, G - 1>(at, lane, count);
    skipping_panels<T, G, W>(at, lane);
}

// In as few groups as fit into the registers, about as large as each other.
template <class T, int W>
void skipping_groups(const Terms<T>& at, Size count) {
    for (Size index = 0; index < panels(count, TOGETHER / W); ++index) {
        const Panel group = panel(count, TOGETHER / W, index);
        skipping_group<T, W>(at, group.first * W * LANES<T>, group.width);
    }
}

// As `product`; but p_step is 1, nothing is added to C, and its rows have a vector or more.
template <class T>
void skipping_product(const Product<T>& x) {
    constexpr Size ROWS = 256;
    const Size vectors = (x.numbers + LANES<T> - 1) / LANES<T>, count = panels(vectors, WIDEST);
    const Size width = panel(vectors, WIDEST, 0).width;
    Size same = 1;  // panels of this width
    while (same < count && panel(vectors, WIDEST, same).width == width) ++same;
    std::uint64_t sets[ROWS];
    for (Size first = 0; first < x.rows; first += ROWS) {
        const Size rows = x.rows - first < ROWS ? x.rows - first : ROWS;
        for (Size begin = 0; begin < x.depth; begin += NEARBY) {
            const Size terms = x.depth - begin < NEARBY ? x.depth - begin : NEARBY;
            for (Size i = 0; i < rows; ++i) {
                const Size row = x.order ? x.order[first + i] : first + i;
                sets[i] = nonzeros(x.p + row * x.p_row + begin, terms);
            }
            const Terms<T> at{x, first, rows, begin, sets};
            switch (width) {
                case 1: skipping_panels<T, 1, 1>(at, 0); break;
                case 2: skipping_groups<T, 2>(at, same); break;
#if defined(__aarch64__)
                case 3: skipping_groups<T, 3>(at, same); break;
                case 4: skipping_groups<T, 4>(at, same); break;
#endif
                default: break;
            }
        }
    }
    if (same == count) return;
    // The few narrower ones behind them are no group; their vectors are whole here too.
    const Size done = same * width * LANES<T>;
    Product<T> rest = x;
    rest.q += x.q_step ? done : done * x.depth;
    rest.c += x.c_step ? done : done * x.rows;
    if (x.start) rest.start += done;
    rest.numbers = vectors * LANES<T> - done;
    product(rest);
}

// Columns from..to of some rows become rows, `step` numbers apart.
template <class T>
void pack_columns(Examples<T> a, Size rows, Size from, Size to, T* packed, Size step) {
    constexpr Size L = LANES<T>;
    for (Size i = 0; i < rows; i += L) {
        each<T>(to - from, [&](Size k, int n) __attribute__((always_inline)) {
            V<T> square[L];
            for (Size j = 0; j < L; ++j)
                square[j] = i + j < rows ? take(a[i + j] + from + k, n) : V<T>{};
            transpose<T>(square);
            for (int j = 0; j < n; ++j) store(packed + (k + j) * step + i, square[j]);
        });
    }
}

}  // namespace glassnet::GLASSNET_ISA
